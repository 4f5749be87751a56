"""What only one of the databases can do to a barrier."""
from __future__ import annotations

import pathlib
import sqlite3
import threading
from typing import Any

import pytest

import skald
from cluster import Cluster
from stores import PostgresStore, SQLiteStore
from tasks import do
from test_barrier_race import at_once


def counter(dsn: str, *names: str) -> PostgresStore:
    store = PostgresStore(dsn)
    store.query("CREATE TABLE counters (name TEXT PRIMARY KEY, n INT NOT NULL)")
    for name in names:
        store.query("INSERT INTO counters VALUES (%s, 0)", name)
    return store


def test_serialization_failures_begin_anew(cluster: Cluster) -> None:
    store = counter(cluster.database("serializable"), "a")

    def bump(db: Any) -> None:
        (n,) = db.execute("SELECT n FROM counters").fetchone()
        db.execute("UPDATE counters SET n = %s", (n + 1,))

    answers = at_once(*[lambda saga=f"s{i}": store.barrier.run(do(saga), bump) for i in range(5)])
    assert answers == [skald.Done({})] * 5 and store.query("SELECT n FROM counters") == [(5,)]


def test_a_deadlock_begins_anew(cluster: Cluster) -> None:
    store, both, runs = counter(cluster.database(), "a", "b"), threading.Barrier(2), [0]

    def bump(names: str) -> Any:
        def effect(db: Any) -> None:
            runs[0] += 1
            for name in names:
                db.execute("UPDATE counters SET n = n + 1 WHERE name = %s", (name,))
                if runs[0] <= 2 and name == names[0]:
                    both.wait(5)
        return effect

    answers = at_once(lambda: store.barrier.run(do("s1"), bump("ab")), lambda: store.barrier.run(do("s2"), bump("ba")))
    assert answers == [skald.Done({})] * 2 and runs[0] == 3
    assert store.query("SELECT n FROM counters ORDER BY name") == [(2,), (2,)]


def test_what_never_serializes_is_given_up_and_leaves_nothing(cluster: Cluster) -> None:
    import psycopg

    store, runs = counter(cluster.database()), [0]

    def never(db: Any) -> None:
        runs[0] += 1
        raise psycopg.errors.SerializationFailure("again")

    with pytest.raises(psycopg.errors.SerializationFailure):
        store.barrier.run(do(), never)
    assert runs == [10] and store.states() == {}


def test_a_connection_that_was_cut_is_replaced(cluster: Cluster) -> None:
    store = PostgresStore(cluster.database())
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    store.barrier.run(do("s1"), store.reserve("a"))
    store.query(kill)
    store.barrier.run(do("s2"), store.reserve("b"))

    def cut(db: Any) -> None:
        store.reserve("c")(db)
        store.query(kill)
        db.execute("SELECT 1")

    with pytest.raises(Exception, match="terminat|closed|lost"):
        store.barrier.run(do("s3"), cut)
    assert store.barrier.run(do("s3", attempt=2), store.reserve("c")).result == {"seat": "c"}
    assert store.seats() == ["a", "b", "c"]


def test_a_lock_timeout_of_the_barrier_does_not_bind_the_effect(cluster: Cluster) -> None:
    store = PostgresStore(cluster.database(), patience=7)
    seen: list[Any] = []
    store.barrier.run(do(), lambda db: seen.append(db.execute("SHOW lock_timeout").fetchone()))
    assert seen == [("0",)]


def test_connections_are_kept_and_row_factories_do_not_matter(cluster: Cluster) -> None:
    import psycopg
    from psycopg.rows import dict_row

    store, opened = PostgresStore(cluster.database()), [0]

    def connect() -> Any:
        opened[0] += 1
        return psycopg.connect(store.dsn, row_factory=dict_row)

    barrier = skald.PostgresBarrier(connect)
    for number in range(5):
        barrier.run(do(f"s{number}"), lambda db: db.execute("SELECT 1 AS one").fetchone())
    assert barrier.run(do("s1"), lambda db: None).result == {"one": 1} and opened == [1]
    barrier.close()


