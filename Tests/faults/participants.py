"""Workers in two languages under faults: they die, freeze, lose their connection; the server dies too; no effect is there twice."""
import collections
import contextlib
import dataclasses
import heapq
import os
import signal
import socket
import time

import orders
from relay import WAYS, Relay
from scenario import ROOT, Failed, Skipped, gone, said
from skaldwire import Client, NoAnswer, new_id

EACH = 8                # orders started in a round
HEARTBEAT = 0.2         # of the workers; after three of silence one is lost
SILENCE = 3 * HEARTBEAT
PATIENCE = 120          # seconds in the end without a saga that ends, after which those that are open are lost
LANGUAGES = ("python", "swift", "python", "swift")
OPTIONS = ("--credit", 8, "--heartbeat", HEARTBEAT, "--latency", 0.2, "--trouble", 0.05, "--late", 3)
CANCELLED = 0.25        # of the orders somebody thinks better: an undo may then come before its do has been heard of
LONGEST_REGRET = 0.8    # seconds
# The definition as it is, in a hurry: an attempt that is late is given up within the run, and so is a step.
HASTE = (("timeout: 30s", "timeout: 2s"), ("timeout: 1m", "timeout: 2s"), ("timeout: 10m", "timeout: 2s"), ("timeout: 10s", "timeout: 1s"),
         ("attempts: 5", "attempts: 3"), ("first: 500ms", "first: 100ms"), ("first: 1s", "first: 100ms"), ("cap: 30s", "cap: 1s"), ("cap: 1m", "cap: 1s"))


@dataclasses.dataclass
class Tally:
    """The scenario's line of the table; the ledgers are the participants' own files."""

    acknowledged: int = 0
    lost: list = dataclasses.field(default_factory=list)
    doubled: list = dataclasses.field(default_factory=list)
    unowned: list = dataclasses.field(default_factory=list)

    @property
    def audit(self):
        return self

    def count(self, kind):
        return len(getattr(self, kind))


def workers(case):
    """Each round kills, freezes or cuts off something; once all is quiet every saga ends, and its effects are there once."""
    swift = os.environ.get("SKALD_FULFILMENT")
    if not swift:
        raise Skipped("needs the worker in Swift: tools/faults builds it")
    for rounds in case.generations(full=500, short=8, each=500):
        with contextlib.ExitStack() as stack:
            world = World(case, swift, stack)
            for round in rounds:
                world.round(round)
            world.settle()


