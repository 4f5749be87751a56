"""A worker that sells seats, right in one way and wrong in seven: `seats.py ENDPOINT FOLDER [FAULT]`.

Raw frames and SQLite, none of the kit: what a team without a kit would write. Effects are rows of the table `effects`, one for
each time something really happened; `count.py` beside it counts them.

FAULT says what is wrong:
    no-dedupe       does everything as often as it is asked
    undo-fails      refuses to undo what it never did
    undo-acts       undoes what it never did, really
    late-acts       forgets what is undone, so that a late do happens once more
    other-task      answers every repetition under the id of the first task
    mute            never answers a repetition
    error-is-no     takes any error for a no: a locked row too
    dies            ends when its input is wrong
    forgets         dedupes in memory alone
    marks           takes a question for the do it asks about
    rude            ends without a word
    deaf            never finds out that the server is gone
"""
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections import deque
from urllib.parse import unquote

import zmq

ENDPOINT, FOLDER = sys.argv[1:3]
FAULT = sys.argv[3] if len(sys.argv) > 3 else None
SCHEMA = """
CREATE TABLE IF NOT EXISTS effects (operation TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (operation TEXT PRIMARY KEY, task TEXT NOT NULL, answer TEXT NOT NULL);
"""


class No(Exception):
    pass


def open_book():
    db = sqlite3.connect(os.path.join(FOLDER, "seats.db"), isolation_level=None, timeout=0 if FAULT == "error-is-no" else 10)
    return db


def stored(db, operation):
    row = db.execute("SELECT task, answer FROM answers WHERE operation = ?", (operation,)).fetchone()
    return (row[0], tuple(json.loads(row[1]))) if row else None


def store(db, operation, task, answer):
    db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (operation, task, json.dumps(answer)))


def effect(db, operation):
    db.execute("INSERT INTO effects VALUES (?)", (operation,))


def act(db, task):
    """Does what a task asks; gives verb, words and body of the answer, and the task it answers."""
    if FAULT != "no-dedupe":
        known = stored(db, task.operation)
        if known and FAULT == "mute":
            return None
        if known:
            return (known[0] if FAULT == "other-task" else task.id), known[1]
    if task.direction == "undo":
        return undo(db, task)
    if not isinstance(task.input.get("to"), str):
        if FAULT == "dies":
            os._exit(3)
        raise No("bad_input", "'to' is missing")
    effect(db, task.operation)
    if FAULT == "error-is-no":
        time.sleep(1)
    answer = ("done", [], {"result": {"seat": db.execute("SELECT count(*) FROM effects").fetchone()[0]}})
    store(db, task.operation, task.id, answer)
    return task.id, answer


def undo(db, task):
    done = stored(db, task.about)
    if not done and FAULT == "undo-fails":
        raise No("not_found", "no such seat")
    if done and done[1][0] == "done" or FAULT in ("undo-acts", "no-dedupe"):
        effect(db, task.operation)
    answer = ("done", [], {"result": {}})
    if FAULT == "late-acts":
        db.execute("DELETE FROM answers WHERE operation = ?", (task.about,))
    elif FAULT != "no-dedupe":
        store(db, task.about, task.id, ("refuse", ["undone"], {"message": "its undo came first"}))
    store(db, task.operation, task.id, answer)
    return task.id, answer


def probe(db, task):
    if FAULT == "marks":
        effect(db, task.about)
        store(db, task.about, task.id, ("done", [], {"result": {"seat": 0}}))
    known = stored(db, task.about)
    return task.id, known[1] if known else ("retry", ["0"], {"message": "nothing yet"})


class Task:
    def __init__(self, raw):
        head, _, body = raw.partition(b"\n")
        words = head.decode().split(" ")
        self.id, self.action, self.operation, self.attempt = words[2], words[4], unquote(words[5]), int(words[6])
        headers = dict(word.split("=", 1) for word in words[7:])
        self.direction, self.epoch = headers["direction"], int(headers["epoch"])
        body = json.loads(body)
        self.input, self.about = body["input"], (body.get("do") or {}).get("operation")


def answer(task):
    """The frame to send; None for nothing at all."""
    db = open_book()
    try:
        db.execute("BEGIN IMMEDIATE")
        said = probe(db, task) if task.direction == "probe" else act(db, task)
        db.execute("COMMIT")
    except No as no:
        said = task.id, ("refuse", [no.args[0]], {"message": no.args[1]})
    except Exception as error:
        verb = ("refuse", ["failed"]) if FAULT == "error-is-no" else ("unknown", [])
        said = task.id, (*verb, {"message": str(error)})
    finally:
        db.close()
    if said is None:
        return None
    id, (verb, words, body) = said
    return " ".join(["SKALD1", verb, id, *words]).encode() + b"\n" + json.dumps(body).encode()


class Worker:
    def __init__(self):
        self.context, self.held, self.said, self.stopping = zmq.Context(), [], deque(), False
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *_):
        if FAULT == "rude":
            os._exit(1)
        self.stopping = True

    def connect(self):
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 1000
        self.socket.connect(ENDPOINT)
        self.ready(8)
        self.heard = self.spoke = time.monotonic()

    def ready(self, credit):
        body = {"actions": ["seat.reserve", "seat.cancel", "seat.status"], "credit": credit, "heartbeat_ms": 300,
                "dedupes": FAULT is None, "holding": list(self.held)}
        self.socket.send(b"SKALD1 ready r1\n" + json.dumps(body).encode())

    def take(self, raw):
        task = Task(raw)
        self.held.append(task.id)
        threading.Thread(target=lambda: self.said.append((task.id, answer(task))), daemon=True).start()

    def run(self):
        self.connect()
        while not self.stopping:
            self.step()
        self.ready(0)
        while self.held:
            self.step()
        self.socket.send(b"SKALD1 bye -")
        self.socket.close()
        self.context.term()

    def step(self):
        if self.socket.poll(10):
            raw = self.socket.recv()
            self.heard = time.monotonic()
            if raw.startswith(b"SKALD1 task"):
                self.take(raw)
        while self.said:
            id, frame = self.said.popleft()
            self.held.remove(id)
            if frame is not None:
                self.socket.send(frame)
        now = time.monotonic()
        if now - self.spoke > 0.1:
            self.socket.send(b"SKALD1 heartbeat -")
            self.spoke = now
        if now - self.heard > 0.9 and FAULT != "deaf":
            self.socket.close(0)
            self.connect()


db = open_book()
db.executescript(SCHEMA)
if FAULT == "forgets":
    db.execute("DELETE FROM answers")
db.close()
Worker().run()
