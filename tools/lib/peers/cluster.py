"""A PostgreSQL of the comparison's own: a cluster in its folder, on a unix socket, with every sync it has."""
import itertools
import os
import pathlib
import pwd
import shutil
import subprocess

import psycopg

from bench import Failed

SETTINGS = {
    "listen_addresses": "''", "max_connections": "300", "shared_buffers": "512MB",
    # what is acknowledged is on disk; these are the defaults, said so that no other file changes them
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
    # nothing that only a replica needs, and no checkpoint inside a run
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "8GB", "min_wal_size": "2GB", "checkpoint_timeout": "1h",
    "jit": "off", "log_min_messages": "warning", "log_min_error_statement": "panic",
}


def binaries():
    """The folder of initdb, pg_ctl and pgbench, the newest there is."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise Failed("PostgreSQL's initdb is not here: apt-get install postgresql")
    return found[-1].parent if found else pathlib.Path(on_path).resolve().parent


def somebody():
    """PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Failed("no user 'postgres' or 'nobody' to run PostgreSQL as")


class Cluster:
    """Begun once for a comparison; each run has a fresh database of a template, and ends with a crash."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "pg")
        self.user = somebody() if os.getuid() == 0 else None
        self.numbers = itertools.count(1)
        os.makedirs(self.folder)
        if self.user:
            os.chmod(folder, 0o711)
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", "data", "-U", "skald", "-A", "trust", "-E", "UTF8", "--locale=C")
        with open(os.path.join(self.folder, "data", "postgresql.auto.conf"), "a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
            file.write(f"unix_socket_directories = '{self.folder}'\n")
        self._start()

    def where(self, database="postgres"):
        return f"host={self.folder} user=skald dbname={database}"

    def url(self, database):
        return f"postgresql://skald@/{database}?host={self.folder}"

    def execute(self, statement, database="postgres"):
        """The first row of the last statement's answer, if it has one."""
        with psycopg.connect(self.where(database), autocommit=True) as db:
            found = db.execute(statement)
            return found.fetchone() if found.description else None

    def template(self, name, fill):
        """A database made by `fill(name)`, of which `fresh` makes copies."""
        self.execute(f"CREATE DATABASE {name}")
        fill(name)

    def fresh(self, template):
        name = f"{template}_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.execute("CHECKPOINT")
        return name

    def drop(self, name):
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def crash(self):
        """Stopped without writing anything, and started again: the log has to give back what was acknowledged."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop")
        self._start()

    def close(self):
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop")

    @property
    def pid(self):
        with open(os.path.join(self.folder, "data", "postmaster.pid")) as file:
            return int(file.readline())

    def _start(self):
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "start")

    def _run(self, program, *arguments):
        # Not through pipes: the server inherits them, and reading them would wait for its end.
        with open(os.path.join(self.folder, f"{program}.out"), "w+") as output:
            run = subprocess.run([str(binaries() / program), *arguments], cwd=self.folder, user=self.user,
                                 stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=120, check=False)
            output.seek(0)
            if run.returncode:
                raise Failed(f"PostgreSQL's {program} failed: {output.read()}")


class Clusters:
    """The one cluster that the contenders over PostgreSQL share, begun when the first of them runs."""

    def __init__(self, folder):
        self.folder, self.one = folder, None

    def get(self):
        self.one = self.one or Cluster(self.folder)
        return self.one

    def close(self):
        if self.one:
            self.one.close()
            self.one = None
