"""An outside ledger: load that remembers every answer, and holds the log against them after each fault."""
import collections
import random
import time

from history import Audit, History, Operation
from skaldwire import Client, new_id

COUNTERS = [f"c{i}" for i in range(4)]
ACCOUNTS = [f"a{i}" for i in range(4)]
MONEY = 1_000_000
NAP = {"saga": "nap", "version": 1, "steps": {"nap": {"sleep": "300ms"}}}


class Ledger:
    """Sends commands, submits and sagas, remembers every answer, and checks that the server remembers the same.

    `refusals`: codes that say nothing was done and it may be sent again, so they are no answers.
    """

    def __init__(self, seed, refusals=("busy",)):
        self.chance = random.Random(seed)
        self.refusals = refusals
        self.refused = 0                # of these, how many came
        self.history = History()
        self.audit = Audit(self.history)
        self.open = collections.Counter()   # connection → messages sent on it and not answered yet
        self.sagas = {}                 # saga id → the arguments of its start
        self.requests = 0

    def operations(self, kind):
        return [operation for operation in self.history.operations.values() if operation.kind == kind]

    @property
    def acknowledged(self):
        return self.history.acknowledged()

    @property
    def ended(self):
        return {saga.id: saga.answer[0] for saga in self.operations("saga") if saga.answer}

    def prepare(self, client):
        """Fills the accounts, as far as that has not been sent yet."""
        sent = {(operation.key, operation.name) for operation in self.operations("command") if operation.aggregate == "account"}
        for key in ACCOUNTS:
            for name, body in (("open", {"owner": key}), ("deposit", {"amount": MONEY})):
                if (key, name) not in sent:
                    self.send_command(client, Operation(new_id(), "command", "account", key, name, body, events=1))
                    self.take(client)

    # Load

    def load(self, client, seconds, window=64):
        """Keeps `window` messages in flight until the time is up; returns with some still unanswered."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            while self.open[client] < window:
                self.send_one(client)
            while client.socket.poll(0 if self.open[client] < window else 5):
                self.take(client)

    def take(self, client, seconds=30):
        """Waits for one answer; True unless it is a refusal."""
        message = client.receive(seconds)
        self.open[client] -= 1
        return self.note(message)

    def finish(self, client):
        """Waits for every answer that is still open."""
        while self.open[client] > 0:
            self.take(client)

    def drain(self, client, seconds=0):
        """Notes the answers that are on their way, from a server that may have gone."""
        while client.socket.poll(1000 * seconds):
            self.take(client, 0)

    def send_one(self, client):
        """One message of any kind; the id its acknowledgement will carry."""
        id, kind = new_id(), self.chance.random()
        if kind < 0.25:
            payer, payee = self.chance.sample(ACCOUNTS, 2)
            amount = self.chance.choice([1, 5, 10 * MONEY])      # the last is refused at once
            target = payee if self.chance.random() < 0.8 else "never opened"    # refused behind the withdrawal: undone
            body = {"from": payer, "to": target, "amount": amount}
            self.sagas[id] = {"definition": "transfer-money", "id": id, "input": body}
            return self.perhaps_twice(self.send_saga, client, Operation(id, "saga", body=body))
        if kind < 0.3:
            refused = Operation(id, "command", "account", self.chance.choice(ACCOUNTS), "withdraw", {"amount": 10 * MONEY})
            return self.perhaps_twice(self.send_command, client, refused)
        n = self.chance.choice([1, 1, 3, 10])
        name = self.chance.choice(["add", "burst"])
        operation = Operation(id, "submit" if kind < 0.4 else "command", "counter", self.chance.choice(COUNTERS), name, {"n": n},
                              events=n if name == "burst" else 1)
        return self.perhaps_twice(self.send_submit if operation.kind == "submit" else self.send_command, client, operation)

    def start_saga(self, client, definition, amount=0):
        """An inline saga; its id. `amount` is what it moves when it completes."""
        saga = Operation(new_id(), "saga", body={"amount": amount})
        self.sagas[saga.id] = {"inline": definition, "id": saga.id, "input": {}}
        self.send_saga(client, saga)
        return saga.id

    def perhaps_twice(self, send, client, operation):
        """A tenth of everything is sent twice in a row, as an impatient client does; the answers must be one."""
        if self.chance.random() < 0.1:
            send(client, operation)
        return send(client, operation)

    def sent(self, operation, client):
        self.history.send(operation, client)
        self.open[client] += 1

    def send_command(self, client, operation):
        self.sent(operation, client)
        return client.send_command(operation.aggregate, operation.key, operation.name, operation.body, id=operation.id)

    def send_submit(self, client, operation):
        self.sent(operation, client)
        arguments = {"id": operation.id, "aggregate": "counter", "key": operation.key, "name": operation.name, "body": operation.body}
        return client.send_request("command.submit", arguments, id=self.request_id("s", operation.id))

    def send_saga(self, client, operation):
        self.sent(operation, client)
        return client.send_request("saga.start", self.sagas[operation.id], id=self.request_id("g", operation.id))

    def send_again(self, client, operation):
        senders = {"command": self.send_command, "submit": self.send_submit, "saga": self.send_saga}
        senders[operation.kind](client, operation)

    def request_id(self, kind, id):
        """Another one each time, so that only the id inside makes two sends one."""
        self.requests += 1
        return f"{kind}-{id}-{self.requests}"

    def note(self, message):
        """Writes an answer down; True unless it is a refusal, which left no trace."""
        if message.code in self.refusals:
            self.refused += 1
            return False
        if message.id[:2] in ("g-", "s-"):
            assert message.ok, message
            self.history.acknowledge(message.id[2:38])
        elif message.code == "rejected":
            self.history.answer(message.id, ("rejected", message["reason"]))
        else:
            assert message.ok, message
            body = message.body
            self.history.answer(message.id, (message.version, message.position, body.get("value", body.get("balance", 0))))
        return True

    # After a fault

    def settle(self, client):
        """Sends again, under its id, what was never acknowledged and some of what was; waits for every result and end."""
        self.finish(client)
        answered = [one for one in self.operations("command") if one.answer]
        again = [one for one in self.history.operations.values() if not one.answered]
        again += self.chance.sample(answered, min(50, len(answered) // 2))
        refused = self.refused
        for operation in again:
            self.send_again(client, operation)
        self.finish(client)
        assert self.refused == refused, "refused, with nothing else to do"
        for operation in self.operations("submit"):
            if not operation.answer:
                result = client.ask("command.result", id=operation.id, wait_ms=20_000)
                told = result["ok"]
                self.history.answer(operation.id, (told["version"], told["position"], told["result"]["value"]))
        for operation in self.operations("saga"):
            if not operation.answer:
                state = client.end_of(operation.id)["state"]
                assert state in ("completed", "compensated"), (operation.id, state)
                self.history.answer(operation.id, (state,))

    def check(self, client):
        """Nothing lost, doubled, unowned or out of order; every reply and every state as the log says; no money made."""
        for event in client.events(limit=1000, **{"from": self.audit.position + 1}):
            self.audit.read(event)
        findings = self.audit.judge()
        assert not findings, f"{len(findings)} findings, first of them {findings[:5]}"
        self.check_states(client)

    def check_states(self, client):
        for type, field, keys in (("account", "balance", ACCOUNTS), ("counter", "value", COUNTERS)):
            for key in keys:
                if version := self.audit.versions[type, key]:
                    state = client.ask("aggregate.get", aggregate=type, key=key)
                    assert (state["version"], state["state"][field]) == (version, self.audit.values[type, key]), (type, key, state)
        assert sum(self.audit.values["account", key] for key in ACCOUNTS) == MONEY * len(ACCOUNTS)

    def survive(self, server):
        """Settles and checks on a new connection."""
        with Client(server.endpoint) as client:
            self.settle(client)
            self.prepare(client)
            self.check(client)

    def reread(self, client):
        """The whole log once more, by another audit: it must judge the same."""
        again = Audit(self.history)
        for event in client.events(limit=1000):
            again.read(event)
        assert not again.judge() and (again.position, again.values) == (self.audit.position, self.audit.values)
