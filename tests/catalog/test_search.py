from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from imagelab.catalog import search
from imagelab.domain.query import parse
from imagelab.errors import AssetNotFoundError, QueryError
from tests.catalog.searchable import PROPERTY, found, keep, searchable


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as connection:
        yield connection


def test_the_newest_come_first(db: sqlite3.Connection) -> None:
    first, second = keep(db, "a fox"), keep(db, "foxes")

    assert found(db, "fox") == [second, first]
    assert found(db, "") == [second, first]


def test_pages_continue_where_the_last_one_ended(db: sqlite3.Connection) -> None:
    numbers = [keep(db, "fox") for _ in range(5)]

    first = search.ids(db, parse("fox"), limit=2)
    second = search.ids(db, parse("fox"), limit=3, before=first.next)

    assert first.ids == (numbers[4], numbers[3])
    assert second == search.Page((numbers[2], numbers[1], numbers[0]), None)


def test_a_lone_negation_finds_the_rest(db: sqlite3.Connection) -> None:
    keep(db, "fox")
    koi = keep(db, "koi")

    assert found(db, "-fox") == [koi]


UNKNOWN = ["-rating:5", "-width:>100", "-seed:7", "-cost:<1", "-param.x:y", "-caption:fox", "-n:2"]


@pytest.mark.parametrize(
    "text", [*UNKNOWN, "-status:failed", "-is:failed", "-quality:*gh", "-(seed:7 OR rating:5)"]
)
def test_what_is_not_known_is_not_lost_by_a_negation(db: sqlite3.Connection, text: str) -> None:
    asset = keep(db, "koi")

    assert found(db, text) == [asset]


@pytest.mark.parametrize("text", ["", "fox", "-koi", "width:64", "-is:rejected", "-is:imported"])
def test_hidden_assets_are_left_out(db: sqlite3.Connection, text: str) -> None:
    shown, _ = keep(db, "fox"), keep(db, "fox", rejected=1)
    keep(db, "fox", kind="imported")
    keep(db, "fox", trashed=1)

    assert found(db, text) == [shown]


def test_hidden_assets_are_found_when_asked_for(db: sqlite3.Connection) -> None:
    shown, rejected = keep(db, "fox"), keep(db, "fox", rejected=1)
    imported = keep(db, "fox", kind="imported")
    keep(db, "fox", trashed=1)

    assert found(db, "is:rejected") == [rejected]
    assert found(db, "is:rejected OR fox") == [rejected, shown]
    assert found(db, "is:imported width:64") == [imported]


def test_what_is_unknown_comes_last_in_either_order(db: sqlite3.Connection) -> None:
    unknown, dear = keep(db), keep(db, cost_nano=9)
    cheap, also_cheap = keep(db, cost_nano=1), keep(db, cost_nano=1)

    assert found(db, "sort:cost") == [cheap, also_cheap, dear, unknown]
    assert found(db, "sort:-cost") == [dear, also_cheap, cheap, unknown]
    assert found(db, "sort:cost,-id") == [also_cheap, cheap, dear, unknown]


def test_a_page_of_another_order_is_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(QueryError, match="belongs to a search in another order"):
        search.ids(db, parse("sort:cost"), before=(7,))


def test_counting_can_stop_early(db: sqlite3.Connection) -> None:
    for _ in range(4):
        keep(db, "fox")

    assert search.count(db, parse("fox")) == search.count(db, parse("")) == 4
    assert search.count(db, parse("fox width:64"), cap=3) == 3


@pytest.mark.parametrize("text", ["fox & -!!!", "!!!", "!!! OR fox", "prompt:&&&", '"…"'])
def test_punctuation_alone_says_nothing(db: sqlite3.Connection, text: str) -> None:
    fox = keep(db, "fox")

    assert found(db, text) == [fox]


@PROPERTY
@given(
    st.text(max_size=60),
    st.sampled_from(["{text}", '{field}"{text}"', "{field}{text}"]),
    st.sampled_from(["", "prompt:", "tag:", "param.x:", "model:*"]),
)
def test_no_quoted_or_bare_text_ever_breaks_the_sql(
    db: sqlite3.Connection, text: str, form: str, field: str
) -> None:
    asked = form.format(field=field, text=text)

    with suppress(QueryError, AssetNotFoundError):
        search.ids(db, parse(asked))
        search.count(db, parse(asked))
