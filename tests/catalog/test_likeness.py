from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from imagelab.domain.near import MAX_DISTANCE
from imagelab.imaging.likeness import distance
from tests.catalog.searchable import PROPERTY, found, keep, searchable

BITS = st.lists(st.integers(0, 63), max_size=12, unique=True)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as connection:
        yield connection


def turned(likeness: int, bits: list[int]) -> int:
    """The hash with some bits turned, signed as SQLite keeps it."""
    for bit in bits:
        likeness ^= 1 << bit
    likeness &= 2**64 - 1
    return likeness - 2**64 if likeness >> 63 else likeness


@PROPERTY
@given(st.integers(-(2**63), 2**63 - 1), st.lists(BITS, max_size=6))
def test_what_is_alike_is_all_that_is_near_enough_and_nothing_else(
    db: sqlite3.Connection, likeness: int, others: list[list[int]]
) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")
    db.execute("BEGIN")
    mine = keep(db, likeness=likeness)
    hashes = {keep(db, likeness=turned(likeness, bits)): turned(likeness, bits) for bits in others}

    near = {number for number, other in hashes.items() if distance(likeness, other) <= MAX_DISTANCE}

    assert set(found(db, f"like:#{mine}")) == {mine, *near}


def test_what_is_alike_is_looked_up_and_not_scanned_for(db: sqlite3.Connection) -> None:
    mine = keep(db, likeness=5)
    seen: list[str] = []
    db.set_trace_callback(seen.append)
    found(db, f"like:#{mine}")
    db.set_trace_callback(None)
    asked = next(sql for sql in seen if "imagelab_distance" in sql and "json_each" in sql)

    plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {asked}")]

    assert sum("USING COVERING INDEX thumbnail_band" in step for step in plan) == 4
    assert not [step for step in plan if "SCAN other" in step]


def test_likeness_goes_with_every_other_term(db: sqlite3.Connection) -> None:
    mine = keep(db, "a red fox", likeness=5)
    near = keep(db, "a red fox", likeness=7, rating=5)
    far = keep(db, "a red fox", likeness=-1, rating=5)

    assert found(db, f"fox like:#{mine}") == [near, mine]
    assert found(db, f"like:#{mine} rating:5") == [near]
    assert found(db, f"fox -like:#{mine}") == [far]
    assert found(db, f"like:#{far},#{mine} sort:id") == [mine, near, far]
