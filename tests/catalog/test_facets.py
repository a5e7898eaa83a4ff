from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from imagelab import clock
from imagelab.catalog import curation, facets, indexing, schema_gallery, search
from imagelab.catalog.facet_bits import CHUNK, chunked, packed, unpacked
from imagelab.catalog.facets import FIELDS, Facet
from imagelab.domain.query import parse
from tests.catalog.searchable import PROPERTY, generate, keep, searchable

DAY_US = 86_400_000_000
ROWS = st.fixed_dictionaries(
    {
        "provider": st.sampled_from([None, "runware", "oxen"]),
        "model": st.sampled_from([None, "flux", "gpt-image-2"]),
        "quality": st.sampled_from([None, "low"]),
        "rating": st.sampled_from([None, 1, 5]),
        "width": st.sampled_from([64, 128]),
        "created_at": st.sampled_from([0, DAY_US * 400 + 1, DAY_US * 401, DAY_US * 401 - 1]),
        "edit": st.sampled_from([0, 1]),
        "cost_nano": st.sampled_from([None, 0, 9_999_999, 20_000_000, 3_000_000_000]),
        "cost_unit": st.sampled_from(["usd", "credits"]),
        "rejected": st.sampled_from([0, 0, 1]),
        "tags": st.sampled_from([(), ("hero",), ("b", "Hero")]),
    }
)
TURNS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["rate", "tag", "untag", "reject"])), max_size=4
)


class Reads:
    """A connection as slices are read from it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        yield self.db


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as connection:
        yield connection


@pytest.fixture(autouse=True, params=["looked up", "from bits"])
def _ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of counting have to give the same."""
    if request.param == "from bits":
        monkeypatch.setattr(facets, "MOST_LOOKED_UP", 0)
        monkeypatch.setattr(facets, "MOST_IN_CHUNK", 0)


def of(db: sqlite3.Connection, query: str = "", fields: Any = FIELDS) -> dict[str, Facet]:
    found = facets.facets(Reads(db), array("q", search.all_ids(db, parse(query))), fields)
    return {facet.field: facet for facet in found}


def counts(facet: Facet | None) -> dict[str, int]:
    return {value.value: value.count for value in facet.values} if facet else {}


@PROPERTY
@given(st.lists(ROWS, min_size=1, max_size=7), TURNS)
def test_a_facet_counts_what_its_term_finds_whatever_was_said_since(
    db: sqlite3.Connection, rows: list[dict[str, Any]], turns: list[tuple[int, str]]
) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")
    db.execute("BEGIN")
    for row in rows:
        keep(db, generation=generate(db), **row)
    for number, verb in turns:
        said: dict[str, Any] = {"rate": 3, "tag": ["hero"], "untag": ["hero"], "reject": True}
        asset = [1 + (number - 1) % len(rows)]
        kept = [row[0] for row in db.execute("SELECT id FROM asset ORDER BY id")]
        chosen = [kept[asset[0] - 1]]
        if verb == "reject":
            curation.reject(db, chosen, rejected=True)
        else:
            getattr(curation, verb)(db, chosen, said[verb])

    for query in ("", "is:rejected"):
        for facet in of(db, query).values():
            for value in facet.values:
                found = search.count(db, parse(f"{query} {value.term}"))
                if value.term != "is:trashed":
                    assert (value.term, value.count) == (value.term, found)


def test_facets_are_in_their_order_and_the_most_first(db: sqlite3.Connection) -> None:
    for model in ("flux", "flux", "gpt-image-2"):
        keep(db, provider="runware", model=model, rating=4, tags=("hero",))
    keep(db, rating=5)

    found = of(db)

    assert [name for name in FIELDS if name in found] == list(found)
    assert counts(found["model"]) == {"flux": 2, "gpt-image-2": 1}
    assert list(counts(found["rating"])) == ["5", "4"]
    assert [value.label for value in found["rating"].values] == ["★★★★★", "★★★★"]


def test_only_what_was_found_is_counted(db: sqlite3.Connection) -> None:
    keep(db, "fox", provider="runware")
    keep(db, "koi", provider="oxen")

    assert counts(of(db, "fox")["provider"]) == {"runware": 1}


def test_the_unrated_are_what_has_no_stars(db: sqlite3.Connection) -> None:
    keep(db, rating=2)
    keep(db)
    keep(db)

    assert counts(of(db)["rating"]) == {"2": 1, "0": 2}


def test_costs_are_counted_in_ranges_of_dollars(db: sqlite3.Connection) -> None:
    for nano, unit in ((7_000_000, "usd"), (8_000_000, "usd"), (60_000_000, "usd"), (9, "credits")):
        keep(db, cost_nano=nano, cost_unit=unit)

    found = of(db)["cost"].values

    told = [(value.label, value.term, value.count) for value in found]
    assert told == [
        ("$0.005–0.01", "cost:0.005..0.01", 2),
        ("$0.05–0.1", "cost:0.05..0.1", 1),
    ]


