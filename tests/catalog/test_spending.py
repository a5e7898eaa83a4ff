from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from imagelab.catalog import schema
from imagelab.catalog.spending import COLUMNS, spending
from imagelab.errors import RequestError

DAY_US = 86_400_000_000


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for migration in schema.MIGRATIONS:
        migration(connection)
    connection.execute("PRAGMA foreign_keys=OFF")  # a ledger without its images is enough here
    yield connection
    connection.close()


def asked(
    db: sqlite3.Connection, provider: str, likely: int = 0, unit: str = "usd", **more: Any
) -> int:
    number = int(db.execute("SELECT count(*) + 1 FROM generation").fetchone()[0])
    db.execute(
        "INSERT INTO generation (id, uuid, status, provider, model, native, prompt, n, quality, "
        "params, resolved, fingerprint, quote_likely, quote_unit, boot, pid, process_start, "
        "notebook, created_at) VALUES (?, ?, 'succeeded', ?, 'm', 'm', 'p', 1, ?, '{}', '{}', 'f', "
        "?, ?, '', 1, 1, ?, 1)",
        (number, str(number), provider, more.get("quality"), likely, unit, more.get("notebook")),
    )
    return number


def paid(
    db: sqlite3.Connection, generation: int, nano: int | None, source: str | None = "reported",
    unit: str = "usd", *, asset: int | None = 1, high: int | None = None, at: int = DAY_US,
) -> None:  # fmt: skip
    position = db.execute("SELECT count(*) FROM ledger").fetchone()[0]
    db.execute(
        "INSERT INTO ledger (generation, call, position, asset, at, amount_nano, unit, source, "
        "high_nano) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)",
        (generation, position, asset, at, nano, unit, source, high),
    )


def row(db: sqlite3.Connection, by: str = "provider", place: int = 0) -> dict[str, Any]:
    return dict(zip(("value", *COLUMNS), spending(db, by)[place], strict=True))


def test_nothing_spent_is_no_row(db: sqlite3.Connection) -> None:
    assert spending(db, "provider") == []


def test_dollars_are_exact_and_apart_by_how_they_are_known(db: sqlite3.Connection) -> None:
    g = asked(db, "openai")
    paid(db, g, 1, "reported")
    paid(db, g, 133_920_000, "computed")
    paid(db, g, 20, "estimated")

    found = row(db)

    assert found["usd"] == Decimal("0.133920021")
    assert found["reported"] == Decimal("0.000000001")
    assert (found["computed"], found["estimated"]) == (Decimal("0.13392"), Decimal("0.00000002"))
    assert found["images"] == 3


def test_credits_never_add_to_dollars(db: sqlite3.Connection) -> None:
    g = asked(db, "apiframe", likely=5 * 10**9, unit="credits")
    paid(db, g, 4 * 10**9, "reported", "credits")

    found = row(db)

    assert (found["credits"], found["usd"], found["reported"]) == (Decimal(4), 0, 0)
    assert found["quoted"] == 0


def test_what_is_not_known_is_counted_with_the_most_it_may_be(db: sqlite3.Connection) -> None:
    g = asked(db, "openai")
    paid(db, g, None, None, asset=None, high=200_000_000)
    paid(db, g, None, None, asset=None, high=None)

    found = row(db)

    assert (found["usd"], found["unknown"], found["billed_no_image"]) == (0, 2, 0)
    assert found["unknown_at_most"] == Decimal("0.2")


def test_a_quote_is_added_once_to_the_last_nano_unit(db: sqlite3.Connection) -> None:
    g = asked(db, "openai", likely=10)
    for day in (1, 2, 2):
        paid(db, g, 3, at=day * 5 * DAY_US)

    quoted = [row(db, "day", place)["quoted"] for place in (0, 1)]

    assert row(db)["quoted"] == Decimal("0.00000001")
    assert quoted == [Decimal("0.000000004"), Decimal("0.000000006")]


@pytest.mark.parametrize(
    ("by", "values"),
    [
        ("provider", ["openai", "runware"]),
        ("model", ["openai/m", "runware/m"]),
        ("quality", ["auto", "low"]),
        ("notebook", ["", "fox.ipynb"]),
        ("generation", [1, 2]),
    ],
)
def test_it_is_added_up_by_what_one_asks(
    db: sqlite3.Connection, by: str, values: list[object]
) -> None:
    paid(db, asked(db, "openai", quality="low"), 1)
    paid(db, asked(db, "runware", notebook="fox.ipynb"), 2)

    assert [line[0] for line in spending(db, by)] == values


@pytest.mark.parametrize("by", ["colour", "", None, ["provider"], "provider; DROP TABLE ledger"])
def test_anything_else_says_what_there_is(db: sqlite3.Connection, by: Any) -> None:
    with pytest.raises(RequestError, match=r"spend\(by=.* is not one of provider, model, quality"):
        spending(db, by)
