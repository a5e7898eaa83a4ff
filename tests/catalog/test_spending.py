from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any

import pytest

import imagelab as il
from imagelab.catalog import schema
from imagelab.catalog.spending import COLUMNS, spending as added_up
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


class Reading:
    """The connection as a catalog lends it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return nullcontext(self._db)


def spending(db: sqlite3.Connection, by: str) -> list[tuple[Any, ...]]:
    return added_up(Reading(db), by)


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
    assert (found["quoted"], found["quoted_credits"]) == (0, Decimal(5))


def test_what_is_not_known_is_counted_with_the_most_it_may_be(db: sqlite3.Connection) -> None:
    g = asked(db, "openai")
    paid(db, g, None, None, asset=None, high=200_000_000)
    paid(db, g, None, None, asset=None, high=None)

    found = row(db)

    assert (found["usd"], found["unknown"], found["billed_no_image"]) == (0, 2, 0)
    assert found["possibly_billed_no_image"] == 2
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
        ("tag", [""]),
        ("root", ["#1"]),
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


def test_what_was_billed_without_an_image_counts_under_the_tags_it_was_asked_with(
    db: sqlite3.Connection,
) -> None:
    g = asked(db, "openai")
    db.execute("""UPDATE generation SET tags = '["cat","fox"]'""")

    paid(db, g, 4, asset=None)

    assert [line[0] for line in spending(db, "tag")] == ["cat", "fox"]
    assert row(db, "tag")["billed_no_image"] == 1


def test_an_image_counts_under_the_tags_it_has_now(db: sqlite3.Connection) -> None:
    paid(db, asked(db, "openai"), 4, asset=1)
    db.execute("INSERT INTO tag VALUES (1, 'hero')")

    assert [line[0] for line in spending(db, "tag")] == ["hero"]


def test_edits_are_added_to_the_image_they_began_from(lab: il.Lab) -> None:
    fox = lab.generate("a fox", quality="low")[0]
    night = fox.edit("at night", quality="low")[0]
    night.edit("in the rain", quality="low")
    lab.generate("a boat", quality="low")

    spent = lab.spend("root")

    assert spent[["root", "images"]].values.tolist() == [["#1", 3], ["#4", 1]]


def test_what_stands_in_a_circle_is_counted_under_the_smallest_number(
    db: sqlite3.Connection,
) -> None:
    for number, parent in ((1, 2), (2, 1), (3, 2)):
        paid(db, asked(db, "openai"), 10, asset=number)
        db.execute(
            "INSERT INTO asset (id, uuid, kind, blob, generation, format, width, height, size_bytes, "
            "created_at) VALUES (?, ?, 'made', 1, ?, 'png', 1, 1, 1, 0)",
            (number, str(number), number),
        )
        db.execute("INSERT INTO input VALUES (?, 0, 'input', ?, 1, NULL)", (number, parent))

    assert [line[0] for line in spending(db, "root")] == ["#1"]
    assert row(db, "root")["usd"] == Decimal("0.00000003")