def test_a_status_is_that_of_the_generation(db: sqlite3.Connection) -> None:
    for status in ("succeeded", "succeeded", "partial"):
        keep(db, generation=generate(db, status))
    keep(db)

    assert counts(of(db)["status"]) == {"succeeded": 2, "partial": 1}


def test_days_and_months_are_those_of_the_local_calendar(db: sqlite3.Connection) -> None:
    moments = [DAY_US * 300, DAY_US * 300 + 7 * 3_600_000_000, DAY_US * 340]
    days = [clock.from_us(moment).astimezone().date().isoformat() for moment in moments]
    for moment in moments:
        keep(db, created_at=moment)

    found = of(db)

    assert counts(found["day"]) == dict(Counter(days))
    assert counts(found["month"]) == dict(Counter(day[:7] for day in days))
    assert [value.term for value in found["month"].values][-1] == f"date:{days[0][:7]}"


@pytest.mark.parametrize("hours", [[5, 30, 31, 55, 80], [80, 5, 31, 30, 55], [5, 80, 6, 81, 7]])
def test_days_are_the_same_however_they_are_counted(
    db: sqlite3.Connection, hours: list[int]
) -> None:
    for number, hour in enumerate(hours):
        keep(db, "koi" if number == 1 else "fox", created_at=DAY_US * 500 + hour * 3_600_000_000)
    moments = [DAY_US * 500 + hour * 3_600_000_000 for n, hour in enumerate(hours) if n != 1]
    expected = Counter(clock.from_us(m).astimezone().date().isoformat() for m in moments)

    assert counts(of(db, "fox", ["day"])["day"]) == dict(expected)


def test_values_that_differ_only_in_case_are_one(db: sqlite3.Connection) -> None:
    for tag in ("hero", "hero", "Hero"):
        keep(db, tags=(tag,))

    assert counts(of(db)["tag"]) == {"hero": 3}


def test_of_many_values_the_rest_is_counted(db: sqlite3.Connection) -> None:
    for number in range(20):
        keep(db, tags=(f"tag{number}",))

    assert (len(of(db)["tag"].values), of(db)["tag"].more) == (12, 8)


def test_a_value_that_no_search_can_say_is_left_out(db: sqlite3.Connection) -> None:
    keep(db, model='a "b"')
    keep(db, model="two words")

    assert [value.term for value in of(db)["model"].values] == ['model:"two words"']


def test_some_fields_may_be_asked_for(db: sqlite3.Connection) -> None:
    keep(db, provider="oxen", rating=5, tags=("hero",))

    assert list(of(db, fields=["tag", "provider"])) == ["provider", "tag"]


def test_an_empty_answer_has_no_facets(db: sqlite3.Connection) -> None:
    assert of(db, "nothing") == {}


@given(st.integers(1, 2**CHUNK - 1))
def test_bits_are_kept_as_they_are(bits: int) -> None:
    assert unpacked(packed(bits)) == bits


@given(st.sets(st.integers(1, 3 * CHUNK), max_size=40))
def test_numbers_are_bits_by_chunk(numbers: set[int]) -> None:
    found = chunked(array("q", numbers))

    assert {
        chunk * CHUNK + bit
        for chunk, bits in found.items()
        for bit in range(CHUNK)
        if bits >> bit & 1
    } == numbers


def test_a_catalog_that_is_upgraded_has_the_facets_it_would_have_grown(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        for number in range(5):
            tags = ("hero",) if number % 2 else ()
            keep(db, generation=generate(db), provider="oxen", rating=number or None, tags=tags)
        grown = db.execute("SELECT * FROM facet").fetchall()
        db.execute("DROP TABLE facet")

        schema_gallery.facets(db)

        made = db.execute("SELECT * FROM facet").fetchall()
        assert [tuple(row) for row in made] == [tuple(row) for row in grown]


def test_costs_of_an_older_catalog_are_counted_once_it_is_brought_up_to_date(
    db: sqlite3.Connection,
) -> None:
    for nano in (7_000_000, None, 60_000_000):
        keep(db, cost_nano=nano, cost_unit="usd")
    there = counts(of(db)["cost"])
    db.execute("DELETE FROM facet WHERE field = 'cost'")

    schema_gallery.m013_costs(db)

    assert counts(of(db)["cost"]) == there == {"0.005..0.01": 1, "0.05..0.1": 1}


def test_a_change_leaves_no_row_without_a_bit(db: sqlite3.Connection) -> None:
    asset = keep(db, rating=4)
    with indexing.reindexed(db, asset):
        db.execute("UPDATE asset SET rating = 5")

    found = db.execute("SELECT value FROM facet WHERE field = 'rating'").fetchall()

    assert [row[0] for row in found] == ["5"]
