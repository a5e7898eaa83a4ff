from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab.catalog import search, thumbnails
from imagelab.catalog.blobs import Blob, keep
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.imports import keep_import
from imagelab.catalog.thumbnails import Look
from imagelab.domain.query import parse
from tests.finished import new_catalog

FOX = Blob.of(b"fox", "png", 4, 3)
SMALL = Look(b"small", "image/jpeg", -1)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "a.db")
    with opened.writing() as db:
        keep_import(db, FOX)
    yield opened
    opened.close()


def save(catalog: Catalog, look: Look) -> None:
    with catalog.writing() as db:
        thumbnails.save(db, FOX.sha256, look)


def found(catalog: Catalog, query: str) -> list[int]:
    with catalog.reading() as db:
        return search.all_ids(db, parse(query))


def test_an_image_nobody_looked_at_is_missing(catalog: Catalog) -> None:
    with catalog.reading() as db:
        assert thumbnails.missing(db) == [FOX.sha256]
        assert thumbnails.read(db, FOX.sha256) is None


def test_a_small_picture_is_read_back_with_its_type(catalog: Catalog) -> None:
    save(catalog, SMALL)

    with catalog.reading() as db:
        assert thumbnails.read(db, FOX.sha256) == (b"small", "image/jpeg")
        assert thumbnails.missing(db) == []


def test_bytes_without_an_asset_are_not_looked_at(catalog: Catalog) -> None:
    with catalog.writing() as db:
        keep(db, Blob.of(b"a mask", "png", 4, 3))

    with catalog.reading() as db:
        assert thumbnails.missing(db) == [FOX.sha256]


def test_a_damaged_image_has_no_small_picture_and_is_found_as_damaged(catalog: Catalog) -> None:
    save(catalog, Look(None, None, None, damaged="the PNG ends early"))

    with catalog.reading() as db:
        assert thumbnails.read(db, FOX.sha256) is None
        assert thumbnails.missing(db) == []
        assert db.execute("SELECT damaged FROM asset").fetchone()[0] == "the PNG ends early"


def test_a_transparent_image_is_found_as_one(catalog: Catalog) -> None:
    before = found(catalog, "is:imported is:transparent")

    save(catalog, Look(b"small", "image/webp", 1, transparent=True))

    assert before == []
    assert found(catalog, "is:imported is:transparent") == [1]


def test_looking_again_replaces_what_was_seen(catalog: Catalog) -> None:
    save(catalog, Look(None, None, None, damaged="cut short", transparent=True))

    save(catalog, SMALL)

    with catalog.reading() as db:
        assert thumbnails.read(db, FOX.sha256) == (b"small", "image/jpeg")
        assert db.execute("SELECT damaged FROM asset").fetchone()[0] is None
    assert found(catalog, "is:imported is:transparent") == []


def test_an_unknown_hash_has_no_small_picture(catalog: Catalog) -> None:
    with catalog.reading() as db:
        assert thumbnails.read(db, "0" * 64) is None


def test_a_second_asset_of_the_same_bytes_is_as_the_first_was_seen(catalog: Catalog) -> None:
    save(catalog, Look(b"small", "image/webp", 1, transparent=True))

    with catalog.writing() as db:
        db.execute(
            "INSERT INTO asset (uuid, kind, blob, format, width, height, size_bytes, created_at) "
            "SELECT 'again', 'made', blob, format, width, height, size_bytes, 0 FROM asset"
        )
        thumbnails.recall(db, 2)

    with catalog.reading() as db:
        assert db.execute("SELECT transparent FROM asset WHERE id = 2").fetchone()[0] == 1
