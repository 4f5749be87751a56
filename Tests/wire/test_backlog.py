"""Tasks that wait for a worker who comes late: on disk, not in memory, and all of them done in the end."""
import os
import time

from skaldwire import Client
from workers import RawWorker

COUNT = int(os.environ.get("SKALD_BACKLOG", "4000"))    # 100000 for the figure in docs/reliability.md
WINDOW = 512
BYTES_EACH = 8_192                                      # of the server's memory for each, beyond which it grows with the backlog
BASE = 320 << 20                                        # caches, which have bounds of their own

DEFINITION = """
saga: parcel
version: 1
steps:
  send: { call: parcel.send, with: { n: "${ input.n }" }, undo: none, because: nothing to take back }
"""


def memory(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS"))


def start_all(client):
    ids, waiting, begun = [], set(), 0
    while begun < COUNT or waiting:
        while begun < COUNT and len(waiting) < WINDOW:
            begun += 1
            saga = f"parcel-{begun}"
            waiting.add(client.send_request("saga.start", {"definition": "parcel", "input": {"n": begun}, "id": saga}))
            ids.append(saga)
        answer = client.receive()
        assert answer.ok, answer
        waiting.discard(answer.id)
    return ids


def test_a_backlog_without_a_worker_costs_disk_and_no_memory_and_is_worked_off(own):
    with Client(own.endpoint, timeout=60) as client:
        client.ask("def.register", source=DEFINITION)
        before = memory(own.pid)
        begun = time.monotonic()
        ids = start_all(client)
        started, held = time.monotonic() - begun, memory(own.pid)
        assert held < BASE + COUNT * BYTES_EACH, f"{held >> 20} MiB for {COUNT} waiting tasks"
        assert client.ask("saga.get", id=ids[-1])["steps"][0]["waiting_for"] == "parcel.send"
        own.kill()
        again = time.monotonic()
        own.start()
        restarted = time.monotonic() - again
        begun = time.monotonic()
        seen = work_off(own.endpoint, COUNT)
        finished = time.monotonic() - begun
        assert sorted(seen) == list(range(1, COUNT + 1)), "each once"
        for saga in (ids[0], ids[COUNT // 2], ids[-1]):
            assert client.end_of(saga)["state"] == "completed"
        assert not client.ask("saga.list", state="running")["sagas"]
        print(f"\n{COUNT} tasks: started in {started:.1f} s, {before >> 20} MiB before and {held >> 20} MiB with them, "
              f"restarted in {restarted:.2f} s with {memory(own.pid) >> 20} MiB at the end, worked off in {finished:.1f} s")


def work_off(endpoint, count):
    worker = RawWorker(endpoint, ["parcel.send"], credit=1024)
    seen, beat = [], 0
    until = time.monotonic() + 60 + count / 100
    while len(seen) < count:
        assert time.monotonic() < until, f"{len(seen)} of {count}"
        if time.monotonic() > beat:
            worker.socket.send(b"SKALD1 heartbeat -")
            beat = time.monotonic() + 0.4
        worker.take(0.2)
        for task in worker.tasks:
            seen.append(task.body["input"]["n"])
            worker.done(task)
        worker.tasks.clear()
    worker.stop()
    return seen
