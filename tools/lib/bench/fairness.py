"""What one careful client feels of the others: its p99, one command at a time, alone and beside neighbours that take what they can."""
import json
import os
import shutil
import subprocess
import threading

import zmq
from skaldwire import frame, new_id

from . import figures, tables
from .running import Failed, answered, free_endpoint, run_json

HUGE_STEPS = 1_000      # the most a definition may have
PAGE = 1_000            # events of an answer: the most there are
PAGES_PER_SECOND = 100
LEAST_SECONDS = 2       # a flood alone is half a second of work
HEAD_START = 0.5        # seconds, so that the neighbour is at full speed when the probe begins
TITLES = ("beside", "probe /s", "p50", "p99", "p99.9", "max", "p99 / alone's", "the neighbour did")


def huge_saga():
    """As large as the definition language permits: every step at once, in one transaction."""
    steps = {f"s{n}": {"command": "counter.add", "key": f"huge-{n}", "with": {"n": 1}, "undo": "none", "because": "it only counts"}
             for n in range(HUGE_STEPS)}
    return json.dumps({"saga": "huge", "version": 1, "steps": steps})


def background(server, seconds, *arguments):
    """Load beside the probe, for longer than the probe; answers what waits for its end and says what it did."""
    process = subprocess.Popen(server.load_command([*arguments, "-t", seconds]), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish():
        said, failure = process.communicate(timeout=120)
        if process.returncode != 0:
            raise Failed(f"the neighbour failed: {failure.strip()}")
        return f"{json.loads(said)['per_s']:,.0f} a second"
    return finish


def deaf(server, seconds):
    """Asks for large pages and never reads one."""
    stop, sent = threading.Event(), [0]
    server.load(["commands", "-n", 2 * PAGE, "-w", 256, "-a", 1, "-k", "page-", "-x"])

    def ask():
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.setsockopt(zmq.LINGER, 0), socket.setsockopt(zmq.SNDHWM, 0), socket.setsockopt(zmq.RCVHWM, 1)
        socket.connect(server.endpoint)
        while not stop.wait(1 / PAGES_PER_SECOND):
            socket.send(frame("request", new_id(), "event.read", body={"aggregate": "counter", "key": "page-0", "limit": PAGE}))
            sent[0] += 1
        socket.close()
    thread = threading.Thread(target=ask)
    thread.start()

    def finish():
        stop.set()
        thread.join()
        return f"asked for {sent[0]} pages of {PAGE:,} events"
    return finish


NEIGHBOURS = {
    "nobody": lambda server, seconds: lambda: "",
    "a hot key, window 1024": lambda server, seconds: background(server, seconds, "commands", "-w", 1024, "-a", 1, "-k", "hot-", "-x"),
    "a flood, window 16,000": lambda server, seconds: background(server, seconds, "commands", "-w", 16_000, "-k", "flood-", "-x"),
    "sagas, window 256": lambda server, seconds: background(server, seconds, "sagas", "-w", 256, "-k", "saga-"),
    f"sagas of {HUGE_STEPS:,} steps, one at a time": lambda server, seconds: background(server, seconds, "starts", "-w", 1, "-D", "huge"),
    "a reader that never receives": deaf,
}


FLOORS = {"the floor: nobody": None, "the floor: a flood, window 16,000": 16_000}


def run(bench, tell=print):
    folder = os.path.join(bench.folder, "definitions")
    os.makedirs(folder)
    with open(os.path.join(folder, "huge.json"), "w", encoding="utf-8") as file:
        file.write(huge_saga())
    with open(os.path.join(bench.sagas, "book-trip.yaml"), encoding="utf-8") as source, \
            open(os.path.join(folder, "book-trip.yaml"), "w", encoding="utf-8") as copy:
        copy.write(source.read())
    runs = {name: [] for name in NEIGHBOURS if name == "nobody" or bench.options.only in name}
    floors = {name: [] for name in FLOORS} if any(bench.options.only in name for name in FLOORS) else {}
    for _ in range(bench.options.rounds):
        for name in runs:
            runs[name].append(beside(bench, folder, NEIGHBOURS[name]))
        for name in floors:
            floors[name].append(beside_on_floor(bench, FLOORS[name]))
    results = [*compared(runs), *compared(floors)]
    for result in results:
        tell("  ".join(row(result)))
    return results


def compared(runs):
    """Each case beside the first, in which there is nobody else."""
    results = [together(name, found) for name, found in runs.items()]
    for result in results:
        result["ratio"] = result["p99_us"] / results[0]["p99_us"]
    return results


def together(name, runs):
    """A client that waits for each answer has few of them, so its percentiles are those of all rounds together."""
    found = figures.side(runs)
    shares = {f"{field}_us": min(figures.quantile(found["histogram_us"], share), found["max_us"])
              for field, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999))}
    return {"case": name, "group": "fairness", "did": runs[-1]["did"], **found, **shares}


def beside(bench, folder, neighbour):
    seconds = max(bench.options.seconds, LEAST_SECONDS)
    with bench.server(sagas=folder) as server:
        server.load(["commands", "-n", 100, "-k", "probe-", "-x"])
        finish = neighbour(server, seconds + 3 * HEAD_START)
        threading.Event().wait(HEAD_START)
        found = server.load(["commands", "-w", 1, "-a", 100, "-k", "probe-", "-x", "-t", seconds])
        found["did"] = finish()
        if not found["measured"]:
            raise Failed("the probe was not answered in the measured time: give it more, --seconds 5")
    return found


def beside_on_floor(bench, window):
    """The same on the floor: what sharing two cores and one disk costs whoever waits, whatever the server does."""
    seconds, endpoint = max(bench.options.seconds, LEAST_SECONDS), free_endpoint()
    data = os.path.join(bench.folder, "floor")
    shutil.rmtree(data, ignore_errors=True)
    floor = [*bench.priority, bench.program("floor")]
    load = [*floor, "client", "-u", "ordered", "-e", endpoint]
    others = [subprocess.Popen([*floor, "server", "-u", "ordered", "-p", data, "-e", endpoint], stdout=subprocess.DEVNULL)]
    did = ""
    try:
        if window:
            others.append(subprocess.Popen([*load, "-w", str(window), "-t", str(seconds + 3 * HEAD_START)], stdout=subprocess.PIPE, text=True))
        threading.Event().wait(HEAD_START)
        found = answered(run_json([*load, "-w", 1, "-a", 100, "-t", seconds]), "the floor")
        if window:
            did = f"{json.loads(others[1].communicate(timeout=120)[0])['cmds_s']:,.0f} a second"
    finally:
        for process in others:
            process.terminate()
            process.wait()
    return {**found, "per_s": found["cmds_s"], "did": did}


def row(result):
    times = (figures.micros(result[field]) for field in ("p50_us", "p99_us", "p999_us", "max_us"))
    return (result["case"], figures.number(result["per_s"]), *times, f"{result['ratio']:.1f}", result["did"])


def table(results, form=tables.markdown):
    return form(TITLES, [row(result) for result in results])
