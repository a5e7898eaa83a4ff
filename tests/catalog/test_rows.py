from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog import rows
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.imports import keep_import
from imagelab.domain.money import Cost
from tests.finished import new_catalog


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of two generations: two images, and an edit of the first."""
    path = tmp_path_factory.mktemp("rows") / "a.db"
    with il.open(path, sandbox=True) as lab:
        made = lab.generate("A fox", n=2, quality="low", tags=["hero", "fox"])
        lab.generate("at night", quality="low", images=[made[0]])
    return path


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    opened = open_catalog(path, None)
    yield opened
    opened.close()


def test_an_asset_is_read_back_whole(catalog: Catalog) -> None:
    with catalog.reading() as db:
        [row] = rows.assets(db, [1])

    assert (row.id, row.kind, row.prompt, row.model) == (1, "made", "A fox", "gpt-image-2")
    assert (row.tags, row.params, row.rejected) == (("fox", "hero"), {"quality": "low"}, False)
    assert row.created_at.tzinfo is UTC
    assert isinstance(row.cost, Cost)


def test_assets_come_in_the_order_asked_and_missing_ones_are_left_out(catalog: Catalog) -> None:
    with catalog.reading() as db:
        found = rows.assets(db, [3, 99, 1, 3])

    assert [row.id for row in found] == [3, 1, 3]


def test_more_assets_are_read_than_one_statement_takes(tmp_path: Path) -> None:
    catalog = new_catalog(tmp_path / "a.db")
    with catalog.writing() as db:
        for number in range(1_100):
            keep_import(db, Blob.of(str(number).encode(), "png", 1, 1))

    with catalog.reading() as db:
        found = rows.assets(db, range(1_100, 0, -1))
    catalog.close()

    assert [row.id for row in found] == list(range(1_100, 0, -1))


def test_an_asset_is_known_by_the_beginning_of_its_uuid(catalog: Catalog) -> None:
    with catalog.reading() as db:
        [row] = rows.assets(db, [2])
        found = rows.asset_by_uuid(db, row.uuid)
        several = rows.asset_by_uuid(db, row.uuid[:1])

    assert found == [row]
    assert len(several) == 2


@pytest.mark.parametrize("prefix", ["zz", "%", "_", "'"])
def test_a_prefix_is_no_pattern(catalog: Catalog, prefix: str) -> None:
    with catalog.reading() as db:
        assert rows.asset_by_uuid(db, prefix) == []
        assert rows.generation_by_uuid(db, prefix) == []


def test_a_generation_is_read_back_with_what_arrived_and_what_went_in(catalog: Catalog) -> None:
    with catalog.reading() as db:
        first, second = rows.generation(db, 1), rows.generation(db, 2)

    assert first is not None
    assert second is not None
    assert (first.status, first.n, first.arrived, first.inputs) == ("succeeded", 2, 2, ())
    assert (second.prompt, second.arrived, second.inputs) == ("at night", 1, (1,))
    assert first.quote_likely is not None
    assert first.quote_likely.source == "estimated"


def test_a_generation_that_is_not_there_is_none(catalog: Catalog) -> None:
    with catalog.reading() as db:
        assert rows.generation(db, 99) is None


def test_a_generation_s_assets_come_in_order_of_arrival(catalog: Catalog) -> None:
    with catalog.reading() as db:
        found = rows.assets_of(db, 1)

    assert [row.id for row in found] == [1, 2]


def test_lineage_goes_both_ways(catalog: Catalog) -> None:
    with catalog.reading() as db:
        assert rows.lineage_of(db, 1) == ([], [3])
        assert rows.lineage_of(db, 3) == ([1], [])
        assert rows.lineage_of(db, 2) == ([], [])
