"""The checker of the participants' files: each way in which effects and sagas can disagree is found."""
import sqlite3

import pytest
from orders import STOCKED, audit

TABLES = {
    "stock": "CREATE TABLE shelf (sku, remaining); CREATE TABLE reservations "
             "(reservation INTEGER PRIMARY KEY, order_id, sku, count, released DEFAULT 0)",
    "payment": "CREATE TABLE charges (charge INTEGER PRIMARY KEY, order_id, customer, amount)",
    "shipping": "CREATE TABLE dispatches (parcel INTEGER PRIMARY KEY, order_id, reservation, address)",
    "notify": "CREATE TABLE letters (letter INTEGER PRIMARY KEY, customer, tracking)",
}
SOUND = {
    "stock": f"INSERT INTO shelf VALUES ('lamp', {STOCKED - 2});"
             "INSERT INTO reservations VALUES (1, 'whole', 'lamp', 2, 0), (2, 'undone', 'lamp', 3, 1)",
    "payment": "INSERT INTO charges VALUES (1, 'whole', 'ann', 107)",
    "shipping": "INSERT INTO dispatches VALUES (1, 'whole', 'r-1', 'x')",
    "notify": "INSERT INTO letters VALUES (1, 'ann', 't-1')",
}
SAGAS = [
    {"id": "s-1", "state": "completed", "input": {"order": "whole", "amount": 100, "count": 2}, "output": {"notified": True}},
    {"id": "s-2", "state": "compensated", "input": {"order": "undone", "amount": 100, "count": 3}, "output": None},
]


def books(folder, file="stock", change=""):
    for name, tables in TABLES.items():
        with sqlite3.connect(folder / f"{name}.sqlite") as db:
            db.executescript(f"{tables}; {SOUND[name]}; {change if name == file else ''}")
    return folder


def test_sound_books_are_clean(tmp_path):
    found = audit(books(tmp_path), SAGAS)
    assert (found.doubled, found.wrong, found.effects) == ([], [], 6)


@pytest.mark.parametrize("file, change", [
    ("stock", "INSERT INTO reservations VALUES (3, 'whole', 'lamp', 2, 0); UPDATE shelf SET remaining = remaining - 2"),
    ("payment", "INSERT INTO charges VALUES (2, 'whole', 'ann', 107)"),
    ("shipping", "INSERT INTO dispatches VALUES (2, 'whole', 'r-1', 'x')"),
    ("notify", "INSERT INTO letters VALUES (2, 'ann', 't-1')"),
    ("stock", "UPDATE reservations SET released = 2 WHERE order_id = 'undone'"),
])
def test_an_effect_that_is_there_twice_is_found(tmp_path, file, change):
    assert audit(books(tmp_path, file, change), SAGAS).doubled


@pytest.mark.parametrize("file, change", [
    ("stock", "DELETE FROM reservations WHERE order_id = 'whole'; UPDATE shelf SET remaining = remaining + 2"),
    ("stock", "UPDATE reservations SET released = 1; UPDATE shelf SET remaining = remaining + 2"),
    ("stock", "UPDATE reservations SET released = 0; UPDATE shelf SET remaining = remaining - 3"),
    ("stock", "UPDATE shelf SET remaining = remaining + 1"),
    ("payment", "DELETE FROM charges"),
    ("payment", "UPDATE charges SET amount = 1"),
    ("payment", "INSERT INTO charges VALUES (2, 'undone', 'ann', 109)"),
    ("payment", "INSERT INTO charges VALUES (2, 'nobody', 'ann', 109)"),
    ("shipping", "DELETE FROM dispatches"),
    ("shipping", "INSERT INTO dispatches VALUES (2, 'undone', 'r-2', 'x')"),
    ("notify", "DELETE FROM letters"),
])
def test_what_a_saga_does_not_agree_with_is_found(tmp_path, file, change):
    assert audit(books(tmp_path, file, change), SAGAS).wrong


def test_a_completed_order_without_a_letter_is_whole_when_nobody_was_to_be_notified(tmp_path):
    whole, undone = SAGAS
    found = audit(books(tmp_path, "notify", "DELETE FROM letters"), [{**whole, "output": {"notified": False}}, undone])
    assert found.is_clean
