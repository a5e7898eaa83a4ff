from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.imports import keep_import


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(tmp_path / "a.db", "sandbox")
    yield opened
    opened.close()


def kept(catalog: Catalog, data: bytes) -> str:
    with catalog.writing() as db:
        return keep_import(db, Blob.of(data, "jpeg", 4, 3))


def rows(catalog: Catalog) -> list[sqlite3.Row]:
    with catalog.reading() as db:
        return list(db.execute("SELECT * FROM asset ORDER BY id").fetchall())


def test_an_image_from_outside_is_an_asset_that_nobody_made(catalog: Catalog) -> None:
    uuid = kept(catalog, b"fox")

    [row] = rows(catalog)
    assert (row["uuid"], row["kind"], row["format"]) == (uuid, "imported", "jpeg")
    assert (row["width"], row["height"], row["size_bytes"]) == (4, 3, 3)
    assert (row["model"], row["generation"], row["cost_nano"]) == (None, None, None)


def test_the_same_image_twice_is_one_asset(catalog: Catalog) -> None:
    first, again = kept(catalog, b"fox"), kept(catalog, b"fox")

    assert first == again
    assert len(rows(catalog)) == 1


def test_another_image_is_another_asset(catalog: Catalog) -> None:
    assert kept(catalog, b"fox") != kept(catalog, b"koi")


def test_an_image_that_was_made_here_is_that_asset(lab: il.Lab) -> None:
    made = lab.generate("A fox", quality="low")[0]

    edited = lab.generate("at night", quality="low", images=[made.read()])

    assert edited[0].parents == [made]
    assert len(lab.search("is:imported")) == 0


def test_imported_images_are_found_only_when_asked_for(lab: il.Lab, tmp_path: Path) -> None:
    lab.generate("A fox", quality="low")[0].save(tmp_path / "fox.png")
    with il.open(tmp_path / "other.db", sandbox=True) as other:
        other.generate("at night", quality="low", images=[tmp_path / "fox.png"])

        assert [asset.prompt for asset in other.search()] == ["at night"]
        assert [asset.prompt for asset in other.search("is:imported")] == [""]
