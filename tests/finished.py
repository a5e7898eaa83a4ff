"""A new catalog that is there at once: its schema is made by the first test, and copied by the others."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.ids import uuid7


def new_catalog(path: Path) -> Catalog:
    """An open sandbox catalog of nothing; making the schema takes longer than many a test."""
    put_new(path)
    return open_catalog(path, "sandbox")


def put_new(path: Path) -> None:
    """A sandbox catalog of nothing, closed."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_nothing())
    with closing(sqlite3.connect(path)) as db, db:  # each is a catalog of its own
        db.execute("UPDATE about SET value = ? WHERE name = 'uuid'", (uuid7(),))


@cache
def _nothing() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sandbox.db"
        open_catalog(path, "sandbox").close()
        return path.read_bytes()
