"""What size costs: commands on a growing log, many aggregates, a long key, a million sleeping sagas, start-up, backup.

One store goes through all of it, so each line is measured with all that stands above it already there. `--events N` is the size of
the log; the others are a tenth of it. Around each size the store is measured in turn with a young one, made for it.
"""
import os
import shutil
import statistics
import subprocess
import time

import zmq
from skaldwire import Client

from . import figures, tables
from .running import Failed, run_json

BYTES_PER_EVENT = 600       # of the store, with its backup and the restored copy three times that: what must be free
FOLD = 32_768               # entries that are folded together: a stretch holds whole ones, or a median is of those with, or without
LEAST = 100_000             # events of the smallest size: three stretches of one fold each are as many
STRETCH = 3 * FOLD          # commands a cost is taken from
STRETCHES = 7               # around each size, each in turn with one on a store of 10,000 events; the medians count
STORES = 4                  # of the smallest size, where few stretches fit around it in one store
YOUNG = 10_000              # events of that store
YOUNG_STRETCH = 20_000      # before its first fold
READY_SECONDS = 900
PATIENCE = 7_200            # seconds for one filling
SLEEPER = "saga: sleeper\nversion: 1\nsteps:\n  nap: { sleep: 7d }\n"
NAP = "saga: nap\nversion: 1\nsteps:\n  nap: { sleep: 1s }\n"
TITLES = ("measured", "figure", "beside")


def run(bench, tell=print):
    run_of_it = Scale(bench, tell)
    run_of_it.check_room()
    run_of_it.grow()
    run_of_it.many_aggregates()
    run_of_it.restart("start-up after a clean stop", kill=False)
    run_of_it.restart("start-up after kill -9 under load", kill=True)
    run_of_it.long_key()
    run_of_it.sleeping_sagas()
    run_of_it.back_up()
    return run_of_it.rows


