from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from imagelab.catalog import hits
from imagelab.catalog.hits import all_hits
from imagelab.domain.query import parse
from imagelab.errors import AssetNotFoundError
from tests.catalog.searchable import PROPERTY, found, keep, searchable

QUERIES = (
    "",
    "fox",
    "-fox",
    "fox OR -hen",
    "is:rejected",
    "-prompt:fox",
    "prompt:fox rating:>=2",
    "cost:<5",
    "width:>60",
    "from:#1",
    "fox id:10..90",
)
SORTS = ("", "-id", "id", "date", "-cost", "rating", "-rating,cost", "rating,-date", "-cost,id")


@dataclass
class Held:
    """A catalog whose one connection is in this thread's hands."""

    db: sqlite3.Connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        yield self.db


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    with searchable(tmp_path_factory.mktemp("hits")) as db:
        for number in range(150):
            keep(
                db,
                ("fox", "hen", "a red fox", "nothing")[number % 4],
                rating=(None, 1, 2, 2, 5)[number % 5],
                cost_nano=None if number % 7 == 0 else number % 6,
                cost_unit="usd",
                created_at=number // 3,
                rejected=number % 11 == 0,
                model="m",
            )
        yield Held(db)


@PROPERTY
@given(st.sampled_from(QUERIES), st.sampled_from(SORTS))
def test_all_hits_are_those_of_the_search_in_its_order(held: Held, words: str, sort: str) -> None:
    text = f"{words} sort:{sort}" if sort else words

    assert all_hits(held, parse(text)).tolist() == found(held.db, text)


@PROPERTY
@given(st.sampled_from(QUERIES), st.sampled_from(SORTS))
def test_many_hits_come_in_the_same_order_from_the_index(held: Held, words: str, sort: str) -> None:
    text = f"{words} sort:{sort}" if sort else words

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hits, "MAX_LOOKED_UP", 5)
        patch.setattr(hits, "_STEPS", 13)
        walked = all_hits(held, parse(text)).tolist()

    assert walked == found(held.db, text)


def test_a_number_that_is_not_there_is_said(held: Held) -> None:
    with pytest.raises(AssetNotFoundError, match="no asset #999"):
        all_hits(held, parse("from:#999"))


def test_an_empty_catalog_has_none(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        assert [all_hits(Held(db), parse(text)).tolist() for text in ("", "-fox sort:cost")] == [
            [],
            [],
        ]


def test_numbers_may_be_far_apart(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        few = [keep(db, "fox"), keep(db, "fox", id=2**62)]

        assert all_hits(Held(db), parse("fox")).tolist() == few[::-1]


def test_what_changes_while_it_is_walked_past_is_there_once(tmp_path: Path) -> None:
    with searchable(tmp_path) as db, pytest.MonkeyPatch.context() as patch:
        patch.setattr(hits, "MAX_LOOKED_UP", 1)
        patch.setattr(hits, "_STEPS", 2)
        numbers = [keep(db, "fox", rating=stars) for stars in (1, 2, 3, 4, 5)]
        moving = Moving(db, ["UPDATE asset SET rating = 1 WHERE id = 5"])

        listed = all_hits(moving, parse("sort:-rating")).tolist()

    assert sorted(listed) == numbers
    assert listed[:2] == [5, 4]


class Moving(Held):
    """A catalog in which somebody changes something once the index is walked."""

    def __init__(self, db: sqlite3.Connection, changes: list[str]) -> None:
        super().__init__(db)
        self.changes, self.reads = changes, 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        yield self.db
        self.reads += 1
        if self.reads == 4 and self.changes:
            self.db.execute(self.changes.pop())
