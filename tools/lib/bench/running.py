"""Starting what is measured: the floor, the server, the load; every process is ended by its own id."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = str(pathlib.Path(__file__).resolve().parents[3])
LOAD_ALLOWED = 1.0      # load average at the start beyond which neighbours are measured too
STOP_SECONDS = 60       # a server that has not ended by then is an error
RUN_SECONDS = 300       # no single run takes as long
SLOW_SYNC_US = 2_000    # of the injected slow disk: a disk in a data centre without a cache that survives power


class Failed(Exception):
    """A run that cannot be counted; the message is for whoever started it."""


class NothingMeasured(Failed):
    """No answer fell into the measured time; on a machine that stood still so long the same run may do better."""


def run_json(command, environment=None, said=lambda: "", patience=RUN_SECONDS):
    """The JSON line a program prints; what it or the server says instead is the failure."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, env=environment,
                              timeout=patience)
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(map(str, command))} still ran after {patience} s {said()}") from None
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} failed with {done.returncode}: {done.stderr.strip()} {said()}")
    return json.loads(done.stdout)


def answered(found, who):
    """What a load prints, unless it is of no answer at all."""
    if not found["measured"]:
        raise NothingMeasured(f"{who} answered nothing in the measured time: give it more, --seconds 1")
    return found


def free_endpoint():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


class Bench:
    """Where the programs are, and how long to measure."""

    def __init__(self, options):
        self.options, self.root = options, ROOT
        self.programs, self.skald = options.programs, options.skald
        self.sagas = os.path.join(self.root, "sagas")
        self.priority = ["chrt", "-r", "1"] if options.realtime else []
        self.folder = tempfile.mkdtemp(prefix="bench-", dir=getattr(options, "disk", None) or options.programs)

    def program(self, name):
        return os.path.join(self.programs, name)

    def warn(self):
        load = os.getloadavg()[0]
        if load > LOAD_ALLOWED:
            print(f"warning: the load average is {load:.1f}: neighbours are measured too. Latencies in steps of 4 ms are theirs. "
                  "Wait until it is below 1, or use --realtime.", file=sys.stderr)

    def environment(self, slow):
        """With a slow disk every wait for it takes SLOW_SYNC_US longer, once per flush."""
        if not slow:
            return None
        return dict(os.environ, LD_PRELOAD=self.program("slowsync.so"), SLOW_SYNC_US=str(SLOW_SYNC_US))

    def floor(self, arguments, *, slow=False):
        data = os.path.join(self.folder, "floor")
        shutil.rmtree(data, ignore_errors=True)
        found = run_json([*self.priority, self.program("floor"), "bench", "-t", self.options.seconds, "-p", data,
                          "-e", free_endpoint(), *arguments],
                         self.environment(slow))
        if not found["verified"]:
            raise Failed("the floor's store does not hold what it acknowledged")
        return dict(answered(found, "the floor"), per_s=found["cmds_s"])

    def echo(self, arguments):
        found = run_json([*self.priority, self.program("roundtrip"), "echo", "-t", self.options.seconds, *arguments])
        return answered(found, "the echo")

    def server(self, *, slow=False, extra=None, **named):
        return Server(self, environment=extra or self.environment(slow), **named)

    def measured(self, arguments, *, slow=False):
        """Load on a fresh store, which must hold at the end what was acknowledged."""
        with self.server(slow=slow) as server:
            found = server.load([*arguments, "-t", self.options.seconds, "-p", server.pid])
            server.stop()
            if server.events() != found["events"]:
                raise Failed(f"the store holds {server.events()} events, {found['events']} were acknowledged")
        return found

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """A server on a store of its own, which is removed with it unless it was given."""

    def __init__(self, bench, environment=None, wrapper=(), sagas=None, data=None, binary=None):
        self.bench, self.own = bench, data is None
        self.data = data or os.path.join(bench.folder, "store")
        if self.own:
            shutil.rmtree(self.data, ignore_errors=True)
        self.endpoint = free_endpoint()
        command = [binary or bench.skald, "serve", "--data", self.data, "--sagas", sagas or bench.sagas, "--bind", self.endpoint]
        self.errors = tempfile.TemporaryFile(mode="w+", dir=bench.folder)
        self.process = subprocess.Popen([*wrapper, *bench.priority, *command], stdout=subprocess.DEVNULL, stderr=self.errors,
                                        env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.errors.close()
        if self.own:
            shutil.rmtree(self.data, ignore_errors=True)

    @property
    def pid(self):
        return self.process.pid

    def load_command(self, arguments):
        return [str(word) for word in (*self.bench.priority, self.bench.program("load"), *arguments, "-e", self.endpoint)]

    def load(self, arguments, patience=RUN_SECONDS):
        return run_json(self.load_command(arguments), said=self.said, patience=patience)

    def stop(self, patience=STOP_SECONDS):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise Failed(f"the server was told to stop and still runs after {patience} s") from None
        if status not in (0, -signal.SIGTERM):
            raise Failed(f"the server ended with {status}: {self.said()}")

    def said(self):
        self.errors.seek(0)
        return self.errors.read().strip()

    def stat(self):
        """The store as another process reads it."""
        return run_json([self.bench.skald, "store", "stat", "--data", self.data, "--json"])

    def events(self):
        return self.stat()["events"]
