"""SKALD1 from Python: what the demo and the tests over the wire share. Needs pyzmq and nothing of Skald's own code.

    with Server(binary) as server, Client(server.endpoint) as client:
        client.command("account", "alice", "open", {"owner": "Alice"})
        client.request("aggregate.get", {"aggregate": "account", "key": "alice"})
"""
import contextlib
import itertools
import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

import zmq

WORD = "".join(chr(byte) for byte in range(0x21, 0x7F) if chr(byte) not in "%=")


def word(text):
    """A header word: bytes outside `!`…`~`, `%` and `=` percent-encoded; a lone `-` means none, so it is written out."""
    return "%2D" if text == "-" else urllib.parse.quote(str(text), safe=WORD)


_counter = itertools.count(secrets.randbits(20))


def new_id():
    """A UUIDv7: ids that rise are cheaper to store. Unique within this process, and random beside that."""
    stamp, count = time.time_ns() // 1_000_000, next(_counter) & 0xFFFFFF
    value = stamp << 80 | 0x7 << 76 | (count >> 12) << 64 | 0x2 << 62 | (count & 0xFFF) << 50 | secrets.randbits(50)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def frame(verb, id, *words, body=None, headers=None):
    line = ["SKALD1", verb, word(id)] + [w if w == "-" else word(w) for w in words]
    line += [f"{name}={word(value)}" for name, value in (headers or {}).items()]
    encoded = b"" if body is None else b"\n" + (body if isinstance(body, bytes) else json.dumps(body).encode())
    return " ".join(line).encode() + encoded


class Message:
    """One frame from the server: verb, id, words behind the id, body."""

    def __init__(self, raw):
        self.raw = raw
        head, _, rest = raw.partition(b"\n")
        protocol, self.verb, id, *self.words = head.decode("ascii").split(" ")
        if protocol != "SKALD1":
            raise ValueError(f"not SKALD1: {head[:80]!r}")
        self.id = urllib.parse.unquote(id)
        self.body = json.loads(rest) if rest else {}

    @property
    def ok(self):
        return self.verb == "ok"

    @property
    def code(self):
        """The error code, None for an `ok`."""
        return self.words[0] if self.verb == "error" else None

    @property
    def version(self):
        return int(self.words[0])

    @property
    def position(self):
        return int(self.words[1])

    def __getitem__(self, key):
        return self.body[key]

    def __repr__(self):
        return self.raw[:300].decode("utf-8", "replace")


class NoAnswer(Exception):
    """Nothing came back in time: the server is away, or silent."""


class Client:
    """One DEALER connection. Answers that belong to another id are kept until they are asked for."""

    def __init__(self, endpoint, timeout=20):
        self.timeout = timeout
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDHWM, 0)
        self.socket.setsockopt(zmq.RCVHWM, 0)
        self.socket.connect(endpoint)
        self.kept = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, *frames):
        self.socket.send_multipart(list(frames))

    def receive(self, timeout=None):
        """The next message, whichever it answers."""
        if not self.socket.poll(1000 * (self.timeout if timeout is None else timeout)):
            raise NoAnswer()
        return Message(self.socket.recv_multipart()[-1])

    def answer(self, id, timeout=None):
        """The answer to `id`."""
        until = time.monotonic() + (self.timeout if timeout is None else timeout)
        while not self.kept.get(id):
            try:
                message = self.receive(max(0, until - time.monotonic()))
            except NoAnswer:
                raise NoAnswer(f"no answer to {id}") from None
            self.kept.setdefault(message.id, []).append(message)
        return self.kept[id].pop(0)

    def answers(self, ids, timeout=None):
        return [self.answer(id, timeout) for id in ids]

    def send_command(self, aggregate, key, name, body=None, expected="-", id=None, headers=None):
        id = id or new_id()
        self.send(frame("command", id, aggregate, key, str(expected), name, body=body, headers=headers))
        return id

    def command(self, *args, timeout=None, **named):
        return self.answer(self.send_command(*args, **named), timeout)

    def send_request(self, operation, arguments=None, id=None):
        id = id or new_id()
        self.send(frame("request", id, operation, body={} if arguments is None else arguments))
        return id

    def request(self, operation, arguments=None, id=None, timeout=None):
        return self.answer(self.send_request(operation, arguments, id), timeout)

    def ask(self, operation, **arguments):
        """A request that must succeed: its answer's body."""
        reply = self.request(operation, arguments)
        if not reply.ok:
            raise AssertionError(f"{operation} {arguments}: {reply}")
        return reply.body

    def events(self, **arguments):
        """Every event there is, page by page."""
        events, start = [], arguments.pop("from", None)
        while True:
            page = self.ask("event.read", **arguments, **({} if start is None else {"from": start}))
            events += page["events"]
            start = page["next"]
            if start is None:
                return events

    def end_of(self, saga, seconds=30):
        """The saga's view once it has ended or is stuck; the last view when the time is up."""
        until = time.monotonic() + seconds
        while True:
            left = max(0, min(10, until - time.monotonic()))
            view = self.ask("saga.get", id=saga, wait_ms=int(left * 1000))
            if view["state"] not in ("running", "compensating") or left == 0:
                return view


class Server:
    """A server of its own on an ipc socket in a temporary folder, or on the data folder given; ended by its pid."""

    def __init__(self, binary, data=None, sagas=None, binds=None, options=()):
        self.binary = str(binary)
        self.wrapper = []           # a command that runs the server: prlimit, say; it must become the server by exec
        self.environment = {}       # what the server's environment has beside ours
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="skald-"))
        self.data = pathlib.Path(data) if data else self.folder / "data"
        self.binds = binds or [f"ipc://{self.folder}/s"]
        self.options = ["--sagas", str(sagas)] * bool(sagas) + list(options)
        self.log = self.folder / "server.log"
        self.process = None

    @property
    def endpoint(self):
        return self.binds[0]

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(self, *_):
        self.remove()

    def launch(self):
        """Starts the process and does not wait for it; answers where in the log its own lines begin."""
        command = [*self.wrapper, self.binary, "serve", "--data", str(self.data), *self.options]
        for bind in self.binds:
            command += ["--bind", bind]
        with open(self.log, "ab") as log:
            seen = log.tell()
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, **self.environment))
        return seen

    def start(self, seconds=30):
        """Returns once the server says `ready on`; raises with what it said instead when it does not."""
        seen, until = self.launch(), time.monotonic() + seconds
        while b": ready on " not in self.log.read_bytes()[seen:]:
            code = self.process.poll()
            if code is not None or time.monotonic() > until:
                self.kill()
                said = self.log.read_text(errors="replace")[seen:]
                raise RuntimeError(f"the server did not become ready (exit {code}): {said}")
            time.sleep(0.002)
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL, as a power cut to the process; returns when it is gone."""
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()

    def stop(self, seconds=10):
        """SIGTERM; the exit code once it has drained."""
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def run(self, *arguments, **options):
        """Another run of the same binary: the command line."""
        environment = dict(os.environ, SKALD_ENDPOINT=self.endpoint)
        return subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, timeout=60,
                              env=environment, **options)

    def remove(self):
        self.kill()
        with contextlib.suppress(OSError):
            shutil.rmtree(self.folder)
