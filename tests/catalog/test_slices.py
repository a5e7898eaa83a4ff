from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from imagelab.catalog.slices import by_range, in_time

# Counts as many rows as it is told to, which takes as long as one likes.
COUNTING = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT max(n) FROM c"


class Counting:
    """A catalog of nothing, that knows how often it was read."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db, self.reads = db, 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        self.reads += 1
        yield self.db


@pytest.fixture
def reads() -> Iterator[Counting]:
    with closing(sqlite3.connect(":memory:")) as db:
        yield Counting(db)


def test_slices_cover_every_number_once(reads: Counting) -> None:
    found = list(by_range(reads, 1, 1_000_000, lambda _, first, last: range(first, last + 1)))

    assert found[0][0] == 1
    assert sum(map(len, found)) == 1_000_000
    assert [part[0] for part in found[1:]] == [part[-1] + 1 for part in found[:-1]]


def test_nothing_is_read_of_an_empty_range(reads: Counting) -> None:
    assert list(by_range(reads, 1, 0, lambda _, first, last: (first, last))) == []
    assert reads.reads == 0


def test_slices_grow_while_they_are_quick(reads: Counting) -> None:
    list(by_range(reads, 1, 2**63 - 1, lambda _, first, last: (first, last)))

    assert reads.reads < 1_000


def test_a_slice_that_takes_too_long_is_read_again_in_parts(reads: Counting) -> None:
    def slow(db: sqlite3.Connection, first: int, last: int) -> range:
        rows = 50_000_000 if last - first > 1_000 else 1
        db.execute(COUNTING, (rows,)).fetchall()
        return range(first, last + 1)

    found = list(by_range(reads, 1, 3_000, slow))

    assert sum(map(len, found)) == 3_000
    assert reads.reads > len(found)


def test_what_takes_too_long_is_broken_off(reads: Counting) -> None:
    found = in_time(reads, 0.01, lambda db: db.execute(COUNTING, (50_000_000,)).fetchall())

    assert found is None


def test_what_is_in_time_is_found_and_later_reads_are_not_broken_off(reads: Counting) -> None:
    in_time(reads, 0.001, lambda db: db.execute(COUNTING, (1,)).fetchall())

    assert reads.db.execute(COUNTING, (300_000,)).fetchone() == (300_000,)


def test_another_error_is_not_taken_for_being_late(reads: Counting) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        in_time(reads, 60, lambda db: db.execute("SELECT * FROM gone"))
