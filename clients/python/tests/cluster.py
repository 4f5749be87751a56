"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a unix socket, run by a user that is not root."""
from __future__ import annotations

import itertools
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
from typing import Optional


def binaries() -> pathlib.Path:
    """The folder of initdb and pg_ctl, the newest there is; raises when there is none."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    on_path = shutil.which("initdb")
    if found or on_path:
        return found[-1].parent if found else pathlib.Path(str(on_path)).resolve().parent
    raise RuntimeError("PostgreSQL's initdb is not here, and the barrier is not tested without it: apt-get install postgresql")


class Cluster:
    def __init__(self) -> None:
        self._bin = binaries()
        self._user = self._somebody() if os.getuid() == 0 else None
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="skald-pg-"))
        self._names = itertools.count(1)

    @staticmethod
    def _somebody() -> str:
        """PostgreSQL refuses to run as root."""
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name).pw_name
            except KeyError:
                continue
        raise RuntimeError("no user 'postgres' or 'nobody' to run PostgreSQL as")

    def __enter__(self) -> Cluster:
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        try:
            self._run("initdb", "-D", "data", "-U", "skald", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
            options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=100"
            self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def database(self, isolation: Optional[str] = None) -> str:
        """The connection string of a fresh, empty schema: made in no time, where a database is 300 files."""
        import psycopg

        name, where = f"t{next(self._names)}", f"host={self._folder} user=skald dbname=postgres"
        with psycopg.connect(where, autocommit=True) as db:
            db.execute(f"CREATE SCHEMA {name}")
        level = f"-cdefault_transaction_isolation={isolation} " if isolation else ""
        return f"{where} options='{level}-csearch_path={name}'"

    def _run(self, program: str, *arguments: str) -> None:
        # Not through pipes: the server inherits them, and reading them would wait for its end.
        with open(self._folder / f"{program}.out", "w+") as output:
            run = subprocess.run([str(self._bin / program), *arguments], cwd=self._folder, user=self._user,
                                 stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=60)
            output.seek(0)
            if run.returncode:
                raise RuntimeError(f"{program} failed: {output.read()}")
