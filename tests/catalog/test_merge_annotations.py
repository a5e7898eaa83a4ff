from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest

from imagelab import clock
from imagelab.catalog import annotation
from imagelab.catalog.annotation import ColumnKind, Given, Value
from tests.catalog.merging import generate, merged, writing
from tests.catalog.originals import alter, opened
from tests.catalog.test_merge import copied


@pytest.fixture(autouse=True)
def _two(ours: Path) -> None:
    """Two images, which every copy has too."""
    with writing(ours) as db:
        generate(db, "fox", 2)


def tell(
    path: Path, at: int, values: Mapping[int, Value], name: str = "score", kind: ColumnKind = "real"
) -> None:
    """Values by an asset's number, told so many seconds after the beginning of time."""
    with opened(path) as catalog:
        annotation.annotate(catalog, list(values), [Given(name, kind, list(values.values()))])
    for table in ("annotation", "unannotated"):
        alter(path, f"UPDATE {table} SET at = {at * 1_000_000} WHERE at > {10**15}")


def told(path: Path) -> dict[str, dict[int, Value]]:
    with opened(path) as catalog, catalog.reading() as db:
        return {one.name: annotation.values(db, one, [1, 2]) for one in annotation.columns(db)}


def test_columns_come_with_a_merge_and_the_same_again_changes_nothing(ours: Path) -> None:
    other = copied(ours, "other")
    tell(other, 5, {1: 0.5, 2: 3.0})
    tell(other, 5, {2: "a fox"}, "label", "text")

    assert merged(ours, other).annotated == 3
    assert told(ours) == {"label": {2: "a fox"}, "score": {1: 0.5, 2: 3.0}}
    assert not merged(ours, other).changed


def test_of_two_values_the_later_stands_and_is_told(ours: Path) -> None:
    other = copied(ours, "other")
    tell(ours, 5, {1: 0.5, 2: 0.5})
    tell(other, 9, {1: 0.9})
    tell(other, 2, {2: 0.2})

    done = merged(ours, other)

    assert told(ours) == {"score": {1: 0.9, 2: 0.5}}
    assert sorted(map(str, done.conflicts)) == [
        "#1 col.score: 0.9 stands (theirs was later), not 0.5",
        "#2 col.score: 0.5 stands (yours was later), not 0.2",
    ]


def test_a_value_that_was_taken_away_later_does_not_come_again(ours: Path) -> None:
    tell(ours, 3, {1: 0.5})
    other = copied(ours, "other")
    tell(ours, 5, {1: None})

    merged(ours, other)
    assert told(ours) == {"score": {}}
    assert merged(other, ours).annotated == 1
    assert told(other) == {"score": {}}


def test_in_any_order_columns_of_three_catalogs_come_to_the_same(ours: Path) -> None:
    paths = [ours, copied(ours, "b"), copied(ours, "c")]
    tell(paths[0], 1, {1: 1.0, 2: 2.0})
    tell(paths[1], 1, {1: 3})
    tell(paths[1], 4, {1: None, 2: 5}, kind="whole")
    tell(paths[2], 1, {1: 7.5})
    tell(paths[2], 4, {2: 4.5})

    ends = []
    for order in itertools.permutations(range(3)):
        first = copied(paths[order[0]], "".join(map(str, order)))
        merged(first, *(paths[number] for number in order[1:]))
        ends.append(told(first))

    assert ends == [{"score": {2: 5}}] * 6


def test_a_column_that_holds_something_else_here_is_left_out_and_told(ours: Path) -> None:
    other = copied(ours, "other")
    tell(ours, 5, {1: 0.5})
    tell(other, 9, {1: "high"}, kind="text")

    done = merged(ours, other)

    assert done.left_out == {"column that holds numbers here": 1}
    assert told(ours) == {"score": {1: 0.5}}


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("UPDATE annotated SET name = 'image'", "column under a name that no column can have"),
        ("UPDATE annotated SET name = 'x; DROP TABLE asset'", "column under a name that no column"),
        ("UPDATE annotation SET value = x'00'", "value of a column of the wrong type"),
        ("UPDATE annotation SET value = 'text'", "value of a column of the wrong type"),
        ("UPDATE annotation SET at = -1", "value of a column with a moment beyond every calendar"),
    ],
)
def test_a_column_that_is_not_good_is_left_out_and_told(ours: Path, harm: str, why: str) -> None:
    other = copied(ours, "other")
    tell(other, 5, {1: 0.5})
    alter(other, harm)

    done = merged(ours, other)

    assert [one.startswith(why) for one in done.left_out] == [True]
    assert not any(told(ours).values())


def test_a_value_from_before_moments_were_kept_is_as_old_as_its_column(ours: Path) -> None:
    other = copied(ours, "other")
    tell(other, 0, {1: 0.5})
    tell(ours, 9, {1: 0.9})

    assert merged(ours, other).annotated == 1
    assert told(ours) == {"score": {1: 0.5}}
    with writing(ours) as db:
        (at,) = db.execute("SELECT at FROM annotation").fetchone()
    assert 0 < at <= clock.now_us()
