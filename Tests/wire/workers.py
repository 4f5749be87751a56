"""A worker of thirty lines: raw frames on a DEALER, nothing of the kits."""
import time
import urllib.parse

import zmq

from skaldwire import Message, frame, new_id


class Task:
    """One task as it came: its words, its headers, its body."""

    def __init__(self, message):
        plain = [urllib.parse.unquote(word) for word in message.words if "=" not in word]
        self.headers = dict(word.split("=", 1) for word in message.words if "=" in word)
        self.id = message.id
        self.kind, self.name, self.operation, self.attempt = plain[0], plain[1], plain[2], int(plain[3])
        self.step, self.direction = self.headers["step"], self.headers["direction"]
        self.saga = self.headers["saga"]
        self.body = message.body


class RawWorker:
    """Says what a test has it say, and keeps every task and error that comes. Patient: it is silent while a test does other things."""

    def __init__(self, endpoint, actions, credit=8, **more):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(endpoint)
        self.tasks, self.errors, self.welcomes, self.heartbeats = [], [], [], 0
        self.ready(actions, credit, **more)

    def ready(self, actions, credit=8, **more):
        body = {"actions": actions, "credit": credit, "heartbeat_ms": 20_000, "dedupes": True, **more}
        before = len(self.welcomes)
        self.socket.send(frame("ready", new_id(), body=body))
        self.until(lambda: len(self.welcomes) > before or self.errors)

    def say(self, verb, task, *words, body=None):
        self.socket.send(frame(verb, task.id if isinstance(task, Task) else task, *words, body=body))

    def done(self, task, result=None, **more):
        self.say("done", task, body={"result": result or {}, **more})

    def take(self, seconds=0.0):
        """Takes in what has come, waiting so long for the first."""
        if not self.socket.poll(int(seconds * 1000)):
            return False
        while self.socket.poll(0):
            message = Message(self.socket.recv())
            if message.verb == "task":
                self.tasks.append(Task(message))
            elif message.verb == "error":
                self.errors.append((message.id, message.words[0]))
            elif message.verb == "welcome":
                self.welcomes.append(int(message.words[0]))
            elif message.verb == "heartbeat":
                self.heartbeats += 1
        return True

    def until(self, holds, seconds=15):
        end = time.monotonic() + seconds
        beat = 0
        while not holds():
            assert time.monotonic() < end, (self.tasks, self.errors)
            if time.monotonic() > beat:
                self.socket.send(b"SKALD1 heartbeat -")
                beat = time.monotonic() + 0.4
            self.take(0.05)

    def task(self, step, direction="do", seconds=15):
        def found():
            return [task for task in self.tasks if task.step == step and task.direction == direction]

        self.until(found, seconds)
        task = found()[0]
        self.tasks.remove(task)
        return task

    def stop(self):
        self.socket.close(linger=2_000)     # what was said last still leaves
