from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from imagelab.catalog import schema
from imagelab.catalog.catalog import open_catalog

# What users write SQL against: names may be added at the end, never changed.
VIEWS = {
    "assets": (
        "id uuid kind prompt caption note provider model generation position width height format "
        "size_bytes sha256 params reported seed flagged rating rejected trashed transparent damaged "
        "tags cost_usd cost_credits cost_source created_at"
    ),
    "generations": (
        "id uuid status provider model native prompt n quality params resolved used extra quote_low "
        "quote_likely quote_high quote_unit cost_usd cost_credits cost_source error_kind error "
        "notebook seconds created_at"
    ),
    "edges": "parent child role generation",
    "spend": (
        "id generation asset provider model quality notebook usd credits unknown source high unit "
        "note at"
    ),
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    open_catalog(tmp_path / "a.db", "sandbox").close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        yield connection


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_the_columns_of_its_contract(db: sqlite3.Connection, view: str) -> None:
    found = [row[1] for row in db.execute(f"PRAGMA table_info({view})").fetchall()]

    assert found[: len(VIEWS[view].split())] == VIEWS[view].split()


def test_there_is_no_other_view(db: sqlite3.Connection) -> None:
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()

    assert {row[0] for row in found} == set(VIEWS)


def test_every_table_of_ours_is_strict(db: sqlite3.Connection) -> None:
    listed = db.execute("PRAGMA table_list").fetchall()
    loose = {row[1] for row in listed if row[0] == "main" and row[2] == "table" and not row[5]}

    assert {name for name in loose if not name.startswith(("sqlite_", "_sqlite_"))} == set()


def test_the_version_counts_the_migrations(db: sqlite3.Connection) -> None:
    applied = db.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()

    assert [row[0] for row in applied] == [step.__name__ for step in schema.MIGRATIONS]
    assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)


def test_a_stray_kind_of_value_is_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value in INTEGER column"):
        db.execute("INSERT INTO thumbnail (blob, likeness) VALUES (1, 'x')")


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_that_is_none_is_refused(db: sqlite3.Connection, rating: int) -> None:
    db.execute("INSERT INTO blob VALUES (1, 'x', 'png', 1, 1, 1, x'00')")

    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        db.execute(
            "INSERT INTO asset (uuid, kind, blob, format, width, height, size_bytes, rating, "
            "created_at) VALUES ('u', 'imported', 1, 'png', 1, 1, 1, ?, 0)",
            (rating,),
        )


def test_an_asset_without_its_bytes_is_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        db.execute(
            "INSERT INTO asset (uuid, kind, blob, format, width, height, size_bytes, created_at) "
            "VALUES ('u', 'imported', 77, 'png', 1, 1, 1, 0)"
        )


def test_unknown_costs_are_null_in_the_views_and_never_nothing(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO blob VALUES (1, 'x', 'png', 1, 1, 1, x'00')")
    db.execute(
        "INSERT INTO asset (uuid, kind, blob, format, width, height, size_bytes, created_at) "
        "VALUES ('u', 'made', 1, 'png', 1, 1, 1, 0)"
    )

    assert db.execute("SELECT cost_usd, cost_credits, cost_source FROM assets").fetchone() == (
        None,
        None,
        None,
    )
