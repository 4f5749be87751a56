"""Floor and server in turn: bench.py PROGRAMS SKALD SAGAS [options]; tools/bench builds what it runs and tells the options."""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

LOAD_ALLOWED = 1.0      # load average at the start beyond which neighbours are measured too
STOP_SECONDS = 15       # a server that has not ended by then is an error

CASES = [
    # name, what load is asked for, what the floor is asked for; window in both
    *((f"command, window {w}, {ids} ids", ["commands", "-u", ids], ["-u", ids], w)
      for ids in ("ordered", "random") for w in (1, 64, 1024)),
    *((f"saga of 3 steps, window {w}", ["sagas"], ["-u", "ordered"], w) for w in (1, 64, 1024)),
    ("saga, 1 in 10 undone, window 1024", ["sagas", "-r", "10"], ["-u", "ordered"], 1024),
]


class Failed(Exception):
    """A run that cannot be counted; the message is for whoever started it."""


class Server:
    """A server on a fresh store, ended by its process id."""

    def __init__(self, bench, wrapper=()):
        self.bench = bench
        self.data = os.path.join(bench.folder, "store")
        shutil.rmtree(self.data, ignore_errors=True)
        self.endpoint = free_endpoint()
        command = [bench.skald, "serve", "--data", self.data, "--sagas", bench.sagas, "--bind", self.endpoint]
        self.errors = tempfile.TemporaryFile(mode="w+", dir=bench.folder)
        self.process = subprocess.Popen([*wrapper, *bench.priority, *command], stdout=subprocess.DEVNULL, stderr=self.errors)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.errors.close()
        shutil.rmtree(self.data, ignore_errors=True)

    def load(self, arguments):
        return run_json([*self.bench.priority, self.bench.program("load"), *arguments, "-e", self.endpoint,
                         "-p", str(self.process.pid)], self.said)

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

    def events(self):
        """What the store holds, read by another process once the server has gone."""
        return run_json([self.bench.skald, "store", "stat", "--data", self.data, "--json"])["events"]