class Scale:
    def __init__(self, bench, tell):
        self.bench, self.tell, self.rows, self.youngs, self.events = bench, tell, [], [], bench.options.events
        if self.events < LEAST:
            raise Failed(f"--events must be {LEAST:,} or more")
        self.tenth = self.events // 10
        self.data = os.path.join(bench.folder, "store")
        self.sagas = os.path.join(bench.folder, "definitions")
        os.makedirs(self.sagas)
        for name, text in (("sleeper.yaml", SLEEPER), ("nap.yaml", NAP)):
            with open(os.path.join(self.sagas, name), "w", encoding="utf-8") as file:
                file.write(text)

    def server(self):
        return self.bench.server(data=self.data, sagas=self.sagas)

    def check_room(self):
        free, needed = shutil.disk_usage(self.bench.folder).free, 3 * BYTES_PER_EVENT * (int(self.events * 1.5) + STRETCHES * STRETCH)
        self.tell(f"about {figures.size(needed)} needed in {self.bench.folder}, {figures.size(free)} free")
        if free < needed:
            raise Failed("not enough room: --disk DIR names another place, --events N a smaller size")

    def row(self, kind, name, figure, beside="", **exact):
        self.rows.append({"kind": kind, "name": name, "figure": figure, "beside": beside, **exact})
        self.tell(f"{name}: {figure}" + (f" ({beside})" if beside else ""))

    def size(self):
        return sum(os.stat(os.path.join(folder, name)).st_blocks * 512 for folder, _, names in os.walk(self.data) for name in names)

    # What a command costs

    def stretch(self, server, keys, prefix, count):
        return server.load(["commands", "-n", count, "-w", 1024, "-a", keys, "-k", prefix, "-x", "-p", server.pid], PATIENCE)

    def grow(self):
        held, first, small = 0, None, self.small_stores()
        with self.server() as server:
            for mark in self.marks():
                pairs, held = self.around(server, mark, held)
                pairs, small, size = pairs + small, [], self.size()
                each = f"{(size - first[1]) / (held - first[0]):.0f} B an event since the first line; " if first else ""
                first = first or (held, size)
                self.told(f"commands at {mark:,} events", pairs, f"store {figures.size(size)}; {each}{memory(server)}", kind="growth",
                          events=mark, store_bytes=size, **rss(server))
            server.stop()
        self.told_young()

    def marks(self):
        return [self.events // part for part in (100, 10, 1) if self.events // part >= LEAST]

    def small_stores(self):
        """What further stores of the smallest size cost, each made for it, when that is too small for more stretches in one."""
        pairs, folder = [], os.path.join(self.bench.folder, "small")
        for _ in range(STORES - 1 if self.marks()[0] < 10 * LEAST else 0):
            with self.bench.server(data=folder, sagas=self.sagas) as server:
                pairs += self.around(server, self.marks()[0], 0)[0]
                server.stop()
            shutil.rmtree(folder)
        return pairs

    def around(self, server, mark, held):
        """Stretches around a size, each beside a young store's, and how many events the store holds then."""
        count, times = (STRETCH, STRETCHES) if mark >= 10 * LEAST else (FOLD, 3)
        ahead = mark - times * count // 2 - held
        if ahead > 0:
            self.stretch(server, 10_000, "g-", ahead)
        return self.pairs(server, 10_000, "g-", count, times), held + max(ahead, 0) + times * count

    def pairs(self, server, keys, prefix, count, times=STRETCHES):
        return [(self.stretch(server, keys, prefix, count), self.young()) for _ in range(times)]

    def young(self):
        """A stretch on a store of 10,000 events, one of each key."""
        folder = os.path.join(self.bench.folder, "young")
        with self.bench.server(data=folder, sagas=self.sagas) as server:
            server.load(["commands", "-n", YOUNG, "-w", 1024, "-a", 10_000, "-k", "g-", "-x", "-o"], PATIENCE)
            found = self.stretch(server, 10_000, "g-", YOUNG_STRETCH)
            server.stop()
        shutil.rmtree(folder)
        self.youngs.append(found)
        return found

    def told_young(self):
        """The young stores themselves, before all others: what those are held against."""
        figure, exact = rates(self.youngs)
        self.row("growth", f"commands at {YOUNG:,} events", figure, f"{len(self.youngs)} young stores, in turn with what is below",
                 events=YOUNG, ratio=1.0, cost_ratio=1.0, **exact)
        self.rows.insert(0, self.rows.pop())

    def told(self, name, pairs, beside, kind="fact", **more):
        figure, exact = rates([found for found, _ in pairs])
        rate, cost = (statistics.median(found[field] / young[field] for found, young in pairs) for field in ("per_s", "server_cpu_us"))
        self.row(kind, name, figure, f"rate {rate:.2f}, CPU {cost:.2f} of a young store's; {beside}", ratio=rate, cost_ratio=cost,
                 **exact, **more)

    def many_aggregates(self):
        with self.server() as server:
            server.load(["commands", "-n", self.tenth, "-w", 1024, "-a", self.tenth, "-k", "m-", "-x", "-o"], PATIENCE)
            pairs = self.pairs(server, self.tenth, "m-", STRETCH)
            self.told(f"commands over {self.tenth:,} aggregates", pairs, memory(server), **rss(server))
            server.stop()

    # Starting again

    def restart(self, name, kill):
        if kill:
            with self.server() as server:
                load = subprocess.Popen(server.load_command(["commands", "-w", 1024, "-k", "k-", "-x", "-t", 60]),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                ready_seconds(server)
                time.sleep(1)
                server.process.kill()
                server.process.wait()
                load.kill()
                load.wait()
        seconds, server = self.started()
        with server:
            self.row("fact", name, figures.micros(seconds * 1e6), f"until server.info answers; {memory(server)} then",
                     seconds=seconds, **rss(server))
            server.stop()

    def started(self):
        begin = time.monotonic()
        server = self.server()
        return ready_seconds(server, begin), server

    def long_key(self):
        with self.server() as server:
            self.stretch(server, 1, "deep-", self.tenth)
            server.stop()
        for name, ask in (("first read", lambda client: client.ask("aggregate.get", aggregate="counter", key="deep-0")),
                          ("first command", lambda client: client.command("counter", "deep-0", "add", {"n": 1}))):
            _, server = self.started()
            with server, Client(server.endpoint, timeout=READY_SECONDS) as client:
                client.ask("server.info")
                begin = time.monotonic()
                ask(client)
                seconds = time.monotonic() - begin
                self.row("fact", f"{name} of a key of {self.tenth:,} events after a restart", figures.micros(seconds * 1e6),
                         seconds=seconds)
                server.stop()

    def sleeping_sagas(self):
        with self.server() as server:
            found = server.load(["starts", "-D", "sleeper", "-n", self.tenth, "-w", 256, "-p", server.pid], PATIENCE)
            self.row("fact", f"starting {self.tenth:,} sagas that sleep", f"{found['per_s']:,.0f} /s, {found['server_cpu_us']:.1f} µs CPU",
                     f"{memory(server)}", per_s=found["per_s"], **rss(server))
            server.stop()
        seconds, server = self.started()
        with server, Client(server.endpoint, timeout=READY_SECONDS) as client:
            self.row("fact", f"start-up with {self.tenth:,} live sagas", figures.micros(seconds * 1e6), f"{memory(server)}",
                     seconds=seconds, **rss(server))
            begin = time.monotonic()
            view = client.end_of(client.ask("saga.start", definition="nap", input={})["id"], 60)
            if view["state"] != "completed":
                raise Failed(f"a saga that sleeps for a second is {view['state']} after a minute")
            late = time.monotonic() - begin - 1
            self.row("fact", "a timer of 1 s beside them fires late by", figures.micros(max(0, late) * 1e6), seconds=late)
            server.stop()

    # A second store of it

    def back_up(self):
        events = run_json([self.bench.skald, "store", "stat", "--data", self.data, "--json"])["events"]
        self.row("fact", "store", figures.size(self.size()), f"{events:,} events, {self.size() / events:.0f} B each",
                 store_bytes=self.size(), events=events)
        copy, again = os.path.join(self.bench.folder, "backup"), os.path.join(self.bench.folder, "restored")
        self.timed("backup, verified", copy, "backup", copy, "--data", self.data)
        self.timed("restore, verified", again, "restore", copy, "--data", again, "--yes")

    def timed(self, name, target, *arguments):
        begin = time.monotonic()
        done = subprocess.run([self.bench.skald, "store", *arguments], capture_output=True, text=True, check=False)
        seconds = time.monotonic() - begin
        if done.returncode != 0:
            raise Failed(f"{name} failed with {done.returncode}: {done.stderr.strip()} {done.stdout.strip()}")
        size = sum(os.stat(os.path.join(folder, file)).st_blocks * 512 for folder, _, files in os.walk(target) for file in files)
        self.row("fact", name, figures.micros(seconds * 1e6), figures.size(size), seconds=seconds, bytes=size)


def rates(found):
    """Medians of several stretches, as text and as they are."""
    per_s = sorted(one["per_s"] for one in found)
    rate, cpu = statistics.median(per_s), statistics.median(one["server_cpu_us"] for one in found)
    return f"{rate:,.0f} /s ({per_s[0]:,.0f}…{per_s[-1]:,.0f}), {cpu:.1f} µs CPU", {"per_s": rate, "server_cpu_us": cpu}


def rss(server):
    """Resident memory: all of it, and what is not the store's pages that the kernel may take back."""
    fields = {}
    with open(f"/proc/{server.pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith(("VmRSS", "RssAnon")):
                fields[line.split(":")[0]] = int(line.split()[1]) * 1024
    return {"rss_bytes": fields["VmRSS"], "own_bytes": fields["RssAnon"]}


def memory(server):
    found = rss(server)
    return f"RSS {figures.size(found['rss_bytes'])}, its own {figures.size(found['own_bytes'])}"


def ready_seconds(server, begin=0.0):
    """Waits until the server answers `server.info`; a connection that is refused is tried again within a millisecond."""
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.setsockopt(zmq.LINGER, 0), socket.setsockopt(zmq.RECONNECT_IVL, 1)
    socket.connect(server.endpoint)
    try:
        socket.send(b"SKALD1 request info server.info")
        if not socket.poll(READY_SECONDS * 1000):
            raise Failed(f"the server did not answer for {READY_SECONDS} s: {server.said()}")
        return time.monotonic() - begin
    finally:
        socket.close()


def table(results, form=tables.markdown):
    return form(TITLES, [(result["name"], result["figure"], result["beside"]) for result in results])
