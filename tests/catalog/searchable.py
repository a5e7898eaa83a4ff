"""A catalog's tables with rows a test chose, without a catalog around them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

from imagelab.catalog import indexing, schema, search
from imagelab.domain.query import parse

# One database serves all examples of a property.
PROPERTY = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100
)


@contextmanager
def searchable(folder: Path) -> Iterator[sqlite3.Connection]:
    """Empty tables and their indexes."""
    with closing(sqlite3.connect(folder / "c.db", isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.row_factory = sqlite3.Row
        for migration in schema.MIGRATIONS:
            migration(db)
        yield db


def keep(db: sqlite3.Connection, prompt: str = "", **columns: Any) -> int:
    """One asset, made unless told, with a blob of its own, as the catalog would write it."""
    tags, likeness = columns.pop("tags", ()), columns.pop("likeness", None)
    blob = _added(
        db,
        "INSERT INTO blob (sha256, format, width, height, size_bytes, data)"
        " VALUES (hex(randomblob(32)), 'png', 1, 1, 1, x'00')",
    )
    db.execute("INSERT INTO thumbnail (blob, likeness) VALUES (?, ?)", (blob, likeness))
    row = {"kind": "made", "blob": blob, "format": "png", "width": 64, "height": 64}
    row |= {"size_bytes": 1, "created_at": 0, "prompt": prompt} | columns
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    asset = _added(
        db,
        f"INSERT INTO asset (uuid, {names}) VALUES (hex(randomblob(16)), {marks})",
        *row.values(),
    )
    db.executemany("INSERT INTO tag VALUES (?, ?)", [(asset, tag) for tag in tags])
    indexing.add(db, asset)
    return asset


def generate(db: sqlite3.Connection, status: str = "succeeded", n: int = 1) -> int:
    return _added(
        db,
        "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params, resolved,"
        " fingerprint, boot, pid, process_start, created_at) VALUES (hex(randomblob(16)), ?, 'p',"
        " 'm', 'm', '', ?, '{}', '{}', hex(randomblob(32)), '', 0, 0, 0)",
        status,
        n,
    )


def feed(db: sqlite3.Connection, parent: int, generation: int) -> None:
    """Make the asset an input of the generation."""
    db.execute(
        "INSERT INTO input SELECT ?, 0, 'input', id, blob, NULL FROM asset WHERE id = ?",
        (generation, parent),
    )


def found(db: sqlite3.Connection, text: str) -> list[int]:
    """The numbers of the assets a search finds, in its order."""
    return search.all_ids(db, parse(text))


def _added(db: sqlite3.Connection, sql: str, *values: Any) -> int:
    return db.execute(sql, values).lastrowid or 0
