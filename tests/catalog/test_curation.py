from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imagelab.catalog import curation, search
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.imports import keep_import
from imagelab.domain.query import parse
from imagelab.errors import AssetNotFoundError
from tests.finished import new_catalog

Change = Callable[[sqlite3.Connection], object]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "a.db")
    with opened.writing() as db:
        keep_import(db, Blob.of(b"fox", "png", 4, 3))
        keep_import(db, Blob.of(b"koi", "png", 4, 3))
    yield opened
    opened.close()


def say(catalog: Catalog, *changes: Change) -> None:
    with catalog.writing() as db:
        for change in changes:
            change(db)


def found(catalog: Catalog, query: str) -> list[int]:
    with catalog.reading() as db:
        return search.all_ids(db, parse(f"is:imported {query}"))


def test_a_rating_is_found_and_can_be_taken_away(catalog: Catalog) -> None:
    say(catalog, lambda db: curation.rate(db, [1], 4))
    rated = found(catalog, "rating:4")

    say(catalog, lambda db: curation.rate(db, [1], None))

    assert rated == [1]
    assert found(catalog, "is:unrated") == [2, 1]


def test_several_assets_are_judged_at_once(catalog: Catalog) -> None:
    say(catalog, lambda db: curation.rate(db, [1, 2], 5))

    assert found(catalog, "rating:5") == [2, 1]


def test_a_tag_is_found_and_put_on_once(catalog: Catalog) -> None:
    say(
        catalog,
        lambda db: curation.tag(db, [1], ["hero", "red fox"]),
        lambda db: curation.tag(db, [1, 2], ["hero"]),
    )

    assert found(catalog, "tag:hero") == [2, 1]
    assert found(catalog, 'tag:"red fox"') == [1]


def test_a_tag_that_is_taken_off_is_not_found(catalog: Catalog) -> None:
    say(
        catalog,
        lambda db: curation.tag(db, [1], ["hero", "fox"]),
        lambda db: curation.untag(db, [1, 2], ["hero", "absent"]),
    )

    assert found(catalog, "tag:hero") == []
    assert found(catalog, "tag:fox") == [1]


def test_a_rejected_image_is_hidden_and_shown_again(catalog: Catalog) -> None:
    say(catalog, lambda db: curation.reject(db, [1], rejected=True))
    hidden = found(catalog, "is:rejected")

    say(catalog, lambda db: curation.reject(db, [1], rejected=False))

    assert hidden == [1]
    assert found(catalog, "is:rejected") == []


@pytest.mark.parametrize("write", [curation.caption, curation.note])
def test_words_written_on_an_image_find_it(
    catalog: Catalog, write: Callable[[sqlite3.Connection, list[int], str | None], object]
) -> None:
    say(catalog, lambda db: write(db, [2], "a lighthouse"))
    written = found(catalog, "lighthouse")

    say(catalog, lambda db: write(db, [2], None))

    assert written == [2]
    assert found(catalog, "lighthouse") == []


def test_a_rating_that_is_none_changes_nothing(catalog: Catalog) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        say(catalog, lambda db: curation.rate(db, [1, 2], 9))

    assert found(catalog, "is:unrated") == [2, 1]


def test_an_asset_that_is_not_there_is_named_and_nothing_is_changed(catalog: Catalog) -> None:
    with pytest.raises(AssetNotFoundError, match="no asset #99 in this catalog"):
        say(catalog, lambda db: curation.rate(db, [1, 99], 5))

    assert found(catalog, "rating:5") == []
