from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.catalog import ledger, schema
from imagelab.domain.money import Cost, Unit
from imagelab.errors import Charged

TENTH = Cost(Decimal("0.1"))


def made(n: int, prices: list[int | None], *, images: int | None = None) -> sqlite3.Connection:
    """A catalog in memory: one generation, one call of n from place 10, an image a price."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    for migration in schema.MIGRATIONS:
        migration(db)
    db.execute("INSERT INTO blob VALUES (1, 'ab', 'png', 1, 1, 1, x'00')")
    db.execute(
        "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params, resolved, "
        "fingerprint, quote_likely, quote_high, boot, pid, process_start, created_at) VALUES "
        "('g', 'running', 'p', 'm', 'm', 'a fox', ?, '{}', '{}', 'f', 10, 1000, '', 1, 1, 1)",
        (n,),
    )
    db.execute(
        "INSERT INTO call (uuid, generation, key, position, n, state, images) "
        "VALUES ('c', 1, 'k', 10, ?, 'sent', ?)",
        (n, len(prices) if images is None else images),
    )
    for place, nano in enumerate(prices):
        db.execute(
            "INSERT INTO asset (uuid, kind, blob, generation, call, position, format, width, height, "
            "size_bytes, cost_nano, cost_unit, cost_source, created_at) "
            "VALUES (?, 'made', 1, 1, 1, ?, 'png', 1, 1, 1, ?, 'usd', 'reported', 1)",
            (f"a{place}", 10 + place, nano),
        )
    return db


@pytest.fixture
def opened() -> Iterator[list[sqlite3.Connection]]:
    """Connections to close when the test is over."""
    connections: list[sqlite3.Connection] = []
    yield connections
    for connection in connections:
        connection.close()


def lines(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in db.execute(
            "SELECT position, asset, amount_nano, source, high_nano, note FROM ledger ORDER BY id"
        )
    ]


def test_one_price_for_the_call_is_split_over_what_came(opened: list[sqlite3.Connection]) -> None:
    db = made(3, [None, None, None])
    opened.append(db)

    ledger.write(db, 1, "yes", Cost.from_nano(10, source="computed"))

    assert [(line[0], line[2]) for line in lines(db)] == [(10, 4), (11, 3), (12, 3)]
    assert ledger.of_generation(db, 1) == Cost.from_nano(10, source="computed")


def test_an_image_is_counted_by_its_price_once_it_has_one(
    opened: list[sqlite3.Connection],
) -> None:
    opened.append(db := made(2, [None, None]))
    marked = "SELECT value FROM facet WHERE field = 'cost'"

    ledger.write(db, 1, "yes", None)
    assert db.execute(marked).fetchall() == []
    ledger.settle(db, 1, TENTH)

    assert {row["value"] for row in db.execute(marked)} == {"0.02..0.05", "0.05..0.1"}


def test_prices_of_their_own_are_kept(opened: list[sqlite3.Connection]) -> None:
    db = made(2, [70, 30])
    opened.append(db)

    ledger.write(db, 1, "yes", Cost.from_nano(100))

    assert [line[2] for line in lines(db)] == [70, 30]


def test_what_did_not_arrive_and_was_billed_has_a_line(opened: list[sqlite3.Connection]) -> None:
    db = made(3, [70])
    opened.append(db)

    ledger.write(db, 1, "yes", Cost.from_nano(100))

    assert lines(db)[1] == (11, None, 30, "reported", None, "billed, image did not arrive")
    assert ledger.of_generation(db, 1) == Cost.from_nano(100)


def test_what_did_not_arrive_and_may_be_billed_is_not_known(
    opened: list[sqlite3.Connection],
) -> None:
    db = made(4, [70])
    opened.append(db)

    ledger.write(db, 1, "unknown", None)

    note = "possibly billed, image did not arrive"
    assert lines(db)[1] == (11, None, None, None, 750, note)
    assert ledger.of_generation(db, 1) is None


def test_all_that_was_asked_for_came_so_nothing_is_missing(
    opened: list[sqlite3.Connection],
) -> None:
    db = made(1, [70])
    opened.append(db)

    ledger.write(db, 1, "yes", None)

    assert [line[2] for line in lines(db)] == [70]


def test_images_without_any_price_share_the_upper_one(opened: list[sqlite3.Connection]) -> None:
    db = made(3, [None, None])
    opened.append(db)

    ledger.write(db, 1, "yes", None)

    assert [(line[2], line[4]) for line in lines(db)] == [(None, 500), (None, 500)]
    assert ledger.of_generation(db, 1) is None


@pytest.mark.parametrize(
    ("charged", "cost", "line"),
    [
        ("yes", TENTH, (10, None, 100_000_000, "reported", None, "billed, no image")),
        ("yes", None, (10, None, None, None, 1000, "billed, no image")),
        ("unknown", None, (10, None, None, None, 1000, "possibly billed, no image")),
        ("unknown", TENTH, (10, None, None, None, 1000, "possibly billed, no image")),
    ],
)
def test_a_call_without_an_image_is_one_line(
    opened: list[sqlite3.Connection], charged: Charged, cost: Cost | None, line: object
) -> None:
    db = made(2, [])
    opened.append(db)

    ledger.write(db, 1, charged, cost)

    assert lines(db) == [line]


def test_what_was_not_charged_has_no_line_and_costs_nothing(
    opened: list[sqlite3.Connection],
) -> None:
    db = made(2, [])
    opened.append(db)

    ledger.write(db, 1, "no", None)

    assert lines(db) == []
    assert ledger.of_generation(db, 1) == Cost(Decimal(0))


def test_writing_again_writes_over(opened: list[sqlite3.Connection]) -> None:
    db = made(2, [None, None])
    opened.append(db)
    ledger.write(db, 1, "unknown", None)

    ledger.write(db, 1, "yes", Cost.from_nano(9))
    ledger.write(db, 1, "yes", Cost.from_nano(9))

    assert [line[2] for line in lines(db)] == [5, 4]


@settings(deadline=None, max_examples=50)
@given(
    prices=st.lists(st.none() | st.integers(0, 10**9), max_size=6),
    beyond=st.integers(0, 10**9),
    spare=st.integers(1, 3),
    unit=st.sampled_from(["usd"]),
)
def test_the_lines_are_the_calls_price_whatever_came(
    prices: list[int | None], beyond: int, spare: int, unit: Unit
) -> None:
    cost = Cost.from_nano(sum(price or 0 for price in prices) + beyond, unit)
    with closing(made(len(prices) + spare, prices)) as db:
        ledger.write(db, 1, "yes", cost)

        assert sum(int(str(line[2])) for line in lines(db)) == cost.nano
        assert ledger.of_generation(db, 1) == cost


def test_nothing_is_nothing_of_the_unit_that_the_rest_was_billed_in(
    opened: list[sqlite3.Connection],
) -> None:
    db = made(2, [24, None])
    opened.append(db)
    db.execute("UPDATE asset SET cost_unit = 'credits'")
    ledger.write(db, 1, "yes", None)

    ledger.settle(db, 1, None)

    assert ledger.unit_of(db, 1) == "credits"
    assert ledger.of_generation(db, 1) == Cost.from_nano(24, "credits")