def test_a_role_that_may_not_make_tables_can_use_one_that_is_there(cluster: Cluster) -> None:
    store = PostgresStore(cluster.database())
    store.barrier.run(do(), store.reserve("a"))
    schema = store.dsn.rpartition("=")[2].rstrip("'")
    role = f"role_{schema}"
    store.query(f"CREATE ROLE {role} LOGIN")
    store.query(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    store.query(f"GRANT SELECT, INSERT, UPDATE ON skald_operations, seats TO {role}")
    barrier = skald.PostgresBarrier(store.dsn.replace("user=skald", f"user={role}"))
    assert barrier.run(do("s2"), store.reserve("b")).result == {"seat": "b"}
    barrier.close()


def test_sqlite_takes_connections_of_any_setting(tmp_path: pathlib.Path) -> None:
    import sys

    store = SQLiteStore(tmp_path / "seats.db")
    settings: list[dict[str, Any]] = [{"isolation_level": "EXCLUSIVE"}, {"isolation_level": None}]
    if sys.version_info >= (3, 12):
        settings += [{"autocommit": True}, {"autocommit": False}]

    for number, setting in enumerate(settings):
        def connect(setting: Any = setting) -> sqlite3.Connection:
            db: sqlite3.Connection = sqlite3.connect(store.path, **setting)
            db.row_factory = sqlite3.Row
            return db

        barrier = skald.SQLiteBarrier(connect)
        for _ in range(2):
            assert barrier.run(do(f"s{number}"), store.reserve(f"seat{number}")).result == {"seat": f"seat{number}"}
    assert len(store.seats()) == len(settings)


@pytest.mark.parametrize("sql", ["COMMIT", "ROLLBACK", "END", "BEGIN"])
def test_an_effect_cannot_end_the_transaction_of_sqlite(tmp_path: pathlib.Path, sql: str) -> None:
    store = SQLiteStore(tmp_path / "seats.db")

    def effect(db: sqlite3.Connection) -> None:
        store.reserve("a")(db)
        db.execute(sql)

    with pytest.raises(RuntimeError, match="must not begin, commit or roll back"):
        store.barrier.run(do(), effect)
    assert store.seats() == []


def test_a_trigger_that_rolls_everything_back_is_an_error_and_not_an_answer(tmp_path: pathlib.Path) -> None:
    store = SQLiteStore(tmp_path / "seats.db")
    store.query("CREATE TRIGGER no BEFORE INSERT ON seats BEGIN SELECT RAISE(ROLLBACK, 'no'); END")

    def effect(db: sqlite3.Connection) -> None:
        try:
            store.reserve("a")(db)
        except sqlite3.IntegrityError:
            raise skald.Refuse("sold_out") from None

    def swallows(db: sqlite3.Connection) -> None:
        try:
            store.reserve("a")(db)
        except sqlite3.IntegrityError:
            pass

    for broken in (effect, swallows):
        with pytest.raises(RuntimeError, match="rolled the transaction back"):
            store.barrier.run(do(), broken)
    assert store.states() == {} and store.seats() == []


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="file"):
        skald.SQLiteBarrier(":memory:")


def test_another_writer_is_waited_for_and_then_it_is_unknown(tmp_path: pathlib.Path) -> None:
    store = SQLiteStore(tmp_path / "seats.db", patience=0.1)
    store.barrier.run(do("first"), lambda db: None)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(skald.Unknown, match="another writer"):
        store.barrier.run(do(), store.reserve("a"))
    other.execute("COMMIT")
    other.close()
    assert store.barrier.run(do(attempt=2), store.reserve("a")).result == {"seat": "a"}


def test_psycopg_is_loaded_by_the_first_use_alone() -> None:
    import os
    import subprocess
    import sys

    from conftest import KIT

    code = "import sys, skald; skald.PostgresBarrier('x'); sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ, PYTHONPATH=str(KIT / "src"))).returncode == 0
