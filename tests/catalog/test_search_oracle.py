from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from imagelab.catalog import search, sources
from imagelab.catalog.ordering import Cursor
from imagelab.domain.query import parse
from tests.catalog.searchable import PROPERTY, keep, searchable

Row = dict[str, Any]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as connection:
        yield connection


@dataclass(frozen=True)
class Said:
    """A search as text beside what it means in plain Python."""

    text: str
    holds: Callable[[Row], bool]
    asks: frozenset[str] = frozenset()
    asks_negated: frozenset[str] = frozenset()


def leaf(text: str, holds: Callable[[Row], bool], *asks: str) -> Said:
    return Said(text, holds, frozenset(asks))


LEAVES = [
    leaf("foxes", lambda r: "fox" in r["prompt"].split() or "fox" in (r["caption"] or "").split()),
    leaf("painti*", lambda r: "painting" in r["prompt"].split()),
    leaf('"red fox"', lambda r: "red fox" in r["prompt"]),
    leaf("prompt:fox", lambda r: "fox" in r["prompt"].split()),
    leaf("prompt:re*,koi", lambda r: bool({"red", "koi"} & set(r["prompt"].split()))),
    leaf("caption:fox", lambda r: "fox" in (r["caption"] or "").split()),
    leaf("provider:Runware,none", lambda r: r["provider"] == "runware"),
    leaf("provider:*en", lambda r: r["provider"] == "oxen"),
    leaf("tag:hero", lambda r: "Hero" in r["tags"]),
    leaf("tag:*er*", lambda r: "Hero" in r["tags"]),
    leaf("rating:>=4", lambda r: (r["rating"] or 0) >= 4),
    leaf("rating:<3", lambda r: (r["rating"] or 0) < 3),
    leaf("width:>100", lambda r: r["width"] > 100),
    leaf("size:square,landscape", lambda r: r["width"] >= 64),
    leaf("seed:5..9", lambda r: r["seed"] is not None and 5 <= r["seed"] <= 9),
    leaf("cost:<0.05", lambda r: r["cost_unit"] == "usd" and r["cost_nano"] < 50_000_000),
    leaf("param.steps:>=20", lambda r: r["params"] == '{"steps":20}'),
    leaf("date:1970-01-01,1970-01-02", lambda r: r["created_at"] == 0),
    leaf("id:2..3", lambda r: r["id"] in (2, 3)),
    leaf("is:edit", lambda r: r["edit"] == 1),
    leaf("is:rejected", lambda r: r["rejected"] == 1, "rejected"),
    leaf("is:imported,unrated", lambda r: r["kind"] == "imported" or not r["rating"], "imported"),
]


def negated(said: Said) -> Said:
    return Said(f"-({said.text})", lambda r: not said.holds(r), said.asks_negated, said.asks)


def together(pair: tuple[Said, Said]) -> Said:
    one, other = pair
    return Said(
        f"({one.text} {other.text})",
        lambda r: one.holds(r) and other.holds(r),
        one.asks | other.asks,
        one.asks_negated | other.asks_negated,
    )


def alternatively(pair: tuple[Said, Said]) -> Said:
    one, other = pair
    return Said(
        f"({one.text} OR {other.text})",
        lambda r: one.holds(r) or other.holds(r),
        one.asks | other.asks,
        one.asks_negated | other.asks_negated,
    )


