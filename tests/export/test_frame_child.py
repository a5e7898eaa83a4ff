"""Frames by the child that reads through ADBC: the same as those read here, to the value and type."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext

import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from imagelab.catalog import annotation, arrow_rows, frame_rows
from imagelab.catalog.annotation import Given
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.columns import Told, Values
from imagelab.domain.money import plain
from imagelab.export.arrow import assets_table
from imagelab.export.frame import assets_frame
from imagelab.lab import telling
from tests.benchmarks.synthetic import fill

COUNT = 2_600
HOSTILE = (
    "",
    "a\x00b",
    "'; DROP TABLE asset; --",
    "\U0001f98a",
    "x" * 70_000,
    "\u2028",
    "=1+1",
    '"',
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    opened = open_catalog(tmp_path_factory.mktemp("large") / "c.db", "sandbox")
    fill(opened, COUNT)
    _make_odd(opened)
    yield opened
    opened.close()


def _make_odd(catalog: Catalog) -> None:
    """Every value that a column may have, seldom enough to come after thousands of nulls too."""
    chance = random.Random(5)
    odd = {
        "prompt": HOSTILE,
        "caption": (None, *HOSTILE),
        "note": (None, *HOSTILE),
        "model": (None, *HOSTILE[:4]),
        "seed": (None, 0, -(2**63), 2**63 - 1),
        "cost_nano": (None, 0, 1, 2**63 - 1, 5_000_000_000, 133_920_001),
        "flagged": (None, 0, 1),
        "created_at": (0, 1, 2**52),
        "params": ('{"quality": "low"}', '{"quality": 7}', '{"quality"', '{"quality": null}'),
        "kind": ("made", "imported"),
    }
    with catalog.writing() as db:
        for number in chance.sample(range(1, COUNT + 1), 300):
            column = chance.choice(list(odd))
            db.execute(
                f"UPDATE asset SET {column} = ? WHERE id = ?", (chance.choice(odd[column]), number)
            )
        db.execute("INSERT INTO tag VALUES (7, 'z'), (7, 'a\"b'), (7, '\U0001f98a'), (7, '')")
        db.execute(
            "UPDATE asset SET cost_nano = 9223372036854775807, cost_unit = 'usd' WHERE id = 9"
        )
    numbers = [3, 9, 2_500]
    given = [
        Given("score", "real", [0.5, 1, -2.25]),
        Given("count", "whole", [2**62, None, 1]),
        Given("label", "text", ["", "a\x00b", "fox"]),
        Given("good", "flag", [1, 0, None]),
        Given("seen", "moment", [0, 1, 2**50]),
    ]
    annotation.annotate(catalog, numbers, given)


@pytest.fixture(scope="module")
def order() -> list[int]:
    """A long stretch with gaps, then numbers from everywhere, some of which are not there."""
    jumbled = random.Random(6).sample(range(1, COUNT + 90), 300)
    return [*(n for n in range(COUNT, 100, -1) if n % 7 and n not in jumbled), *jumbled]


@pytest.fixture(scope="module")
def parts(catalog: Catalog, order: Sequence[int]) -> Sequence[Sequence[Values]]:
    return list(arrow_rows.told(catalog, order).parts)


def test_a_child_tells_the_same_frame_as_is_read_here(
    catalog: Catalog, order: Sequence[int], parts: Sequence[Sequence[Values]]
) -> None:
    here = frame_rows.told(catalog, order)

    child = Told(here.columns, iter(parts), arrow=True)

    assert_frame_equal(assets_frame(child), assets_frame(here), check_exact=True)


def test_a_child_tells_the_same_table_as_is_read_here(
    catalog: Catalog, order: Sequence[int], parts: Sequence[Sequence[Values]]
) -> None:
    here = frame_rows.told(catalog, order)

    table = assets_table(Told(here.columns, iter(parts), arrow=True))

    assert table.equals(assets_table(here))
    assert (table.column("score").type, table.column("good").type) == (pa.float64(), pa.bool_())


def test_a_price_has_no_zeros_at_its_end_whatever_the_context_rounds_to(
    catalog: Catalog, order: Sequence[int]
) -> None:
    with localcontext(prec=2):
        costs = assets_frame(frame_rows.told(catalog, order))["cost"].dropna()

    assert all(cost.as_tuple() == plain(cost).as_tuple() for cost in costs)
    assert max(costs) == Decimal("9223372036.854775807")


def test_a_child_that_is_killed_is_told_and_its_rows_are_not_taken(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    with pytest.raises(arrow_rows.ChildEndedError, match="schema"):
        list(arrow_rows.told(catalog, [3, 2, 1]).parts)


def test_where_a_child_ends_early_the_rows_are_read_here(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    frame = telling.told(catalog, [3, 2, 1], assets_frame, least=1)

    assert frame["id"].tolist() == [3, 2, 1]


def test_a_child_is_told_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")

    assert "OPENAI_API_KEY" not in arrow_rows.environment()
    assert arrow_rows.environment()["PATH"]


def test_an_asset_that_is_given_twice_has_its_tags_once_in_each_row(catalog: Catalog) -> None:
    with catalog.reading() as db:
        number = db.execute("SELECT max(asset) FROM tag").fetchone()[0]
        tags = [name for (name,) in db.execute("SELECT name FROM tag WHERE asset = ?", (number,))]

    frame = assets_frame(frame_rows.told(catalog, [number, 5, number]))

    assert sorted(frame["tags"][0]) == sorted(frame["tags"][2]) == sorted(tags)
