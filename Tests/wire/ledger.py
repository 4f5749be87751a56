"""An outside ledger: what was sent and what was acknowledged, held against the log after each crash."""
import collections
import random
import time

from skaldwire import Client, NoAnswer, frame, new_id

COUNTERS = [f"c{i}" for i in range(4)]
ACCOUNTS = [f"a{i}" for i in range(4)]
MONEY = 1_000_000


class Ledger:
    """Sends commands and sagas, remembers every acknowledgement, and checks that the server remembers the same."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.sent = {}                               # command id → (aggregate, key, name, body, number of events)
        self.acked = {}                              # command id → raw reply
        self.submitted = set()                       # ids accepted by command.submit
        self.sagas = {}                              # saga id → its arguments
        self.started = set()                         # saga ids whose start was acknowledged
        self.ended = {}                              # saga id → state
        self.events = collections.defaultdict(list)  # (aggregate, key) → its events so far
        self.position = 0

    def prepare(self, client):
        for key in ACCOUNTS:
            assert client.command("account", key, "open", {"owner": key}).ok
            assert client.command("account", key, "deposit", {"amount": MONEY}).ok

    # Load

    def load(self, client, seconds, window=64):
        """Keeps `window` messages in flight until the time is up; returns with some still unanswered."""
        waiting, until = set(), time.monotonic() + seconds
        while time.monotonic() < until:
            while len(waiting) < window:
                waiting.add(self.send_one(client))
            while client.socket.poll(0 if len(waiting) < window else 5):
                message = client.receive()
                waiting.discard(message.id)
                self.note(message)

    def send_one(self, client):
        id = new_id()
        kind = self.chance.random()
        if kind < 0.25:
            payer, payee = self.chance.sample(ACCOUNTS, 2)
            amount = self.chance.choice([1, 5, MONEY * 10])      # the last is refused: its saga is undone or fails
            target = payee if self.chance.random() < 0.8 else "closed account"
            self.sagas[id] = {"definition": "transfer-money", "id": id, "input": {"from": payer, "to": target, "amount": amount}}
            self.send_saga(client, id)
            return id
        n = self.chance.choice([1, 1, 3, 10])
        name, body = ("add", {"n": n}) if self.chance.random() < 0.5 else ("burst", {"n": n})
        self.sent[id] = ("counter", self.chance.choice(COUNTERS), name, body, n if name == "burst" else 1)
        if kind < 0.35:
            self.submit(client, id)
        else:
            self.send_command(client, id)
        return id

    def send_command(self, client, id):
        aggregate, key, name, body, _ = self.sent[id]
        client.send(frame("command", id, aggregate, key, "-", name, body=body))

    def submit(self, client, id):
        aggregate, key, name, body, _ = self.sent[id]
        client.send(frame("request", f"s-{id}", "command.submit",
                          body={"id": id, "aggregate": aggregate, "key": key, "name": name, "body": body}))

    def send_saga(self, client, id):
        client.send(frame("request", f"g-{id}", "saga.start", body=self.sagas[id]))

    def note(self, message):
        """Writes an acknowledgement down; a `busy` took no place and is none."""
        if message.code == "busy":
            return
        assert message.ok, message
        if message.id.startswith("g-"):
            self.started.add(message.id[2:])
        elif message.id.startswith("s-"):
            self.submitted.add(message.id[2:])
        else:
            known = self.acked.setdefault(message.id, message.raw)
            assert known == message.raw, f"two answers to {message.id}: {known!r} and {message.raw!r}"

    # After a crash

    def settle(self, client):
        """Sends again, under its id, what was never acknowledged and some of what was; waits for every saga's end."""
        again = [id for id in self.sent if id not in self.acked]
        again += self.chance.sample(sorted(self.acked), min(50, len(self.acked)))
        for id in again:
            self.send_command_or_result(client, id)
        for id in self.sagas.keys() - self.started:
            self.send_saga(client, id)
        self.drain(client, len(again) + len(self.sagas.keys() - self.started))
        assert self.started == self.sagas.keys() and self.acked.keys() == self.sent.keys()
        for id in self.sagas.keys() - self.ended.keys():
            self.ended[id] = client.end_of(id)["state"]
            assert self.ended[id] in ("completed", "compensated"), (id, self.ended[id])

    def send_command_or_result(self, client, id):
        self.send_command(client, id)

    def drain(self, client, count):
        for _ in range(count):
            self.note(client.receive(30))

    def check(self, client):
        """Nothing lost, nothing doubled, versions contiguous, no event without a command or saga of ours, no money made."""
        for event in client.events(limit=1000, **{"from": self.position + 1}):
            assert event["position"] == self.position + 1, f"position {event['position']} after {self.position}"
            self.position = event["position"]
            log = self.events[event["aggregate"], event["key"]]
            assert event["version"] == len(log) + 1, f"{event['aggregate']}/{event['key']}: version {event['version']} after {len(log)}"
            log.append(event)
        seen = collections.Counter(event["command"] for key in COUNTERS for event in self.events["counter", key])
        expected = {id: count for id, (_, _, _, _, count) in self.sent.items()}
        assert seen == expected, f"lost {dict(expected - seen if False else collections.Counter(expected) - seen)}, " \
                                 f"doubled or foreign {dict(seen - collections.Counter(expected))}"
        for id, raw in self.acked.items():
            aggregate, key = self.sent[id][:2]
            version = int(raw.split(b"\n")[0].split(b" ")[3])
            assert self.events[aggregate, key][version - 1]["command"] == id, f"{id} was told version {version}"
        balances = [client.ask("aggregate.get", aggregate="account", key=key)["state"]["balance"] for key in ACCOUNTS]
        assert sum(balances) == MONEY * len(ACCOUNTS), balances
        for key in COUNTERS:
            if self.events["counter", key]:
                state = client.ask("aggregate.get", aggregate="counter", key=key)
                assert state["state"]["value"] == sum(event["body"]["n"] for event in self.events["counter", key])
                assert state["version"] == len(self.events["counter", key])

    def reread(self, client):
        """The whole log once more: every event as it was first read."""
        known = sorted((event for log in self.events.values() for event in log), key=lambda event: event["position"])
        assert client.events(limit=1000) == known
