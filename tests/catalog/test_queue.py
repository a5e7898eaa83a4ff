from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab.catalog.progress import cards
from imagelab.catalog.queue import NEWEST, standing, usual_seconds
from tests.catalog.searchable import generate, searchable


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as opened:
        yield opened


def took(db: sqlite3.Connection, *seconds: float, status: str = "succeeded") -> None:
    """Earlier jobs of one offer that took so long."""
    for each in seconds:
        number = generate(db, status)
        db.execute(
            "UPDATE generation SET provider = 'p', model = 'm', sent_at = 1, finished_at = ? "
            "WHERE id = ?",
            (1 + int(each * 1_000_000), number),
        )


def test_the_queue_is_what_is_under_way_and_what_came_last(db: sqlite3.Connection) -> None:
    old, done = generate(db, "running"), [generate(db) for _ in range(NEWEST + 2)]

    assert standing(db) == [*sorted(done, reverse=True)[:NEWEST], old]


def test_what_is_usual_is_the_median_of_those_that_succeeded(db: sqlite3.Connection) -> None:
    took(db, 2, 90, 4)
    took(db, 1, 1, 1, status="failed")

    assert usual_seconds(db, "p", "m") == 4


def test_a_few_are_no_measure(db: sqlite3.Connection) -> None:
    took(db, 2, 4)

    assert usual_seconds(db, "p", "m") is None
    assert usual_seconds(db, "p", "other") is None


def test_an_empty_catalog_has_an_empty_queue(db: sqlite3.Connection) -> None:
    assert (standing(db), usual_seconds(db, "p", "m")) == ([], None)


def ended(db: sqlite3.Connection, status: str, kind: str | None) -> bool:
    """Whether one that ended so is offered to be sent again."""
    number = generate(db, status)
    db.execute("UPDATE generation SET error_kind = ?", (kind,))
    return bool(cards(db, [number])[0]["again"])


@pytest.mark.parametrize(
    ("status", "kind"),
    [("failed", "RateLimitError"), ("failed", "UnavailableError"), ("cancelled", "CancelledError")],
)
def test_what_met_a_bad_moment_can_be_sent_again(
    db: sqlite3.Connection, status: str, kind: str
) -> None:
    assert ended(db, status, kind)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("failed", "RefusedError"),
        ("failed", "QuotaError"),
        ("unknown", "OutcomeUnknownError"),
        ("succeeded", None),
    ],
)
def test_what_would_not_come_to_more_is_not_offered_again(
    db: sqlite3.Connection, status: str, kind: str | None
) -> None:
    assert not ended(db, status, kind)


def test_cancelling_is_free_until_something_was_sent(db: sqlite3.Connection) -> None:
    waiting, sent, over = generate(db, "queued"), generate(db, "running"), generate(db)
    db.execute("UPDATE generation SET sent_at = 1 WHERE id = ?", (sent,))

    assert [card["free"] for card in cards(db, [waiting, sent, over])] == [True, False, False]
