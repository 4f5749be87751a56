"""Everything a store can be asked, and how two servers' answers to it differ."""
from scenario import Mortal
from skaldwire import Client, Message, NoAnswer

DAMAGED = "internal"    # the one code that says: this cannot be read here


class Answers:
    """What a good server answers; others are compared with it."""

    def __init__(self, server, ledger):
        self.questions = []
        with Client(server.endpoint) as client:
            events = client.events(limit=500)
            self.ask_about(events, ledger)
            good = self.put(client)
        # What has expired is not found by a good server either.
        refused = [reply for reply in good if not reply.ok and reply.code != "not_found"]
        assert not refused, refused[:3]
        self.good = [reply.raw for reply in good]

    def ask_about(self, events, ledger):
        add = lambda operation, **arguments: self.questions.append((operation, arguments))
        for start in range(1, events[-1]["position"] + 1, 500):
            add("event.read", limit=500, **{"from": start})
        add("event.read", limit=500, backwards=True)
        for type, key in sorted({(event["aggregate"], event["key"]) for event in events}):
            add("event.read", aggregate=type, key=key, limit=1000)
            add("event.read", aggregate=type, key=key, limit=3, backwards=True)
            if type == "$saga":
                add("saga.get", id=key)
                add("saga.history", id=key)
            elif type != "$definition":
                add("aggregate.get", aggregate=type, key=key)
                add("aggregate.get", aggregate=type, key=key, version=2)
        for type in ("account", "counter", "$saga"):
            add("event.read", aggregate=type, limit=1000)
        for state in ("running", "compensated", "completed"):
            add("saga.list", state=state, limit=1000)
        add("saga.list", limit=1000)
        add("def.list")
        for name in ("book-trip", "transfer-money", "place-bid"):
            add("def.get", name=name)
        for operation in ledger.operations("command")[-100:]:
            add("command.result", id=operation.id)

    def put(self, client):
        for number, (operation, arguments) in enumerate(self.questions):
            client.send_request(operation, arguments, id=f"q{number}")
        return client.answers([f"q{number}" for number in range(len(self.questions))])

    def compare(self, server):
        """(how many were equal, whether a row was not found, what is wrong) of a server on another store; it may end meanwhile."""
        equal, hidden = 0, False
        with Mortal(server, timeout=10) as client:
            for number, (operation, arguments) in enumerate(self.questions):
                client.send_request(operation, arguments, id=f"q{number}")
            for number, (question, good) in enumerate(zip(self.questions, self.good)):
                try:
                    reply = client.answer(f"q{number}")
                except NoAnswer as why:
                    wrong = None if server.process.poll() is not None else f"{question}: {why}"
                    return equal, hidden, wrong
                if reply.raw == good:
                    equal += 1
                elif is_less(reply, Message(good)):
                    hidden = True
                elif reply.code != DAMAGED:
                    return equal, hidden, f"{question}: {reply} instead of {good[:300]!r}"
        return equal, hidden, None


def is_less(reply, good):
    """Whether it holds nothing but what the good answer holds, or says of what it cannot read."""
    if reply.code == "not_found":
        return True
    for name in ("events", "sagas"):
        if reply.ok and name in reply.body:
            return all(one in good[name] or (one.get("error") or {}).get("code") == DAMAGED for one in reply[name])
    return False
