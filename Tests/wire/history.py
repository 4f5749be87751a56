"""What clients saw, and whether the log can be the reason for it.

    History   every send and every answer with its time, by the id that makes sends one
    Audit     reads the log in order and holds it against the history; what does not fit is a finding

Findings are of these kinds: `lost` (acknowledged and not there), `doubled` (more effect than one), `unowned` (an event
that nobody asked for), `order` (versions, positions, times, or a command behind one that was sent after its answer),
`reply` (an answer that the log contradicts), `saga` (one that did not end, or ended with half of its effects).
"""
import collections
import dataclasses
import time

ENDED = {"saga.completed": "completed", "saga.compensated": "compensated", "saga.terminated": "terminated", "saga.stuck": "stuck"}
FOLDS = {"added": lambda body: body["n"], "deposited": lambda body: body["amount"], "withdrawn": lambda body: -body["amount"],
         "opened": lambda body: 0, "closed": lambda body: 0}


@dataclasses.dataclass
class Operation:
    """One thing a client wants done once, however often it is sent."""

    id: str
    kind: str                   # command, submit or saga
    aggregate: str = None
    key: str = None
    name: str = None
    body: dict = None
    events: int = 0             # how many it makes when it is done
    sent: float = None          # first
    lane: tuple = None          # connection, and number of the send on it; None when it was sent more than once
    answered: float = None      # the first answer that says it is durable
    answer: tuple = None        # (version, position, value) or ("rejected", reason)


@dataclasses.dataclass
class Effect:
    """The events of one command, as the log has them."""

    stream: tuple
    version: int                # of the last event
    position: int               # of the last event
    events: int
    value: int                  # the stream's sum behind the last event


class History:
    def __init__(self):
        self.operations = {}
        self.conflicts = []     # (id, text) of answers that contradict an earlier one
        self.sends = 0

    def send(self, operation, connection):
        """Notes a send, the first or another."""
        known = self.operations.setdefault(operation.id, operation)
        self.sends += 1
        known.lane = (connection, self.sends) if known.sent is None else None
        if known.sent is None:
            known.sent = time.monotonic()

    def acknowledge(self, id):
        """An answer that says: it is durable, the result may follow."""
        operation = self.operations[id]
        operation.answered = operation.answered or time.monotonic()

    def answer(self, id, answer):
        operation = self.operations[id]
        self.acknowledge(id)
        if operation.answer is None:
            operation.answer = answer
        elif operation.answer != answer:
            self.conflicts.append((id, f"first {operation.answer}, then {answer}"))

    def acknowledged(self):
        return sum(operation.answered is not None for operation in self.operations.values())


