"""Skald with steps that workers do: a saga of three calls, each told to a worker in Python, which does nothing and says so."""
import json
import os
import pathlib
import subprocess
import sys
import time

from bench import Failed, run_json
from skaldwire import Client, Server

from .contender import UNDO_EVERY, Contender, Shape, check, metered
from .figures import Run
from .ours import skald_version
from .processes import free_port, tree_seconds

KIT = pathlib.Path(__file__).resolve().parents[3] / "clients" / "python" / "src"
CREDIT = 256
SAGA = """
saga: calls
version: 1
steps:
  hotel:  { call: hotel.reserve, with: { n: "${ input.n }" }, undo: { call: hotel.release } }
  flight: { needs: [hotel], call: flight.book, with: { n: "${ input.n }" }, undo: { call: flight.cancel } }
  charge: { pivot: true, needs: [flight], call: card.charge, with: { n: "${ input.n }" } }
"""
WORKER = """
import sys, skald
worker = skald.Worker(sys.argv[1], credit=int(sys.argv[2]))
for action in ("hotel.reserve", "flight.book", "hotel.release", "flight.cancel"):
    worker.action(action)(lambda task: {})
@worker.action("card.charge")
def charge(task):
    if task.input["n"] %% %d == 0:
        raise skald.Refuse("declined", "every tenth")
    return {}
worker.run()
""" % UNDO_EVERY


class SkaldCalls(Contender):
    name = "skald-calls"
    cases = ("sagas",)

    def shapes(self, what, window):
        return [Shape(processes=n) for n in (2, 1) if n <= window]

    def run(self, what, window, shape):
        data = os.path.join(self.folder(), "store")
        with Server(self.place.skald, data=data, binds=[f"tcp://127.0.0.1:{free_port()}"]) as server:
            command = [sys.executable, "-c", WORKER, server.endpoint, str(CREDIT)]
            workers = [subprocess.Popen(command, env=dict(os.environ, PYTHONPATH=str(KIT))) for _ in range(shape.processes)]
            try:
                run, acknowledged = self.measure(server, workers, window)
            finally:
                for worker in workers:
                    worker.kill()
                    worker.wait()
            server.kill()
            kept = run_json([self.place.skald, "store", "stat", "--data", data, "--json"])["events"]
            check(kept, acknowledged, self.name)
        return run

    def measure(self, server, workers, window):
        with Client(server.endpoint) as client:
            client.ask("def.register", source=SAGA)
            completed, undone = self.events_of(client, 1, "completed"), self.events_of(client, UNDO_EVERY, "compensated")
            before, used, start = client.ask("server.info")["position"], worker_seconds(workers), time.monotonic()
            command = [self.place.program("roundtrip"), "sagas", "-e", server.endpoint, "-w", window, "-t", self.place.seconds,
                       "-d", "calls", "-r", UNDO_EVERY]
            run, found = metered(command, server.pid, window)
            helped = (worker_seconds(workers) - used) / (time.monotonic() - start)
        acknowledged = before + (found["done"] - found["undone"]) * completed + found["undone"] * undone
        return Run(**{**vars(run), "client": run.client + helped, "others": max(0.0, run.others - helped)}), acknowledged

    def events_of(self, client, n, state):
        """How many events one such saga leaves behind."""
        before = client.ask("server.info")["position"]
        ended = client.end_of(client.ask("saga.start", definition="calls", input={"n": n})["id"])
        if ended["state"] != state:
            raise Failed(f"{self.name}: a saga that should be {state} is {json.dumps(ended)}")
        return client.ask("server.info")["position"] - before

    def version(self):
        return skald_version(self.place.skald)


def worker_seconds(workers):
    return sum(tree_seconds(worker.pid) for worker in workers)
