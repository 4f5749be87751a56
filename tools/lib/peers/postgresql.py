"""PostgreSQL with a function that writes at an expected version, driven by pgbench: one transaction for each command."""
import collections
import glob
import math
import os
import subprocess

from bench import Failed

from .cluster import binaries
from .contender import BODY, KEYS, UNDO_EVERY, Contender, Shape, check, records
from .figures import pgbench_latencies, run_of
from .processes import Meter

HERE = os.path.dirname(os.path.abspath(__file__))
WARM_UP = 0.3
STRIDE = 7919               # a prime: in steps of it a client comes by each of its streams before it comes by one again

# Client c of n owns the streams c, c + n, c + 2n, …, so it knows their versions and nobody waits for another's row.
NEXT = r"""\set n :n + 1
\set key :client_id + :clients * (:n * {stride} % :own)
\set expected :n / :own - 1
\set id :client_id * 1000000000 + :n
SELECT write_message(lpad(to_hex(:id::bigint), 32, '0')::uuid, 'counter-' || :key::bigint, 'Added', :body, :expected);
"""
STEP = (r"SELECT saga_step(gen_random_uuid(), 'saga-' || :id::bigint, {expected}, "
        r"'{participant}-' || :key::bigint, '{type}', :body);")
ALONE = r"SELECT write_message(gen_random_uuid(), 'saga-' || :id::bigint, '{type}', :body, {expected});"


def append_script(batch):
    commands = NEXT.format(stride=STRIDE) * batch
    return commands if batch == 1 else f"\\startpipeline\n{commands}\\endpipeline\n"


def saga_script():
    forward = [ALONE.format(type="Started", expected=-1), STEP.format(expected=0, participant="hotel", type="Reserved"),
               STEP.format(expected=1, participant="flight", type="Booked")]
    refused = [ALONE.format(type="Refused", expected=2), STEP.format(expected=3, participant="flight", type="Cancelled"),
               STEP.format(expected=4, participant="hotel", type="Released")]
    charged = STEP.format(expected=2, participant="card", type="Charged")
    head = NEXT.format(stride=STRIDE).splitlines()[:4]
    return "\n".join([*head, *forward, rf"\if :n % {UNDO_EVERY} = 0", *refused, r"\else", charged, r"\endif", ""])


def undone(log):
    """How many of the sagas in pgbench's log: each client's first, and every tenth after it."""
    return sum(math.ceil(count / UNDO_EVERY) for count in collections.Counter(line.split()[0] for line in log).values())


class PostgreSQL(Contender):
    name = "postgresql"
    batches = (1,)

    def shapes(self, what, window):
        found = [Shape(connections=min(n, window // batch), batch=batch) for batch in self.batches for n in (16, 32, 64)]
        return list(dict.fromkeys(found))

    def run(self, what, window, shape):
        cluster = self.place.clusters.get()
        if not cluster.execute("SELECT 1 FROM pg_database WHERE datname = 'messages'"):
            cluster.template("messages", self.fill)
        name = cluster.fresh("messages")
        run, log = self.measure(cluster, name, what, shape)
        cluster.crash()
        wanted = len(log) * shape.batch if what == "append" else records(len(log), undone(log))
        check(cluster.execute("SELECT count(*) FROM messages", name)[0], wanted, self.name)
        cluster.drop(name)
        return run

    def fill(self, name):
        with open(os.path.join(HERE, "messages.sql")) as file:
            self.place.clusters.get().execute(file.read(), name)

    def measure(self, cluster, name, what, shape):
        folder = self.folder()
        with open(os.path.join(folder, "script"), "w") as file:
            file.write(append_script(shape.batch) if what == "append" else saga_script())
        clients, own = shape.connections, KEYS // shape.connections
        body = '{"n":1,"note":"' + "x" * (BODY - len('{"n":1,"note":""}')) + '"}'
        command = [str(binaries() / "pgbench"), "-n", "-M", "prepared", "-f", "script", "-c", str(clients),
                   "-j", str(min(clients, 2)), "-T", str(math.ceil(self.place.seconds + WARM_UP)), "-l", "--log-prefix", "log",
                   "-D", f"clients={clients}", "-D", f"own={own}", "-D", "n=-1", "-D", f"body={body}",
                   "-h", cluster.folder, "-U", "skald", name]
        meter = Meter(cluster.pid)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        client, server, others = meter.stop()
        if done.returncode:
            raise Failed(f"pgbench failed with {done.returncode}: {done.stderr.strip()[-1000:]}")
        lines = [line for path in glob.glob(os.path.join(folder, "log*")) for line in open(path)]
        seconds = min(self.place.seconds, math.ceil(self.place.seconds + WARM_UP) - WARM_UP)
        found = run_of(pgbench_latencies(lines, seconds, WARM_UP), seconds, shape.batch, clients * shape.batch)
        return found.with_cpu(client, server, others), lines

    def close(self):
        self.place.clusters.close()

    def version(self):
        said = subprocess.run([str(binaries() / "postgres"), "--version"], capture_output=True, text=True, check=False).stdout
        return "PostgreSQL " + said.split()[2]


class BatchedPostgreSQL(PostgreSQL):
    name = "postgresql-batch"
    cases = ("append",)
    batches = (32,)
    least_window = 64
