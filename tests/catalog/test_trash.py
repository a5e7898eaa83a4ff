from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab.catalog import blobs, checkup, curation, rows, search, thumbnails, trash
from imagelab.catalog.backup import back_up
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.imports import keep_import
from imagelab.catalog.thumbnails import Look
from imagelab.catalog.undo import undo
from imagelab.domain.query import parse
from imagelab.errors import CatalogError, RequestError
from tests.catalog.searchable import feed, generate, keep
from tests.finished import new_catalog

BYTES = 300_000


def picture(number: int) -> Blob:
    return Blob.of(bytes([number]) * BYTES, "png", 4, 3)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "a.db")
    with opened.writing() as db:
        for number in (1, 2, 3):
            keep_import(db, picture(number))
            look = Look(b"small", "image/jpeg", number)
            thumbnails.save(db, picture(number).sha256, look)
    yield opened
    opened.close()


def reject(catalog: Catalog, *assets: int) -> None:
    with catalog.writing() as db:
        curation.reject(db, assets, rejected=True)


def found(catalog: Catalog, query: str) -> list[int]:
    with catalog.reading() as db:
        return search.all_ids(db, parse(query))


def also_of_the_bytes_of(db: sqlite3.Connection, asset: int) -> int:
    """Another asset with the same original."""
    other = keep(db)
    db.execute(
        "UPDATE asset SET blob = (SELECT blob FROM asset WHERE id = ?) WHERE id = ?", (asset, other)
    )
    return other


def test_no_picture_comes_of_an_original_that_was_emptied_while_it_was_looked_at(
    catalog: Catalog,
) -> None:
    reject(catalog, 2)
    trash.empty(catalog, 1)

    with catalog.writing() as db:
        thumbnails.save(db, picture(2).sha256, Look(b"small", "image/jpeg", 2))

    with catalog.reading() as db:
        assert thumbnails.read(db, picture(2).sha256) is None
        assert thumbnails.read(db, picture(1).sha256) == (b"small", "image/jpeg")


def test_what_was_rejected_waits_with_the_space_it_would_give_back(catalog: Catalog) -> None:
    reject(catalog, 1, 3)

    waits = trash.waiting(catalog)

    assert (waits.assets, waits.kept, waits.parents) == ((1, 3), (), 0)
    assert waits.size_bytes == 2 * (BYTES + len(b"small"))


def test_looking_at_the_trash_deletes_nothing_and_a_rejection_can_be_taken_back(
    catalog: Catalog,
) -> None:
    reject(catalog, 1)
    trash.waiting(catalog)

    undo(catalog)

    assert trash.waiting(catalog).assets == ()
    assert found(catalog, "is:imported") == [3, 2, 1]


def test_emptying_gives_the_space_of_the_file_back(catalog: Catalog) -> None:
    reject(catalog, 1, 2)
    before = catalog.path.stat().st_size

    trash.empty(catalog, 2)

    assert before - catalog.path.stat().st_size >= 2 * BYTES * 0.9
    assert catalog.quick_check() == "ok"


def test_of_an_emptied_asset_the_bytes_and_the_small_picture_go_and_all_else_stays(
    catalog: Catalog,
) -> None:
    reject(catalog, 2)
    with catalog.reading() as db:
        (before,) = rows.assets(db, [2])

    trash.empty(catalog, 1)

    with catalog.reading() as db:
        (after,) = rows.assets(db, [2])
        small = thumbnails.read(db, after.sha256)
    assert after.emptied_at is not None
    assert (after.sha256, after.uuid, after.size_bytes) == (before.sha256, before.uuid, BYTES)
    assert small is None
    assert found(catalog, "is:rejected,imported") == [3, 1]
    assert found(catalog, "is:trashed is:imported") == [2]


def test_reading_an_emptied_original_says_when_it_was_emptied(catalog: Catalog) -> None:
    reject(catalog, 2)
    trash.empty(catalog, 1)

    with (
        catalog.reading() as db,
        pytest.raises(CatalogError, match=r"its original was emptied on \d{4}-\d\d-\d\d"),
    ):
        blobs.read(db, picture(2).sha256)


def test_nothing_goes_that_was_not_counted(catalog: Catalog) -> None:
    reject(catalog, 1, 2)

    with pytest.raises(RequestError, match="2 assets would be emptied now, and 1 was confirmed"):
        trash.empty(catalog, 1)

    assert trash.waiting(catalog).assets == (1, 2)


