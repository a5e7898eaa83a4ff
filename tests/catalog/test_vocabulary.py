from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab.catalog import vocabulary
from imagelab.catalog.vocabulary import MAX_VALUES, values
from tests.catalog.searchable import keep, searchable


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as opened:
        yield opened


def test_the_latest_values_come_first_each_once(db: sqlite3.Connection) -> None:
    for model in ("a-1", "b-1", "a-1", "a-2"):
        keep(db, model=model)

    assert values(db, "model", "") == ["a-2", "a-1", "b-1"]
    assert values(db, "model", "A-") == ["a-2", "a-1"]


def test_what_is_not_known_is_no_value(db: sqlite3.Connection) -> None:
    keep(db, kind="imported")

    assert values(db, "model", "") == values(db, "quality", "") == []


def test_a_size_goes_by_its_numbers_and_its_shape(db: sqlite3.Connection) -> None:
    keep(db, width=1536, height=1024)

    assert values(db, "size", "") == ["1536x1024", "landscape"]
    assert values(db, "size", "la") == ["landscape"]


def test_all_tags_are_known_however_many_have_them(db: sqlite3.Connection) -> None:
    for number in range(5):
        keep(db, tags=("fox", "Étude", f"t{number}"))

    assert values(db, "tag", "f") == ["fox"]
    assert values(db, "tag", "ét") == ["Étude"]
    assert values(db, "tag", "T") == ["t0", "t1", "t2", "t3", "t4"]


def test_no_more_than_some_values_are_told(db: sqlite3.Connection) -> None:
    keep(db, tags=[f"t{number}" for number in range(MAX_VALUES + 5)])

    assert len(values(db, "tag", "")) == MAX_VALUES


def test_what_no_search_can_say_takes_no_place(db: sqlite3.Connection) -> None:
    keep(db, tags=[f"\x01{number:02}" for number in range(MAX_VALUES + 5)])
    keep(db, tags=("fox",))

    assert values(db, "tag", "") == ["fox"]


def test_what_was_used_last_comes_before_what_was_ever_used(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "RECENT", 1)
    keep(db, model="a-old")
    keep(db, model="new")

    assert values(db, "model", "") == ["new", "a-old"]


def test_parameters_go_by_the_names_they_were_asked_under(db: sqlite3.Connection) -> None:
    keep(db, params='{"steps":20}')
    keep(db, params='{"guidance":3,"steps":20}')
    keep(db, params="{not json")

    assert sorted(values(db, "param.", "")) == ["guidance", "steps"]
    assert values(db, "param.", "St") == ["steps"]


@pytest.mark.parametrize("field", ["prompt", "cost", "uuid", "params; DROP TABLE asset"])
def test_other_fields_have_no_values(db: sqlite3.Connection, field: str) -> None:
    keep(db, "fox")

    assert values(db, field, "") == []
