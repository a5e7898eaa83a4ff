from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from imagelab.catalog import family as module, family_walk
from imagelab.catalog.family import ancestors, descendants, family, root, seconds
from imagelab.errors import AssetNotFoundError
from tests.catalog.searchable import feed, found, generate, keep, searchable


class Reads:
    """A connection lent as a catalog lends it, each time counted."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db, self.times = db, 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        self.times += 1
        yield self.db


@pytest.fixture
def reads(tmp_path: Path) -> Iterator[Reads]:
    with searchable(tmp_path) as db:
        yield Reads(db)


def made(reads: Reads, parents: Mapping[int, Sequence[int]]) -> None:
    """Assets by number, each with its parents, the first as input and the others as reference."""
    for number in range(1, max(parents) + 1):
        assert keep(reads.db, "fox", generation=generate(reads.db)) == number
    for number, above in parents.items():
        for place, parent in enumerate(above):
            sql = "INSERT INTO input SELECT ?, ?, ?, id, blob, NULL FROM asset WHERE id = ?"
            role = "reference" if place else "input"
            reads.db.execute(sql, (number, place, role, parent))


FAMILY = {2: [1], 4: [2, 3], 5: [4], 6: [1], 8: [7]}


def test_ancestors_and_descendants_come_nearest_first(reads: Reads) -> None:
    made(reads, FAMILY)

    assert ancestors(reads, 5) == [4, 2, 3, 1]
    assert descendants(reads, 1) == [2, 6, 4, 5]
    assert ancestors(reads, 1) == []


def test_a_family_is_all_that_is_connected_whoever_of_it_is_asked(reads: Reads) -> None:
    made(reads, FAMILY)

    assert all(list(family(reads, n).kin) == [1, 2, 3, 4, 5, 6] for n in (1, 3, 6))
    assert family(reads, 1).path(5) == [5, 4, 2, 3, 1]
    assert list(family(reads, 8).kin) == [7, 8]


def test_images_of_one_request_are_no_relatives_for_that(reads: Reads) -> None:
    generation = generate(reads.db, n=2)
    for position in (0, 1):
        keep(reads.db, "fox", generation=generation, position=position)

    assert list(family(reads, 1).kin) == [1]


def test_edges_know_whether_a_mask_said_where(reads: Reads) -> None:
    made(reads, FAMILY)
    reads.db.execute("INSERT INTO input VALUES (2, 1, 'mask', NULL, 1, NULL)")

    assert [edge.masked for edge in family(reads, 1).edges] == [True, False, False, False, False]


def test_the_root_is_up_the_first_parent_of_each(reads: Reads) -> None:
    made(reads, FAMILY)

    assert [root(reads, number) for number in (5, 3, 1)] == [1, 3, 1]


def test_a_mask_is_no_root(reads: Reads) -> None:
    made(reads, {2: [1]})
    reads.db.execute("UPDATE input SET role = 'mask'")

    assert root(reads, 2) == 2


@pytest.mark.parametrize("patience", [10.0, 0.0], ids=["at once", "by steps"])
def test_a_circle_ends(reads: Reads, patience: float, monkeypatch: pytest.MonkeyPatch) -> None:
    made(reads, {1: [3], 2: [1], 3: [2], 4: [4]})
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", patience)

    assert sorted(ancestors(reads, 1)) == [2, 3]
    assert list(family(reads, 2).kin) == [1, 2, 3]
    assert root(reads, 3) == 1
    assert root(reads, 4) == 4


def test_a_search_for_what_came_of_a_circle_ends(reads: Reads) -> None:
    made(reads, {1: [3], 2: [1], 3: [2]})

    assert sorted(found(reads.db, "from:#2")) == [1, 2, 3]


def test_what_takes_long_is_walked_in_short_reads_to_the_same_end(
    reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(reads, {number: [max(1, number // 2)] for number in range(2, 400)})
    whole, found = family(reads, 7), descendants(reads, 3)
    monkeypatch.setattr(module, "in_time", lambda *_: None)
    monkeypatch.setattr(module, "_AT_ONCE", 6)
    monkeypatch.setattr(family_walk, "_AT_ONCE", 6)
    monkeypatch.setattr(family_walk, "_NARROW", 6)
    monkeypatch.setattr(family_walk, "_FAR", 6)
    before = reads.times

    assert family(reads, 7) == whole
    assert sorted(descendants(reads, 3)) == sorted(found)
    assert ancestors(reads, 399) == [199, 99, 49, 24, 12, 6, 3, 1]
    assert reads.times - before > 50


def test_a_long_line_is_looked_along_in_few_reads(reads: Reads) -> None:
    made(reads, {number: [number - 1] for number in range(2, 1001)})

    found = family(reads, 500)

    assert len(found.members) == 1000
    assert reads.times < 20


def test_a_family_beyond_bounds_is_cut_to_the_nearest_and_says_so(
    reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(reads, {number: [number - 1] for number in range(2, 60)})
    monkeypatch.setattr(module, "MOST_KIN", 10)

    found = family(reads, 30)

    assert len(found.members) == 10
    assert not found.whole
    assert set(found.kin) <= set(range(24, 37))


def test_a_number_that_is_not_there_has_no_family(reads: Reads) -> None:
    with pytest.raises(AssetNotFoundError, match="no asset #7 in this catalog"):
        family(reads, 7)


def test_a_generation_took_from_sending_to_settling(reads: Reads) -> None:
    generate(reads.db)
    reads.db.execute("UPDATE generation SET sent_at = 1000000, finished_at = 3500000")
    feed(reads.db, keep(reads.db), generate(reads.db))

    assert seconds(reads, [1, 2]) == {1: 2.5, 2: None}


def test_a_family_is_the_same_walked_down_first_and_to_both_sides(reads: Reads) -> None:
    made(reads, {number: [number // 2 or 1, number - 1] for number in range(2, 120)})
    reads.db.execute("INSERT INTO input VALUES (40, 2, 'mask', 5, 1, NULL)")

    downwards, evenly = family(reads, 60), family(reads, 60, most=1_000)

    assert downwards == evenly
    assert [edge.parent for edge in downwards.edges if edge.child == 40] == [20, 39, 5]
    assert {edge.child for edge in downwards.edges if edge.masked} == {40}


def test_a_family_of_just_the_bound_is_whole(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    made(reads, FAMILY)
    monkeypatch.setattr(module, "MOST_KIN", 6)

    assert family(reads, 4).whole
    assert not family(reads, 4, most=5).whole


def test_children_are_told_of_without_a_look_at_their_rows(reads: Reads) -> None:
    plan = reads.db.execute(f"EXPLAIN QUERY PLAN {family_walk._CHILDREN}", ("[1]",)).fetchall()

    assert any("child USING COVERING INDEX asset_kin" in row["detail"] for row in plan)