class Bench:
    def __init__(self, options):
        self.options = options
        self.programs, self.skald, self.sagas = options.programs, options.skald, options.sagas
        self.priority = ["chrt", "-r", "1"] if options.realtime else []
        self.folder = tempfile.mkdtemp(prefix="bench-", dir=options.programs)

    def program(self, name):
        return os.path.join(self.programs, name)

    def floor(self, arguments, window):
        data = os.path.join(self.folder, "floor")
        shutil.rmtree(data, ignore_errors=True)
        found = run_json([*self.priority, self.program("floor"), "bench", "-w", str(window), "-t", str(self.options.seconds),
                          "-p", data, "-e", free_endpoint(), *arguments])
        if not found["verified"]:
            raise Failed("the floor's store does not hold what it acknowledged")
        return {"per_s": found["cmds_s"], "p50_us": found["p50_us"], "p99_us": found["p99_us"], "p999_us": found["p999_us"],
                "server_cpu_us": found["server_cpu_us"], "client_cpu_us": found["client_cpu_us"]}

    def server(self, arguments, window):
        with Server(self) as server:
            found = server.load([*arguments, "-w", str(window), "-t", str(self.options.seconds)])
            server.stop()
            if server.events() != found["events"]:
                raise Failed(f"the store holds {server.events()} events, {found['events']} were acknowledged")
        return found

    def case(self, name, load, floor, window):
        rounds = []
        for _ in range(self.options.rounds):
            low = self.floor(floor, window)
            high = self.server(load, window)
            rounds.append({"floor": low, "server": high, "ratio": high["per_s"] / low["per_s"],
                           "p50_ratio": high["p50_us"] / low["p50_us"]})
        return {"case": name, "window": window, "rounds": rounds, **medians(rounds)}

    def run(self):
        self.warn()
        wanted = [case for case in CASES if self.options.only in case[0]]
        if not wanted:
            raise Failed(f"no case is named like '{self.options.only}'")
        results = []
        print(f"{'':34}{'floor':>9} {'skald':>9}  ratio (least…most)   p50 µs    p99  p99.9   p50/floor  CPU µs")
        for case in wanted:
            results.append(self.case(*case))
            print(line(results[-1]), flush=True)
        if self.options.json:
            with open(self.options.json, "w") as file:
                json.dump({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "load": os.getloadavg(),
                           "seconds": self.options.seconds, "realtime": self.options.realtime, "cases": results}, file, indent=1)

    def warn(self):
        load = os.getloadavg()[0]
        if load > LOAD_ALLOWED:
            print(f"warning: the load average is {load:.1f}: neighbours are measured too. Latencies in steps of 4 ms are theirs. "
                  "Wait until it is below 1, or use --realtime.", file=sys.stderr)

    def profile(self):
        out = self.program("perf.data")
        with Server(self, ["perf", "record", "-q", "-g", "-F", "1999", "-o", out, "--"]) as server:
            found = server.load([self.options.what, "-w", "1024", "-t", str(self.options.seconds)])
            server.stop()
        print(f"{found['per_s']} {self.options.what} a second under perf; now: perf report --no-children -i {out}")

    def count(self):
        few, many = (2_000, 12_000) if self.options.what == "commands" else (500, 2_500)
        stripped = self.program("skald")     # valgrind 3.19 cannot read the debug information; names of functions stay
        subprocess.run(["strip", "--strip-debug", "-o", stripped, self.skald], check=True)
        self.skald = stripped
        counted = {n: self.instructions(n) for n in (few, many)}
        print(f"{(counted[many] - counted[few]) / (many - few):.0f} instructions for each of {self.options.what} at window 1024; "
              f"where: {self.program('callgrind.txt')}")

    def instructions(self, count):
        out = self.program("callgrind.out")
        with Server(self, ["env", "LD_PRELOAD=" + self.program("smallmap.so"), "valgrind", "--tool=callgrind",
                           f"--callgrind-out-file={out}"]) as server:
            server.load([self.options.what, "-w", "1024", "-n", str(count), "-a", "1000"])
            server.stop(patience=10 * STOP_SECONDS)
            collected = re.search(r"Collected : (\d+)", server.said())
        if not collected:
            raise Failed("valgrind told no number of instructions")
        annotated = subprocess.run(["callgrind_annotate", "--threshold=95", out], capture_output=True, text=True, check=False)
        readable = subprocess.run(["swift", "demangle", "--compact"], input=annotated.stdout, capture_output=True, text=True, check=False)
        with open(self.program("callgrind.txt"), "w") as text:
            text.write(readable.stdout)
        return int(collected[1])


def free_endpoint():
    """Of its own, so that two comparisons on one machine do not answer each other."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


def run_json(command, said=lambda: ""):
    """The JSON line a program prints; what it or the server says instead is the failure."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} failed with {done.returncode}: {done.stderr.strip()} {said()}")
    return json.loads(done.stdout)


def medians(rounds):
    def median(side, field):
        return statistics.median(one[side][field] for one in rounds)
    fields = ("per_s", "p50_us", "p99_us", "p999_us", "server_cpu_us")
    ratios = [one["ratio"] for one in rounds]
    return {
        **{side: {field: median(side, field) for field in fields} for side in ("floor", "server")},
        "ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios),
        "p50_ratio": statistics.median(one["p50_ratio"] for one in rounds),
    }


def line(result):
    floor, server = result["floor"], result["server"]
    return (f"{result['case']:34}{floor['per_s']:9,.0f} {server['per_s']:9,.0f}  {result['ratio']:5.2f} "
            f"({result['least']:.2f}…{result['most']:.2f})  {server['p50_us']:8,.0f} {server['p99_us']:6,.0f} {server['p999_us']:6,.0f}"
            f"  {result['p50_ratio']:9.2f} {server['server_cpu_us']:8.1f}")


def main():
    parser = argparse.ArgumentParser(prog="tools/bench")
    parser.add_argument("programs"), parser.add_argument("skald"), parser.add_argument("sagas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    parser.add_argument("--realtime", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--count", action="store_true")
    parser.add_argument("--sagas", dest="what", action="store_const", const="sagas", default="commands")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 0.5
    bench = Bench(options)
    try:
        bench.profile() if options.profile else bench.count() if options.count else bench.run()
    except Failed as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