def test_an_original_that_another_asset_shows_is_kept(catalog: Catalog) -> None:
    with catalog.writing() as db:
        other = also_of_the_bytes_of(db, 1)
    reject(catalog, 1)
    shared = trash.waiting(catalog)
    reject(catalog, other)

    assert (shared.assets, shared.kept, shared.size_bytes) == ((), (1,), 0)
    assert trash.waiting(catalog).assets == (1, other)
    assert trash.waiting(catalog).size_bytes == BYTES + len(b"small")


@pytest.mark.parametrize(
    ("status", "role", "goes"),
    [
        ("succeeded", "input", True),
        ("unknown", "input", False),
        ("running", "input", False),
        ("succeeded", "mask", False),
    ],
)
def test_an_original_stays_while_a_request_may_need_it(
    catalog: Catalog, status: str, role: str, *, goes: bool
) -> None:
    with catalog.writing() as db:
        feed(db, 1, generate(db, status))
        db.execute("UPDATE input SET role = ?", (role,))
    reject(catalog, 1)

    waits = trash.waiting(catalog)

    assert (waits.assets == (1,), waits.kept == (1,)) == (goes, not goes)
    assert waits.parents == int(goes)


def test_what_was_made_from_an_emptied_asset_is_still_its_child(catalog: Catalog) -> None:
    with catalog.writing() as db:
        made = generate(db)
        feed(db, 1, made)
        child = keep(db, "a red fox", generation=made, edit=1)
    reject(catalog, 1)

    trash.empty(catalog, 1)

    with catalog.reading() as db:
        assert rows.lineage_of(db, child) == ([1], [])
    assert found(catalog, "from:#1 is:edit") == [child]


def test_a_check_finds_nothing_amiss_with_what_was_emptied(catalog: Catalog) -> None:
    reject(catalog, 1)
    trash.empty(catalog, 1)
    with catalog.reading() as db:
        missing = thumbnails.missing(db)

    told = checkup.check(catalog, deep=True)

    assert (told.missing, told.mismatched, told.originals, missing) == ((), (), 2, [])


def test_bytes_that_come_again_are_there_again(catalog: Catalog) -> None:
    reject(catalog, 1)
    trash.empty(catalog, 1)

    with catalog.writing() as db:
        blobs.keep(db, picture(1))

    with catalog.reading() as db:
        assert blobs.read(db, picture(1).sha256) == picture(1).data
        assert thumbnails.missing(db) == [picture(1).sha256]
    assert found(catalog, "is:trashed") == []
    assert found(catalog, "is:rejected is:imported") == [1]


def test_a_backup_gives_up_what_the_catalog_gave_up(catalog: Catalog, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "a.db"
    back_up(catalog, copy)
    reject(catalog, 1)
    trash.empty(catalog, 1)

    again = back_up(catalog, copy)

    there = open_catalog(copy, "sandbox")
    told = checkup.check(there, deep=True)
    with there.reading() as db:
        left = db.execute("SELECT length(data) FROM blob ORDER BY id").fetchall()
    there.close()
    assert again.altered == 0
    assert (told.missing, told.mismatched) == ((), ())
    assert [row[0] for row in left] == [0, BYTES, BYTES]


def test_a_first_backup_of_an_emptied_catalog_is_whole(catalog: Catalog, tmp_path: Path) -> None:
    reject(catalog, 1)
    trash.empty(catalog, 1)

    made = back_up(catalog, tmp_path / "copy" / "a.db")

    there = open_catalog(made.path, "sandbox")
    told = checkup.check(there, deep=True)
    there.close()
    assert (made.altered, told.missing, told.mismatched, told.assets) == (0, (), (), 3)


def test_bytes_that_came_again_are_in_the_next_backup(catalog: Catalog, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "a.db"
    reject(catalog, 1)
    trash.empty(catalog, 1)
    back_up(catalog, copy)
    with catalog.writing() as db:
        blobs.keep(db, picture(1))

    back_up(catalog, copy)

    there = open_catalog(copy, "sandbox")
    with there.reading() as db:
        assert blobs.read(db, picture(1).sha256) == picture(1).data
    there.close()
