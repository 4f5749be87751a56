"""The contenders that are libraries: they run in processes of Python beside PostgreSQL, and their client is themselves."""
import importlib.metadata
import json
import os
import subprocess
import sys

from bench import Failed

from .contender import BODY, KEYS, UNDO_EVERY, Contender, Shape, check
from .figures import run_of


class Library(Contender):
    package = ""            # on PyPI
    module = ""             # of the work, in this folder
    work = {"append": "append", "sagas": "sagas"}

    def run(self, what, window, shape):
        cluster = self.place.clusters.get()
        template = f"template_{self.module}"
        if not cluster.execute(f"SELECT 1 FROM pg_database WHERE datname = '{template}'"):
            cluster.template(template, self.fill)
        name = cluster.fresh(template)
        run, found = self.measure(name, self.work[what], shape)
        cluster.crash()
        check(cluster.execute(self.counting(self.work[what]), name)[0], found["records"], self.name)
        cluster.drop(name)
        return run

    def counting(self, work):
        """The query that counts what `records` of the load counts."""
        raise NotImplementedError

    def load(self, database, work, shape):
        cluster = self.place.clusters.get()
        done = subprocess.run(
            [sys.executable, "-m", "peers.library_load", self.module, work, "--folder", cluster.folder, "--database", database,
             "--processes", str(shape.processes), "--threads", str(shape.connections), "--seconds", str(self.place.seconds),
             "--keys", str(KEYS), "--body", str(BODY), "--undo-every", str(UNDO_EVERY),
             "--server", str(cluster.pid)],
            env=dict(os.environ, PYTHONPATH=os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
            cwd=self.folder(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"{self.name} failed with {done.returncode}: {done.stderr.strip()[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def fill(self, name):
        self.load(name, "prepare", Shape())

    def measure(self, name, work, shape):
        found = self.load(name, work, shape)
        run = run_of(found.pop("latencies_us"), self.place.seconds, 1, shape.processes * shape.connections)
        return run.with_cpu(found["client"], found["server"], found["others"]), found

    def close(self):
        self.place.clusters.close()

    def version(self):
        return f"{self.package} {importlib.metadata.version(self.package)} over PostgreSQL"


class EventSourcing(Library):
    name = "eventsourcing"
    package = "eventsourcing"
    module = "eventsourcing_work"

    def shapes(self, what, window):
        return [Shape(connections=t, processes=p) for p, t in ((2, 4), (2, 1), (4, 1)) if p * t <= window] or [Shape()]

    def counting(self, work):
        return "SELECT count(*) FROM work_events"


class DBOS(Library):
    name = "dbos"
    package = "dbos"
    module = "dbos_work"

    def shapes(self, what, window):
        return [Shape(connections=t, processes=p) for p, t in ((2, 1), (4, 1), (2, 4)) if p * t <= window] or [Shape()]

    def counting(self, work):
        workflows = "(SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS')"
        return f"SELECT {workflows} + (SELECT count(*) FROM messages)"


class BareDBOS(DBOS):
    name = "dbos-bare"
    cases = ("sagas",)
    work = {"sagas": "bare"}
