from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab import clock
from imagelab.catalog.progress import MAX_SHOWN, cards
from tests.catalog.searchable import generate, keep, searchable


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as opened:
        yield opened


def test_cards_come_in_the_order_asked_for_without_those_that_are_not_there(
    db: sqlite3.Connection,
) -> None:
    one, two = generate(db), generate(db)

    assert [card["id"] for card in cards(db, [two, 99, one])] == [two, one]


def test_a_running_one_has_its_quote_and_what_has_arrived(db: sqlite3.Connection) -> None:
    number = generate(db, "running", n=3)
    db.execute("UPDATE generation SET quote_likely = 40000000, sent_at = 1000000")
    cost = {"cost_nano": 5, "cost_unit": "usd", "cost_source": "computed"}
    asset = keep(db, "fox", generation=number, model="m", **cost)

    (card,) = cards(db, [number])

    assert (card["status"], card["n"], card["arrived"]) == ("running", 3, 1)
    assert (card["price"], card["seconds"], card["error"]) == ("≈ $0.04", None, None)
    assert card["sent_at"] == "1970-01-01T00:00:01+00:00"
    assert [shown["id"] for shown in card["assets"]] == [asset]


def test_one_that_was_not_sent_has_no_such_moment(db: sqlite3.Connection) -> None:
    (card,) = cards(db, [generate(db, "queued")])

    assert (card["sent_at"], card["price"]) == (None, "price unknown")


def test_a_card_says_what_was_asked_and_for_how_long(db: sqlite3.Connection) -> None:
    number = generate(db, "running")
    sent = clock.now_us() - 5_000_000
    db.execute(
        "UPDATE generation SET params = ?, sent_at = ?",
        ('{"quality": "low", "size": "square"}', sent),
    )

    (card,) = cards(db, [number])

    assert card["asked"] == "low · square"
    assert card["elapsed"] >= 5


def test_a_failed_one_says_why_on_one_line(db: sqlite3.Connection) -> None:
    number = generate(db, "failed")
    db.execute("UPDATE generation SET error = ?", ("no\x1b[31m money\n" * 200,))

    (card,) = cards(db, [number])

    assert card["error"].startswith("no [31m money no")
    assert len(card["error"]) <= 600


def test_an_asset_on_a_card_has_its_cost_in_words(db: sqlite3.Connection) -> None:
    number = generate(db)
    keep(db, "fox", generation=number, cost_nano=10**7, cost_unit="usd", cost_source="computed")
    keep(db, "", generation=number, position=1, damaged="no", rejected=1, rating=2)

    known, unknown = cards(db, [number])[0]["assets"]

    assert (known["cost"], known["alt"], known["damaged"]) == ("$0.01 computed", "fox", False)
    assert (unknown["cost"], unknown["alt"]) == ("cost unknown", "asset #2")
    assert (unknown["damaged"], unknown["rejected"], unknown["rating"]) == (True, True, 2)


def test_a_card_shows_no_more_than_some_assets_and_counts_all(db: sqlite3.Connection) -> None:
    number = generate(db)
    for position in range(MAX_SHOWN + 1):
        keep(db, generation=number, position=position)

    (card,) = cards(db, [number])

    assert (len(card["assets"]), card["arrived"]) == (MAX_SHOWN, MAX_SHOWN + 1)
