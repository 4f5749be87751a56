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
            self.known = {event["position"]: event for event in events}
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
        """(how many were equal, what answer lacked a row, what is wrong) of a server on another store; it may end meanwhile."""
        equal, hidden = 0, None
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
                elif tells(reply, Message(good)):
                    continue
                elif lacks(reply, Message(good), self.known):
                    hidden = f"{question}: {reply}"[:300]
                elif reply.code != DAMAGED:
                    return equal, hidden, f"{question}: {reply} instead of {good[:300]!r}"
        return equal, hidden, None


def tells(reply, good):
    """Whether a list of sagas differs only in those of which it says that they cannot be read."""
    if not reply.ok or "sagas" not in reply.body or len(reply["sagas"]) != len(good["sagas"]):
        return False
    return all(found == saga or (found["id"] == saga["id"] and (found.get("error") or {}).get("code") == DAMAGED)
               for found, saga in zip(reply["sagas"], good["sagas"]))


def lacks(reply, good, known):
    """Whether it only lacks what the good answer holds: what it does hold is right, or new, or said to be unreadable."""
    if reply.code == "not_found":
        return True
    if reply.ok and "events" in reply.body:
        return all(known.get(event["position"], event) == event for event in reply["events"])
    if reply.ok and "sagas" in reply.body:
        return all(saga in good["sagas"] or "definition" not in saga for saga in reply["sagas"])
    return reply.ok and reply.body.get("version") == 0 and reply.body.get("state", 0) is None
