from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from imagelab.catalog import curation, indexing, schema, thumbnails, words
from imagelab.catalog.blobs import Blob
from imagelab.catalog.imports import keep_import
from imagelab.catalog.thumbnails import Look
from imagelab.errors import AssetNotFoundError

ASSETS = st.sampled_from([1, 2])
TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TAGS = st.lists(st.sampled_from(["hero", "red fox", "Hero", "狐", "a-b"]), min_size=1, max_size=3)
STEPS = st.one_of(
    st.tuples(st.just("rate"), ASSETS, st.none() | st.integers(1, 5)),
    st.tuples(st.just("reject"), ASSETS, st.booleans()),
    st.tuples(st.just("caption"), ASSETS, TEXTS),
    st.tuples(st.just("note"), ASSETS, TEXTS),
    st.tuples(st.just("tag"), ASSETS, TAGS),
    st.tuples(st.just("untag"), ASSETS, TAGS),
    st.tuples(st.just("look"), ASSETS, st.booleans()),
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.row_factory = sqlite3.Row
        for migration in schema.MIGRATIONS:
            migration(connection)
        for data in (b"fox", b"koi"):
            keep_import(connection, Blob.of(data, "png", 4, 3))
        yield connection


def take(db: sqlite3.Connection, name: str, asset: int, value: object) -> None:
    match name, value:
        case "reject", bool(rejected):
            curation.reject(db, [asset], rejected=rejected)
        case "look", bool(clear):
            sha256 = Blob.of((b"fox", b"koi")[asset - 1], "png", 4, 3).sha256
            thumbnails.save(db, sha256, Look(b"small", "image/webp", 1, transparent=clear))
        case _:
            getattr(curation, name)(db, [asset], value)


def content(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Every term of the index, with the row, the column and the place it stands at."""
    db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, text_index, instance)")
    rows = db.execute("SELECT term, doc, col, offset FROM temp.terms").fetchall()
    db.execute("DROP TABLE temp.terms")
    return sorted(tuple(row) for row in rows)


def made_anew(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    db.execute("INSERT INTO text_index (text_index) VALUES ('delete-all')")
    for asset in (1, 2):
        words.add(db, asset, indexing.entry_of(db, asset))
    return content(db)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEPS, max_size=12))
def test_after_any_curation_the_index_is_as_if_made_anew(
    db: sqlite3.Connection, steps: list[tuple[str, int, object]]
) -> None:
    for name, asset, value in steps:
        take(db, name, asset, value)
    db.execute("INSERT INTO text_index (text_index) VALUES ('integrity-check')")

    grown = content(db)

    assert grown == made_anew(db)


def test_a_change_that_fails_leaves_the_entry(db: sqlite3.Connection) -> None:
    before = content(db)

    with pytest.raises(sqlite3.IntegrityError, match="CHECK"), indexing.reindexed(db, 1):
        db.execute("UPDATE asset SET rating = 9 WHERE id = 1")

    assert content(db) == before


def test_an_asset_that_is_not_there_has_no_entry(db: sqlite3.Connection) -> None:
    with pytest.raises(AssetNotFoundError, match="no asset #9 in this catalog"):
        indexing.entry_of(db, 9)


@pytest.mark.parametrize(
    ("column", "flag"),
    [
        ("edit", "edit"),
        ("transparent", "transparent"),
        ("flagged", "flagged"),
        ("trashed", "trashed"),
    ],
)
def test_a_flag_of_the_row_is_a_flag_of_the_entry(
    db: sqlite3.Connection, column: str, flag: str
) -> None:
    db.execute(f"UPDATE asset SET {column} = 1 WHERE id = 1")

    assert words.facet("is", flag) in indexing.entry_of(db, 1).facets.split()


@pytest.mark.parametrize(
    ("kind", "edit", "root"), [("made", 0, True), ("made", 1, False), ("imported", 0, True)]
)
def test_a_root_is_made_from_nothing_here(
    db: sqlite3.Connection, kind: str, edit: int, *, root: bool
) -> None:
    db.execute("UPDATE asset SET kind = ?, edit = ? WHERE id = 1", (kind, edit))

    assert (words.facet("is", "root") in indexing.entry_of(db, 1).facets.split()) is root
