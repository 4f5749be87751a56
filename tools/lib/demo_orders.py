"""The orders of tools/demo: a saga whose steps are done outside the server, by a worker in Python and one in Swift."""
import collections
import random
import time

from orders import ENDED, Worker, audit, listed, make_order

ORDERS = 300
SECONDS = 60            # after which a missing end is reported rather than waited for
OPTIONS = ("--credit", 8, "--heartbeat", 0.5, "--latency", 0.02, "--trouble", 0.02, "--late", 0.5)


class Orders:
    """Starts them, kills a worker and the server in between, and counts what the participants have in their files."""

    def __init__(self, demo, swift, say):
        self.demo, self.say = demo, say
        self.server = demo.server
        self.folder = self.server.folder / "orders"
        self.workers = [self.worker(language, swift) for language in ("python", "swift")]

    def worker(self, language, swift):
        return Worker(language, swift, self.server.endpoint, self.folder, self.server.folder / f"{language}.log", OPTIONS)

    def run(self):
        """The ids of the sagas, and whether all is as it should be."""
        try:
            for worker in self.workers:
                worker.start()
                name = worker.language.capitalize()
                self.say(f"   a worker in {name} (pid {worker.process.pid}): stock, payment, shipping, notify")
            return self.fulfil()
        finally:
            for worker in self.workers:
                worker.kill()

    def fulfil(self):
        chance, started = random.Random(), time.monotonic()
        ids = [self.start(make_order(number, chance)) for number in range(ORDERS)]
        self.say(f"   {len(ids)} orders started; the two share the work")
        self.until_ended(ORDERS // 5)
        victim = chance.choice(self.workers)
        victim.kill()
        self.say(f"   killed the worker in {victim.language.capitalize()} (SIGKILL), {self.open()} orders open, and started it again")
        victim.start()
        self.until_ended(ORDERS // 2)
        self.server.kill()
        self.server.start()
        self.demo.connect()
        self.say(f"   killed the server (SIGKILL), {self.open()} orders open, and started it again; the workers find it by themselves")
        self.until_ended(ORDERS)
        self.say(f"   {self.open()} orders are open, {time.monotonic() - started:.0f} s after the first was started")
        self.say(f"   SIGTERM to the workers: exit {' and '.join(str(worker.stop()) for worker in self.workers)}")
        return ids, self.count(ids)

    def start(self, order):
        return self.demo.client.ask("saga.start", definition="order-fulfilment", input=order)["id"]

    def until_ended(self, count):
        until = time.monotonic() + SECONDS
        while self.open() > ORDERS - count and time.monotonic() < until:
            time.sleep(0.02)

    def open(self):
        return sum(saga["state"] not in ENDED for saga in listed(self.demo.client, "order-fulfilment"))

    def count(self, ids):
        sagas = listed(self.demo.client, "order-fulfilment")
        states = collections.Counter(saga["state"] for saga in sagas)
        histories = (self.demo.client.ask("saga.history", id=id)["events"] for id in ids)
        names = collections.Counter(event["name"] for events in histories for event in events)
        found = audit(self.folder, sagas)
        self.say("   counted in the participants' own SQLite files:")
        tasks = names["step.started"] + names["undo.started"]
        self.say(f"   {tasks} tasks were given out, {names['step.unknown']} of them with an unknown outcome; "
                 f"{found.effects} effects are there")
        self.say(f"   {states['completed']} orders fulfilled: one reservation, one charge, one parcel each")
        self.say(f"   {states['compensated']} orders undone: no reservation left, no charge")
        self.say(f"   {len(found.doubled)} effects there twice, {len(found.wrong)} orders that their saga does not agree with")
        for problem in found.doubled + found.wrong:
            self.say(f"   {problem}")
        return found.is_clean and len(sagas) == len(ids)
