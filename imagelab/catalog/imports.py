"""Images that came from outside: kept as assets of their own, once by content."""

from __future__ import annotations

import sqlite3

from imagelab import clock
from imagelab.catalog import blobs, indexing
from imagelab.catalog.blobs import Blob
from imagelab.domain.ids import uuid7


def keep_import(db: sqlite3.Connection, blob: Blob) -> str:
    """The uuid of the asset that has these bytes, made now if none has."""
    there = db.execute(
        "SELECT a.uuid FROM asset a JOIN blob b ON b.id = a.blob WHERE b.sha256 = ? "
        "ORDER BY a.id LIMIT 1",
        (blob.sha256,),
    ).fetchone()
    if there:
        return str(there[0])
    uuid = uuid7()
    added = db.execute(
        "INSERT INTO asset (uuid, kind, blob, format, width, height, size_bytes, created_at) "
        "VALUES (?, 'imported', ?, ?, ?, ?, ?, ?)",
        (
            uuid,
            blobs.keep(db, blob),
            blob.format,
            blob.width,
            blob.height,
            len(blob.data),
            clock.now_us(),
        ),
    )
    assert added.lastrowid is not None
    indexing.add(db, added.lastrowid)
    return uuid
