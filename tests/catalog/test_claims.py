from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest

from imagelab.catalog import journal, schema, told_models


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.row_factory = sqlite3.Row
        for migration in schema.MIGRATIONS:
            migration(opened)
        yield opened


def sent(db: sqlite3.Connection, name: str, *remote: str, provider: str = "oxen") -> str:
    """A call that was sent, with the ids it was given."""
    added = db.execute(
        "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params, resolved, "
        "fingerprint, boot, pid, process_start, created_at) VALUES "
        "(?, 'running', ?, 'm', 'm', 'a fox', 1, '{}', '{}', 'f', '', 1, 1, 1)",
        (name, provider),
    )
    db.execute(
        "INSERT INTO call (uuid, generation, key, position, n, state, remote) "
        "VALUES (?, ?, 'k', 0, 1, 'sent', ?)",
        (name, added.lastrowid, json.dumps(remote)),
    )
    return name


def told(db: sqlite3.Connection, call: str) -> tuple[str, list[str]]:
    row = db.execute("SELECT state, remote FROM call WHERE uuid = ?", (call,)).fetchone()
    return row["state"], json.loads(row["remote"])


def test_an_id_that_nobody_has_becomes_the_calls(db: sqlite3.Connection) -> None:
    call = sent(db, "c")

    assert journal.claim_remote(db, call, ("g-1",), 1, 1) == ("g-1",)
    assert told(db, call) == ("accepted", ["g-1"])


def test_an_id_of_another_call_is_left_to_it(db: sqlite3.Connection) -> None:
    sent(db, "earlier", "g-1")
    call = sent(db, "c")

    assert journal.claim_remote(db, call, ("g-1", "g-2"), 1, 1) == ("g-2",)
    assert journal.claim_remote(db, sent(db, "d"), ("g-1", "g-2"), 1, 1) == ()


@pytest.mark.parametrize("n", [1, 3])
def test_ids_that_are_not_so_many_are_nobodys(db: sqlite3.Connection, n: int) -> None:
    call = sent(db, "c")

    assert journal.claim_remote(db, call, ("g-1", "g-2"), n, n) == ()
    assert told(db, call) == ("sent", [])


def test_the_same_id_at_another_provider_is_no_matter(db: sqlite3.Connection) -> None:
    sent(db, "other", "g-1", provider="runware")

    assert journal.claim_remote(db, sent(db, "c"), ("g-1",), 1, 1) == ("g-1",)


def test_claiming_and_accepting_again_changes_nothing(db: sqlite3.Connection) -> None:
    call = sent(db, "c")
    journal.claim_remote(db, call, ("g-1",), 1, 1)

    journal.claim_remote(db, call, ("g-1",), 1, 1)
    journal.mark_accepted(db, call, ("g-1",))

    became = db.execute("SELECT became FROM event").fetchall()
    assert [row[0] for row in became] == ["accepted"]


def test_what_a_provider_told_is_read_as_it_was_told(db: sqlite3.Connection) -> None:
    documents = {"m": {"price": Decimal("0.0405"), "name": None}}

    told_models.keep(db, "oxen", {"old": 1}, date(2026, 11, 1))
    told_models.keep(db, "oxen", documents, date(2026, 11, 25))

    read = told_models.read(db)["oxen"]
    assert read.read == date(2026, 11, 25)
    assert read.documents == {"m": {"price": "0.0405", "name": None}}