SEARCHES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        inner.map(negated),
        st.tuples(inner, inner).map(together),
        st.tuples(inner, inner).map(alternatively),
    ),
    max_leaves=6,
)
ROWS = st.fixed_dictionaries(
    {
        "prompt": st.sampled_from(["a red fox", "koi", "painting of a fox", "red koi fox", ""]),
        "caption": st.sampled_from([None, "a fox", "red"]),
        "provider": st.sampled_from([None, "runware", "oxen"]),
        "rating": st.sampled_from([None, 1, 4, 5]),
        "width": st.sampled_from([32, 64, 128]),
        "seed": st.sampled_from([None, 5, 10]),
        "params": st.sampled_from(["{}", '{"steps":20}', '{"steps":"many"}']),
        "created_at": st.sampled_from([0, 10**15]),
        "edit": st.sampled_from([0, 1]),
        "rejected": st.sampled_from([0, 0, 1]),
        "kind": st.sampled_from(["made", "made", "imported"]),
        "tags": st.sampled_from([(), ("Hero",), ("b", "Hero")]),
        "cost": st.sampled_from([(None, None), (10**7, "usd"), (10**8, "usd"), (10**7, "credits")]),
    }
)
SORTS = st.sampled_from(
    [
        "",
        "sort:cost",
        "sort:-cost",
        "sort:-rating,cost",
        "sort:rating,-cost",
        "sort:-rating,date",
        "sort:date",
        "sort:id",
    ]
)
KEYS: dict[str, Callable[[Row], Any]] = {
    "cost": lambda r: r["cost_nano"],
    "rating": lambda r: r["rating"],
    "date": lambda r: r["created_at"],
    "id": lambda r: r["id"],
}


def expected(rows: list[Row], said: Said, sort: tuple[tuple[str, bool], ...]) -> list[int]:
    """The same search by plain Python: filter, then sort by the last key first."""
    hidden = {"rejected", "imported"} - said.asks
    left = [
        row
        for row in rows
        if said.holds(row)
        and not ("rejected" in hidden and row["rejected"])
        and not ("imported" in hidden and row["kind"] == "imported")
    ]
    left.sort(key=lambda r: r["id"], reverse=sort[-1][1] if sort else True)
    for name, falls in reversed(sort):
        key = KEYS[name]
        known = [row for row in left if key(row) is not None]
        unknown = [row for row in left if key(row) is None]
        left = sorted(known, key=key, reverse=falls) + unknown
    return [row["id"] for row in left]


def keep_rows(db: sqlite3.Connection, rows: list[Row]) -> list[Row]:
    """Only these rows: what the example before left is undone."""
    if db.in_transaction:
        db.execute("ROLLBACK")
    db.execute("BEGIN")
    kept = []
    for row in rows:
        columns = {name: value for name, value in row.items() if name != "cost"}
        columns |= {"cost_nano": row["cost"][0], "cost_unit": row["cost"][1]}
        kept.append({"id": keep(db, **columns)} | columns)
    return kept


def paged(db: sqlite3.Connection, text: str) -> list[int]:
    numbers: list[int] = []
    before: Cursor | None = None
    while True:
        page = search.ids(db, parse(text), limit=2, before=before)
        numbers += page.ids
        before = page.next
        if before is None:
            return numbers


@PROPERTY
@given(st.lists(ROWS, max_size=7), SEARCHES, SORTS)
def test_a_search_finds_what_plain_python_finds(
    db: sqlite3.Connection, rows: list[Row], said: Said, sort: str
) -> None:
    kept = keep_rows(db, rows)
    text = f"{said.text} {sort}"

    by_hand = expected(kept, said, parse(text).sort)

    assert search.all_ids(db, parse(text)) == by_hand
    assert paged(db, text) == by_hand
    assert search.count(db, parse(text)) == len(by_hand)


@PROPERTY
@given(st.lists(ROWS, min_size=3, max_size=7), SEARCHES, SORTS)
def test_every_way_of_reading_finds_the_same(
    db: sqlite3.Connection, rows: list[Row], said: Said, sort: str
) -> None:
    keep_rows(db, rows)
    text = f"{said.text} {sort}"
    usual = paged(db, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_FIRST_STRETCH", 1)
        assert paged(db, text) == usual
        patch.setattr(search, "_READ", ())
        assert paged(db, text) == usual
        patch.setattr(search, "_READ", (2,))
        patch.setattr(search, "_FIRST_ENTRIES", 1)
        patch.setattr(sources, "MAX_SORTED", 0)
        patch.setattr(sources, "MAX_PROBED", 0)
        assert paged(db, text) == usual
        patch.setattr(search, "_MOST_SPREAD", 0)
        patch.setattr(sources, "MAX_LISTED", 0)
        assert paged(db, text) == usual
