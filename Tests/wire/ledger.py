"""An outside ledger: what was sent and what was acknowledged, held against the log after each crash."""
import collections
import random
import time

from skaldwire import new_id

COUNTERS = [f"c{i}" for i in range(4)]
ACCOUNTS = [f"a{i}" for i in range(4)]
MONEY = 1_000_000


class Ledger:
    """Sends commands and sagas, remembers every acknowledgement, and checks that the server remembers the same."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.commands = {}                           # command id → (key, name, body, number of events)
        self.submits = {}                            # the same, of those sent by command.submit
        self.accepted = set()                        # ids of submits that were acknowledged
        self.answers = {}                            # command id → (version, position) as told
        self.sagas = {}                              # saga id → its arguments
        self.started = set()                         # ids of sagas whose start was acknowledged
        self.ended = {}                              # saga id → state
        self.events = collections.defaultdict(list)  # (aggregate, key) → its events so far
        self.position = 0
        self.requests = 0

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
        """One message of any kind; the id its acknowledgement will carry."""
        id, kind = new_id(), self.chance.random()
        if kind < 0.25:
            payer, payee = self.chance.sample(ACCOUNTS, 2)
            amount = self.chance.choice([1, 5, 10 * MONEY])      # the last is refused at once
            target = payee if self.chance.random() < 0.8 else "never opened"    # refused behind the withdrawal: undone
            self.sagas[id] = {"definition": "transfer-money", "id": id, "input": {"from": payer, "to": target, "amount": amount}}
            return self.perhaps_twice(lambda: self.send_saga(client, id))
        n = self.chance.choice([1, 1, 3, 10])
        name = self.chance.choice(["add", "burst"])
        command = (self.chance.choice(COUNTERS), name, {"n": n}, n if name == "burst" else 1)
        if kind < 0.35:
            self.submits[id] = command
            return self.perhaps_twice(lambda: self.send_submit(client, id))
        self.commands[id] = command
        return self.perhaps_twice(lambda: self.send_command(client, id))

    def perhaps_twice(self, send):
        """A tenth of everything is sent twice in a row, as an impatient client does; the answers must be one."""
        if self.chance.random() < 0.1:
            send()
        return send()

    def send_command(self, client, id):
        key, name, body, _ = self.commands[id]
        return client.send_command("counter", key, name, body, id=id)

    def send_submit(self, client, id):
        key, name, body, _ = self.submits[id]
        arguments = {"id": id, "aggregate": "counter", "key": key, "name": name, "body": body}
        return client.send_request("command.submit", arguments, id=self.request_id("s", id))

    def send_saga(self, client, id):
        return client.send_request("saga.start", self.sagas[id], id=self.request_id("g", id))

    def request_id(self, kind, id):
        """Another one each time, so that only the id inside makes two sends one."""
        self.requests += 1
        return f"{kind}-{id}-{self.requests}"

    def note(self, message):
        """Writes an acknowledgement down; a `busy` took no place and is none."""
        if message.code == "busy":
            return
        assert message.ok, message
        kind, id = message.id[:2], message.id[2:38]
        if kind == "g-":
            self.started.add(id)
        elif kind == "s-":
            self.accepted.add(id)
        else:
            self.note_answer(message.id, (message.version, message.position))

    def note_answer(self, id, answer):
        known = self.answers.setdefault(id, answer)
        assert known == answer, f"two answers to {id}: {known} and {answer}"

    # After a crash

    def settle(self, client):
        """Sends again, under its id, what was never acknowledged and some of what was; waits for every result and end."""
        again = [id for id in self.commands if id not in self.answers]
        again += self.chance.sample(sorted(self.answers.keys() & self.commands.keys()), min(50, len(self.answers) // 2))
        submits, sagas = self.submits.keys() - self.accepted, self.sagas.keys() - self.started
        for ids, send in ((again, self.send_command), (submits, self.send_submit), (sagas, self.send_saga)):
            for id in ids:
                send(client, id)
        for _ in range(len(again) + len(submits) + len(sagas)):
            self.note(client.receive(30))
        assert self.started == self.sagas.keys() and self.accepted == self.submits.keys()
        for id in self.submits.keys() - self.answers.keys():
            result = client.ask("command.result", id=id, wait_ms=20_000)
            self.note_answer(id, (result["ok"]["version"], result["ok"]["position"]))
        for id in self.sagas.keys() - self.ended.keys():
            self.ended[id] = client.end_of(id)["state"]
            assert self.ended[id] in ("completed", "compensated"), (id, self.ended[id])

    def check(self, client):
        """Nothing lost, nothing doubled, versions contiguous, no event without a command or saga of ours, no money made."""
        for event in client.events(limit=1000, **{"from": self.position + 1}):
            assert event["position"] == self.position + 1, f"position {event['position']} after {self.position}"
            self.position = event["position"]
            log = self.events[event["aggregate"], event["key"]]
            assert event["version"] == len(log) + 1, f"{event['aggregate']}/{event['key']}: version {event['version']} after {len(log)}"
            log.append(event)
        self.check_commands()
        self.check_states(client)

    def check_commands(self):
        sent = {**self.commands, **self.submits}
        assert self.answers.keys() == sent.keys()
        expected = collections.Counter({id: count for id, (_, _, _, count) in sent.items()})
        seen = collections.Counter(event["command"] for key in COUNTERS for event in self.events["counter", key])
        assert seen == expected, f"lost {dict(expected - seen)}, doubled or foreign {dict(seen - expected)}"
        for id, (version, position) in self.answers.items():
            event = self.events["counter", sent[id][0]][version - 1]
            assert (event["command"], event["position"]) == (id, position), f"{id} was told version {version}"

    def check_states(self, client):
        balances = [client.ask("aggregate.get", aggregate="account", key=key)["state"]["balance"] for key in ACCOUNTS]
        assert sum(balances) == MONEY * len(ACCOUNTS), balances
        for key in COUNTERS:
            log = self.events["counter", key]
            if log:
                state = client.ask("aggregate.get", aggregate="counter", key=key)
                assert (state["version"], state["state"]["value"]) == (len(log), sum(event["body"]["n"] for event in log))

    def reread(self, client):
        """The whole log once more: every event as it was first read."""
        known = sorted((event for log in self.events.values() for event in log), key=lambda event: event["position"])
        assert client.events(limit=1000) == known
