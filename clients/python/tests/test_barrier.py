"""Every rule of the barrier, against real SQLite and real PostgreSQL."""
from __future__ import annotations

import pathlib
from typing import Any, Iterator

import pytest

import skald
from cluster import Cluster
from stores import PostgresStore, SQLiteStore, Store
from tasks import do, probe, undo


@pytest.fixture(params=["sqlite", "postgres", "postgres serializable"])
def store(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[Store]:
    if request.param == "sqlite":
        yield SQLiteStore(tmp_path / "seats.db")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    store = PostgresStore(cluster.database(request.param.partition(" ")[2] or None))
    yield store
    store.barrier.close()


def fail(db: Any) -> None:
    raise ZeroDivisionError("by 0")


def test_the_effect_and_its_answer_are_kept_together_and_answered_again(store: Store) -> None:
    done = store.barrier.run(do(), store.reserve("a", skald.Undo.call("seat.free", {"seat": "a"})))
    assert done == skald.Done({"seat": "a"}, skald.Undo.call("seat.free", {"seat": "a"}))
    assert store.barrier.run(do(attempt=2, epoch=9), store.reserve("a")) == done
    assert store.barrier.run(do(attempt=1, epoch=1), fail) == done
    assert store.seats() == ["a"] and store.states() == {"s1/seat/do": "done"}


def test_what_is_answered_first_and_again_is_the_same_json(store: Store) -> None:
    first = store.barrier.run(do(), lambda db: {1: ("é", 2**60, 0.1, None)})
    assert first.result == {"1": ["é", 2**60, 0.1, None]} == store.barrier.run(do(), fail).result


def test_a_refusal_is_kept_and_what_came_before_it_is_taken_back(store: Store) -> None:
    def effect(db: Any) -> None:
        store.reserve("a")(db)
        raise skald.Refuse("sold_out", "none left")

    for attempt, run in ((1, effect), (2, store.reserve("a"))):
        with pytest.raises(skald.Refuse) as refused:
            store.barrier.run(do(attempt=attempt), run)
        assert (refused.value.code, refused.value.message) == ("sold_out", "none left")
    assert store.seats() == []


@pytest.mark.parametrize("error", [ZeroDivisionError(), skald.NotNow(3), skald.Unknown("lost")])
def test_any_other_error_leaves_nothing_and_the_next_attempt_runs(store: Store, error: Exception) -> None:
    def effect(db: Any) -> None:
        store.reserve("a")(db)
        raise error

    with pytest.raises(type(error)) as raised:
        store.barrier.run(do(), effect)
    assert raised.value is error and store.seats() == []
    assert store.barrier.run(do(attempt=2), store.reserve("b")).result == {"seat": "b"}
    assert store.seats() == ["b"]


def test_an_error_of_the_database_leaves_nothing_and_the_next_attempt_runs(store: Store) -> None:
    store.barrier.run(do("other"), store.reserve("a"))
    with pytest.raises(store.integrity_error):
        store.barrier.run(do(), store.reserve("a"))
    assert store.barrier.run(do(attempt=2), store.reserve("b")).result == {"seat": "b"}
    assert store.seats() == ["a", "b"]


@pytest.mark.parametrize("result", [{1, 2}, float("nan"), "x" * (1 << 20)])
def test_a_result_that_cannot_be_answered_is_no_effect(store: Store, result: Any) -> None:
    def effect(db: Any) -> Any:
        store.reserve("a")(db)
        return result

    with pytest.raises((TypeError, ValueError)):
        store.barrier.run(do(), effect)
    assert store.seats() == []


@pytest.mark.parametrize("attempt, epoch", [(1, 5), (2, 4), (1, 4), (9, 4)])
def test_a_stale_attempt_has_no_effect(store: Store, attempt: int, epoch: int) -> None:
    with pytest.raises(ZeroDivisionError):
        store.barrier.run(do(attempt=2, epoch=5), fail)
    with pytest.raises(skald.Unknown, match="stale attempt"):
        store.barrier.run(do(attempt=attempt, epoch=epoch), store.reserve("a"))
    assert store.seats() == []
    store.barrier.run(do(attempt=2, epoch=5), store.reserve("a"))
    assert store.barrier.run(do(attempt=attempt, epoch=epoch), fail).result == {"seat": "a"}


def test_a_newer_epoch_counts_though_it_counts_its_attempts_anew(store: Store) -> None:
    """A server whose store was restored from before the first attempt."""
    with pytest.raises(ZeroDivisionError):
        store.barrier.run(do(attempt=2, epoch=5), fail)
    assert store.barrier.run(do(attempt=1, epoch=9), store.reserve("a")).result == {"seat": "a"}


def test_an_undo_takes_back_what_was_done_once_and_knows_its_result(store: Store) -> None:
    store.barrier.run(do(), store.reserve("a"))
    known: list[Any] = []

    def free(db: Any) -> Any:
        known.append(task.done_operation)
        return store.free("a")(db)

    task = undo()
    assert store.barrier.run(task, free).result == {"freed": "a"}
    assert known == [skald.DoneOperation("s1/seat/do", {}, {"seat": "a"})] and store.seats() == []
    assert store.barrier.run(undo(attempt=2), fail).result == {"freed": "a"}
    assert store.barrier.run(undo(generation="~2"), fail).result == {}


def test_an_undo_of_what_never_was_is_done_and_a_late_do_is_refused(store: Store) -> None:
    assert store.barrier.run(undo(), fail) == skald.Done({})
    assert store.states() == {"s1/seat/do": "void", "s1/seat/undo": "done"}
    with pytest.raises(skald.Refuse) as refused:
        store.barrier.run(do(attempt=9, epoch=9), store.reserve("a"))
    assert refused.value.code == "undone" and store.seats() == []
    assert store.barrier.run(undo(attempt=2), fail) == skald.Done({})


def test_an_undo_of_attempts_without_effect_is_done_and_a_late_do_is_refused(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        store.barrier.run(do(), fail)
    assert store.barrier.run(undo(), fail) == skald.Done({})
    with pytest.raises(skald.Refuse):
        store.barrier.run(do(attempt=2), store.reserve("a"))


def test_a_late_do_behind_its_undo_is_refused(store: Store) -> None:
    store.barrier.run(do(), store.reserve("a"))
    store.barrier.run(undo(), store.free("a"))
    with pytest.raises(skald.Refuse) as refused:
        store.barrier.run(do(attempt=2), store.reserve("a"))
    assert refused.value.code == "undone" and store.seats() == []


def test_an_undo_of_what_was_refused_is_done_without_effect(store: Store) -> None:
    def refuse(db: Any) -> None:
        raise skald.Refuse("sold_out")

    with pytest.raises(skald.Refuse):
        store.barrier.run(do(), refuse)
    assert store.barrier.run(undo(), fail) == skald.Done({})
    with pytest.raises(skald.Refuse) as refused:
        store.barrier.run(do(attempt=2), fail)
    assert refused.value.code == "sold_out"


def test_an_undo_that_failed_runs_again_and_one_refused_does_not(store: Store) -> None:
    store.barrier.run(do(), store.reserve("a"))
    with pytest.raises(ZeroDivisionError):
        store.barrier.run(undo(), fail)
    assert store.seats() == ["a"]

    def refuse(db: Any) -> None:
        store.free("a")(db)
        raise skald.Refuse("seated")

    for effect in (refuse, store.free("a")):
        with pytest.raises(skald.Refuse, match="seated"):
            store.barrier.run(undo(attempt=2), effect)
    assert store.seats() == ["a"] and store.states()["s1/seat/do"] == "done"
    assert store.barrier.run(undo(generation="~2"), store.free("a")).result == {"freed": "a"}


def test_an_undo_of_a_known_result_that_is_not_recorded_is_a_case_for_a_person(store: Store) -> None:
    """Done without the barrier, swept, or in another database: to say 'undone' would lose the undo without a word."""
    with pytest.raises(skald.Refuse) as refused:
        store.barrier.run(undo(result={"seat": "a"}), store.free("a"))
    assert refused.value.code == "no_record" and store.states() == {}


def test_a_probe_tells_what_is_stored_and_marks_nothing(store: Store) -> None:
    with pytest.raises(skald.NotNow):
        store.barrier.probe(probe())
    assert store.states() == {}
    with pytest.raises(ZeroDivisionError):
        store.barrier.run(do(), fail)
    with pytest.raises(skald.NotNow):
        store.barrier.run(probe(), fail)
    done = store.barrier.run(do(), store.reserve("a", skald.Undo.call("free")))
    assert store.barrier.probe(probe()) == done
    store.barrier.run(undo(), store.free("a"))
    with pytest.raises(skald.Refuse, match="undone"):
        store.barrier.probe(probe())
    with pytest.raises(ValueError):
        store.barrier.probe(do())


def test_a_probe_tells_a_refusal(store: Store) -> None:
    def refuse(db: Any) -> None:
        raise skald.Refuse("sold_out", "none left")

    with pytest.raises(skald.Refuse):
        store.barrier.run(do(), refuse)
    with pytest.raises(skald.Refuse) as refused:
        store.barrier.probe(probe())
    assert (refused.value.code, refused.value.message) == ("sold_out", "none left")


def test_old_rows_are_swept_and_young_ones_stay(store: Store) -> None:
    store.barrier.run(do("old"), store.reserve("a"))
    store.age(3600)
    store.barrier.run(do("young"), store.reserve("b"))
    assert store.barrier.sweep(older_than=1800) == 1 and list(store.states()) == ["young/seat/do"]
    assert store.barrier.sweep(older_than=1800) == 0


def test_an_undo_keeps_a_late_do_out_even_when_the_row_of_the_do_was_swept(store: Store) -> None:
    store.barrier.run(do(), store.reserve("a"))
    store.age(3600)
    store.barrier.run(undo(), store.free("a"))
    store.forget("s1/seat/do")
    assert store.barrier.run(undo(attempt=2), fail).result == {"freed": "a"}
    with pytest.raises(skald.Refuse, match="undone"):
        store.barrier.run(do(attempt=2), store.reserve("a"))


def test_an_effect_may_use_savepoints_and_may_not_commit(store: Store) -> None:
    assert store.barrier.run(do(), store.nested("a", "b")).result == {}
    assert store.seats() == ["a"]

    def commits(db: Any) -> None:
        store.reserve("c")(db)
        db.commit()

    with pytest.raises(Exception, match="(?i)commit"):
        store.barrier.run(do("s2"), commits)
    assert store.seats() == ["a"] and store.states()["s2/seat/do"] == "open"