class Audit:
    """Give it every event once, in order, then ask it to judge; it remembers what it has read."""

    def __init__(self, history):
        self.history = history
        self.findings = []                                  # (kind, text)
        self.position, self.time = 0, ""
        self.versions = collections.Counter()               # (aggregate, key) → events so far
        self.values = collections.Counter()                 # (aggregate, key) → sum so far
        self.effects = {}                                   # command id → Effect
        self.sagas = {}                                     # saga id → name of its last event
        self.moved = collections.defaultdict(collections.Counter)   # saga id → (aggregate, key) → sum of what it moved
        self.fresh = []                                     # ids with effects since the last judgement, in the log's order
        self.judged = set()

    def find(self, kind, text):
        self.findings.append((kind, text))

    def read(self, event):
        stream = (event["aggregate"], event["key"])
        if event["position"] != self.position + 1:
            self.find("lost", f"position {event['position']} follows {self.position}")
        if event["time"] < self.time:
            self.find("order", f"position {event['position']}: time {event['time']} after {self.time}")
        self.position, self.time = event["position"], event["time"]
        self.versions[stream] += 1
        if event["version"] != self.versions[stream]:
            self.find("order", f"{stream}: version {event['version']} where {self.versions[stream]} must follow")
            self.versions[stream] = event["version"]
        self.own(event, stream)

    def own(self, event, stream):
        """Whose event it is."""
        saga = event["correlation"]
        if stream[0] == "$definition":
            return
        if stream[0] == "$saga":
            self.sagas[stream[1]] = event["name"]
            if stream[1] not in self.history.operations:
                self.find("unowned", f"saga {stream[1]} was never sent")
            return
        amount = FOLDS[event["name"]](event["body"])
        self.values[stream] += amount
        if saga is not None and saga in self.history.operations:
            self.moved[saga][stream] += amount
        elif event["command"] in self.history.operations:
            self.effect(event, stream)
        else:
            self.find("unowned", f"position {event['position']}: {event['name']} on {stream} by {event['command']}")

    def effect(self, event, stream):
        id, operation = event["command"], self.history.operations[event["command"]]
        if stream != (operation.aggregate, operation.key):
            self.find("unowned", f"{id} was sent to {operation.aggregate}/{operation.key} and is in {stream}")
        effect = self.effects.get(id)
        if effect is None:
            self.effects[id] = Effect(stream, event["version"], event["position"], 1, self.values[stream])
            self.fresh.append(id)
            return
        if (event["version"], event["position"]) != (effect.version + 1, effect.position + 1):
            self.find("doubled", f"{id} has events at positions {effect.position} and {event['position']}")
        effect.version, effect.position = event["version"], event["position"]
        effect.events += 1
        effect.value = self.values[stream]

    # Judgement

    def judge(self):
        """Holds everything that happened since the last judgement against the log read so far."""
        for id, text in self.history.conflicts:
            self.find("reply", f"two answers to {id}: {text}")
        self.history.conflicts = []
        for id, operation in self.history.operations.items():
            if id not in self.judged:
                self.judge_saga(operation) if operation.kind == "saga" else self.judge_command(operation)
        self.judge_order()
        self.judged |= {id for id, operation in self.history.operations.items() if operation.answer is not None}
        return self.findings

    def judge_command(self, operation):
        effect, answer = self.effects.get(operation.id), operation.answer
        if effect and effect.events > operation.events:
            self.find("doubled", f"{operation.id} made {effect.events} events, {operation.events} were asked for")
        elif effect and effect.events < operation.events:
            self.find("lost", f"{operation.id} made {effect.events} of {operation.events} events")
        elif not effect and operation.events and operation.answered is not None and (answer is None or answer[0] != "rejected"):
            self.find("lost", f"{operation.id}, acknowledged as {answer}, is not in the log")
        elif effect and answer and answer != (effect.version, effect.position, effect.value):
            self.find("reply", f"{operation.id} was told {answer}, the log has {effect}")

    def judge_saga(self, operation):
        last = self.sagas.get(operation.id)
        if last is None:
            if operation.answered is not None:
                self.find("lost", f"saga {operation.id} was acknowledged and is not in the log")
            return
        if operation.answer is None:
            return      # nobody has waited for its end
        state, moved = ENDED.get(last), self.moved[operation.id]
        if state != operation.answer[0]:
            self.find("saga", f"saga {operation.id} was told to be {operation.answer[0]}, its last event is {last}")
        amounts = sorted(amount for amount in moved.values() if amount)
        asked = operation.body["amount"]
        whole = amounts == ([-asked, asked] if asked and state == "completed" else [])
        if state in ("completed", "compensated") and not whole:
            self.find("saga", f"saga {operation.id} is {state} and moved {dict(moved)}")

    def judge_order(self):
        """In the log's order, none may stand before one that was answered before it was sent; and a lane keeps its order.

        A submit is answered when it is accepted, so across keys it may still be overtaken.
        """
        soonest, lanes = collections.defaultdict(lambda: float("inf")), {}
        for id in reversed(self.fresh):
            operation = self.history.operations[id]
            stream = (operation.aggregate, operation.key)
            if operation.sent is not None and min(soonest[stream], soonest["command"]) < operation.sent:
                self.find("order", f"{id} stands before a command that was answered before {id} was sent")
            if operation.answered is not None:
                for scope in (stream, operation.kind):
                    soonest[scope] = min(soonest[scope], operation.answered)
            if operation.lane:
                lane, number = (operation.lane[0], stream), operation.lane[1]
                if number > lanes.get(lane, number):
                    self.find("order", f"{id} stands before a command sent before it on the same connection to the same key")
                lanes[lane] = number
        self.fresh = []

    def count(self, kind):
        return sum(found == kind for found, _ in self.findings)