class World:
    """A server, four workers behind a relay each, and a client that starts orders."""

    def __init__(self, case, swift, stack):
        self.case, self.chance = case, case.chance
        self.tally = Tally()
        case.ledgers.append(self.tally)
        self.folder = case.folder / f"world-{len(case.ledgers)}"
        (self.folder / "sagas").mkdir(parents=True)
        (self.folder / "sagas" / "order-fulfilment.yaml").write_text(hasty())
        self.server = stack.enter_context(gone(case.server()))
        port = free_port()
        self.server.options = ["--sagas", str(self.folder / "sagas")]
        self.server.binds.append(f"tcp://127.0.0.1:{port}")
        case.start(self.server, "at first")
        self.relays = [Relay(port) for _ in LANGUAGES]
        self.workers = [orders.Worker(language, swift, relay.endpoint, self.folder, self.folder / f"worker-{number}.log", OPTIONS)
                        for number, (language, relay) in enumerate(zip(LANGUAGES, self.relays))]
        for number in range(len(LANGUAGES)):
            stack.callback(self.relays[number].close)
            stack.callback(self.workers[number].kill)
            self.workers[number].start()
        self.client = Client(self.server.endpoint)
        stack.callback(lambda: self.client.close())
        self.asked, self.acknowledged = {}, set()       # by the saga's id: what it is started with
        self.faults = collections.Counter()
        self.regrets, self.cancelled = [], 0            # when and which; how many were cancelled in time

    # Rounds

    def round(self, number):
        self.start_orders(EACH // 2)
        self.listen(self.chance.uniform(0, 0.2))
        which = self.chance.randrange(len(self.workers))
        fault = self.chance.choice((self.kill_worker, self.freeze_worker, self.cut, self.stall, self.kill_server, self.freeze_server))
        self.faults[fault.__name__.replace("_", " ")] += 1
        fault(which)
        self.start_orders(EACH - EACH // 2)
        self.listen(self.chance.uniform(0, 0.4))
        for worker in self.workers:
            self.case.expect(worker.process.poll() is None, lambda: f"round {number}: a worker in {worker.language} has ended by "
                             f"itself ({worker.process.poll()}): {worker.log.read_text(errors='replace')[-1_000:]}")

    def kill_worker(self, which):
        self.workers[which].kill()
        self.listen(self.chance.choice([0, self.chance.uniform(0, 2 * SILENCE)]))
        self.workers[which].start()

    def freeze_worker(self, which):
        self.workers[which].signal(signal.SIGSTOP)
        self.listen(SILENCE * self.chance.uniform(1, 2))
        self.workers[which].signal(signal.SIGCONT)

    def cut(self, which):
        for _ in range(self.chance.randint(1, 3)):
            self.relays[which].cut()
            self.listen(self.chance.uniform(0, 0.2))

    def stall(self, which):
        self.relays[which].stall(self.chance.choice([WAYS, *WAYS]))
        self.listen(SILENCE * self.chance.uniform(0.2, 2))
        if self.chance.random() < 0.5:
            self.relays[which].cut()
        self.relays[which].flow()

    def kill_server(self, _):
        self.server.kill()
        time.sleep(self.chance.choice([0, self.chance.uniform(0, 2 * SILENCE)]))
        self.case.start(self.server, "killed")
        self.client.close()
        self.client = Client(self.server.endpoint)
        for id in self.asked.keys() - self.acknowledged:
            self.ask(id)

    def freeze_server(self, _):
        self.server.signal(signal.SIGSTOP)
        self.listen(SILENCE * self.chance.uniform(0.5, 2))
        self.server.signal(signal.SIGCONT)

    # Orders

    def start_orders(self, count):
        for _ in range(count):
            id = new_id()
            self.asked[id] = orders.make_order(len(self.asked), self.chance)
            self.ask(id)
            if self.chance.random() < CANCELLED:
                heapq.heappush(self.regrets, (time.monotonic() + self.chance.uniform(0, LONGEST_REGRET), id))

    def cancel(self):
        """Those of whom somebody has thought better by now; what is behind its pivot is fulfilled all the same."""
        while self.regrets and self.regrets[0][0] <= time.monotonic():
            _, id = heapq.heappop(self.regrets)
            self.client.send_request("saga.cancel", {"id": id, "reason": "thought better of it"}, id=f"cancel-{id}")

    def ask(self, id):
        self.client.send_request("saga.start", {"definition": "order-fulfilment", "id": id, "input": self.asked[id]}, id=f"start-{id}")

    def listen(self, seconds):
        """So long; what is answered meanwhile is noted."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.cancel()
            try:
                answer = self.client.receive(min(left, 0.02))
            except NoAnswer:
                continue
            if answer.id.startswith("start-"):
                self.case.expect(answer.ok, f"an order was not taken: {answer}")
                self.acknowledged.add(answer["id"])
            else:
                self.case.expect(answer.ok or answer.code == "illegal_state", f"an order could not be cancelled: {answer}")
                self.cancelled += answer.ok

    # The end

    def settle(self):
        """No more faults: everything ends."""
        self.finish_starts()
        sagas = self.wait_for_ends()
        self.case.expect(all(worker.stop() == 0 for worker in self.workers), "a worker that was told to stop did not end with 0")
        found = orders.audit(self.folder, sagas)
        self.tally.acknowledged = len(self.acknowledged)
        self.tally.doubled, self.tally.unowned = found.doubled, found.wrong
        states = collections.Counter(saga["state"] for saga in sagas)
        self.tally.lost = sorted(self.asked.keys() - {saga["id"] for saga in sagas})
        self.tally.lost += [f"{saga['id']} is {saga['state']}" for saga in sagas if saga["state"] not in (*orders.ENDED, "stuck")]
        self.report(sagas, states, found)
        stuck = [saga for saga in sagas if saga["state"] == "stuck"]
        unnamed = [saga["id"] for saga in stuck if not (saga.get("stuck_on") or {}).get("step")]
        self.case.expect(not unnamed, f"stuck, and no step is named: {unnamed}")
        problems = self.tally.lost + found.doubled + found.wrong
        self.case.expect(not problems, "; ".join(problems[:10]))
        waiting = self.client.ask("server.info")["waiting"]
        self.case.expect(waiting == 0 or stuck, f"every saga has ended, and {waiting} tasks wait")
        self.server.stop()
        self.case.verify(self.server, "in the end")

    def finish_starts(self):
        until = time.monotonic() + 30
        while self.asked.keys() - self.acknowledged and time.monotonic() < until:
            self.listen(0.1)
        missing = len(self.asked.keys() - self.acknowledged)
        self.case.expect(not missing, f"{missing} starts were never answered")

    def wait_for_ends(self):
        """The sagas as they are listed once none is open, or none has ended for a long time."""
        least, until = None, time.monotonic() + PATIENCE
        while True:
            sagas = orders.listed(self.client, "order-fulfilment")
            left = sum(saga["state"] not in (*orders.ENDED, "stuck") for saga in sagas)
            if left == 0 or time.monotonic() > until:
                return sagas
            if least is None or left < least:
                least, until = left, time.monotonic() + PATIENCE
            time.sleep(0.2)

    def report(self, sagas, states, found):
        names = collections.Counter(event["name"] for event in self.client.events())
        tasks = names["step.started"] + names["undo.started"] + names["step.probed"]
        notes = self.case.notes
        notes.append("faults: " + ", ".join(f"{count} {name}" for name, count in sorted(self.faults.items())))
        notes.append(f"{len(sagas):,} sagas: {states['completed']:,} completed, {states['compensated']:,} undone, {states['stuck']} stuck; "
                     f"{self.cancelled} cancelled on their way")
        notes.append(f"{tasks:,} tasks, {names['step.unknown']:,} of them with an unknown outcome, {names['answer.ignored']:,} answers too "
                     f"late; {found.effects:,} effects, {len(found.doubled)} doubled")


def hasty():
    text = (ROOT / "sagas" / "order-fulfilment.yaml").read_text()
    for slow, fast in HASTE:
        if slow not in text:
            raise Failed(f"order-fulfilment.yaml has no '{slow}' any more: put haste into something else")
        text = text.replace(slow, fast)
    return text


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
