"""The checker itself: a true history passes, and each way to falsify a log or an answer is found."""
import copy

import pytest

from history import Audit, History, Operation


def event(position, stream, version, name, body, command, saga=None, time="2026-11-21T12:00:00.000Z"):
    return {"position": position, "aggregate": stream[0], "key": stream[1], "version": version, "name": name, "body": body,
            "time": time, "command": command, "correlation": saga}


class Scene:
    """Two commands on one counter, the second sent after the first was answered, and a saga that moved 5."""

    def __init__(self):
        self.history = History()
        for id, sent, answered, events, answer in (("one", 1, 2, 1, (1, 1, 1)), ("two", 3, 4, 2, (3, 3, 3))):
            self.history.operations[id] = Operation(id, "command", "counter", "c", "burst", {}, events, sent, ("lane", sent), answered, answer)
        self.history.operations["saga"] = Operation("saga", "saga", body={"amount": 5}, sent=5, answered=6, answer=("completed",))
        self.events = [event(1, ("counter", "c"), 1, "added", {"n": 1}, "one"), event(2, ("counter", "c"), 2, "added", {"n": 1}, "two"),
                       event(3, ("counter", "c"), 3, "added", {"n": 1}, "two"),
                       event(4, ("$saga", "saga"), 1, "saga.started", {}, "r", "saga"), event(5, ("$saga", "saga"), 2, "saga.completed", {}, "r", "saga"),
                       event(6, ("account", "a"), 1, "withdrawn", {"amount": 5}, "saga/take/do", "saga"),
                       event(7, ("account", "b"), 1, "deposited", {"amount": 5}, "saga/give/do", "saga")]

    def kinds(self):
        audit = Audit(self.history)
        for event in self.events:
            audit.read(event)
        return {kind for kind, _ in audit.judge()}


def number(events):
    """Positions and versions as a server would have given them."""
    versions = {}
    for position, event in enumerate(events, 1):
        stream = (event["aggregate"], event["key"])
        versions[stream] = versions.get(stream, 0) + 1
        event.update(position=position, version=versions[stream])


def drop(index):
    def tamper(scene):
        del scene.events[index]
        number(scene.events)
    return tamper


def repeat(index):
    def tamper(scene):
        scene.events.insert(index + 1, copy.deepcopy(scene.events[index]))
        number(scene.events)
    return tamper


def change(index, **fields):
    return lambda scene: scene.events[index].update(fields)


def swap(scene):
    """The second command stands before the first, and both were told so."""
    scene.events[:3] = scene.events[1:3] + scene.events[:1]
    number(scene.events)
    scene.history.operations["two"].answer = (2, 2, 2)
    scene.history.operations["one"].answer = (3, 3, 3)


def swap_on_one_lane(scene):
    """The same, but both were sent before any was answered: the connection's order alone is broken."""
    swap(scene)
    scene.history.operations["two"].sent = 1


def answer(id, *told):
    return lambda scene: setattr(scene.history.operations[id], "answer", told)


def forget(scene):
    del scene.history.operations["two"]


def second_answer(scene):
    scene.history.answer("one", (2, 2, 2))


def test_a_true_history_has_no_findings():
    assert Scene().kinds() == set()


@pytest.mark.parametrize("kind, tamper", [
    ("lost", drop(0)), ("lost", drop(2)), ("lost", lambda scene: scene.events.__delitem__(slice(3, 7))),
    ("lost", change(3, position=5)), ("doubled", repeat(0)), ("doubled", repeat(2)),
    ("unowned", forget), ("unowned", change(0, command="nobody")), ("unowned", change(1, key="d")),
    ("order", change(1, version=3)), ("order", change(1, time="2026-11-21T11:59:59.999Z")), ("order", swap), ("order", swap_on_one_lane),
    ("reply", answer("one", 2, 1, 1)), ("reply", answer("one", 1, 2, 1)), ("reply", answer("two", 3, 3, 4)), ("reply", second_answer),
    ("saga", change(4, name="step.completed")), ("saga", change(4, name="saga.compensated")), ("saga", drop(6)), ("saga", repeat(5)),
    ("saga", change(6, body={"amount": 4})),
])
def test_what_is_false_is_found(kind, tamper):
    scene = Scene()
    tamper(scene)
    assert kind in scene.kinds()


def test_a_refused_command_that_left_an_event_is_found():
    scene = Scene()
    scene.history.operations["one"].events, scene.history.operations["one"].answer = 0, ("rejected", "no")
    assert "doubled" in scene.kinds()
