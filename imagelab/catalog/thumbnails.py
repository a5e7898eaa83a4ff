"""The small pictures of blobs, made after the original is safe, and what the decoder found."""

from __future__ import annotations

import sqlite3
from dataclasses import field, replace

from imagelab.catalog import indexing, offloads
from imagelab.domain.frozen import frozen


@frozen
class Look:
    """What a full decode of a blob gave; `damaged` says why it gave no picture."""

    data: bytes | None = field(repr=False)
    media_type: str | None
    likeness: int | None
    transparent: bool = False
    damaged: str | None = None


def missing(db: sqlite3.Connection) -> list[str]:
    """The hashes of blobs that nobody has looked at yet."""
    rows = db.execute(
        "SELECT sha256 FROM blob b WHERE NOT EXISTS (SELECT 1 FROM thumbnail WHERE blob = b.id) "  # noqa: S608 - a constant
        "AND EXISTS (SELECT 1 FROM asset WHERE blob = b.id) "
        f"AND id NOT IN ({offloads.NOT_TO_BE_HAD}) ORDER BY id"
    )
    return [row[0] for row in rows.fetchall()]


def save(db: sqlite3.Connection, sha256: str, look: Look) -> None:
    """Keep what was found, and let the blob's assets be searched by it.

    Of an original that was emptied while it was looked at no picture is kept, as of any other.
    """
    blob = db.execute("SELECT id FROM blob WHERE sha256 = ?", (sha256,)).fetchone()[0]
    if db.execute("SELECT 1 FROM emptied WHERE blob = ?", (blob,)).fetchone():
        look = replace(look, data=None, media_type=None)
    db.execute(
        "INSERT OR REPLACE INTO thumbnail (blob, data, media_type, likeness, transparent, damaged) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (blob, look.data, look.media_type, look.likeness, look.transparent, look.damaged),
    )
    seen_otherwise = db.execute(
        "SELECT id FROM asset WHERE blob = ? AND (transparent IS NOT ? OR damaged IS NOT ?)",
        (blob, look.transparent, look.damaged),
    ).fetchall()
    for (asset,) in seen_otherwise:
        with indexing.reindexed(db, asset):
            db.execute(
                "UPDATE asset SET transparent = ?, damaged = ? WHERE id = ?",
                (look.transparent, look.damaged, asset),
            )


def is_missing(db: sqlite3.Connection, sha256: str) -> bool:
    """Whether nobody has looked at these bytes yet, and they are there to be looked at."""
    found = db.execute(
        "SELECT 1 FROM blob b WHERE sha256 = ? "  # noqa: S608 - a constant
        "AND NOT EXISTS (SELECT 1 FROM thumbnail WHERE blob = b.id) "
        f"AND id NOT IN ({offloads.NOT_TO_BE_HAD})",
        (sha256,),
    )
    return found.fetchone() is not None


def mark_damaged(db: sqlite3.Connection, blob: int, why: str) -> None:
    """Say that an original is not to be had any more; its small picture stays to be seen."""
    db.execute(
        "INSERT INTO thumbnail (blob, damaged) VALUES (?, ?) "
        "ON CONFLICT (blob) DO UPDATE SET damaged = excluded.damaged",
        (blob, why),
    )
    for (asset,) in db.execute("SELECT id FROM asset WHERE blob = ?", (blob,)).fetchall():
        with indexing.reindexed(db, asset):
            db.execute("UPDATE asset SET damaged = ? WHERE id = ?", (why, asset))


def recall(db: sqlite3.Connection, asset: int) -> None:
    """What was seen of these bytes before, for a new asset that is not in the index yet."""
    db.execute(
        "UPDATE asset SET transparent = t.transparent, damaged = t.damaged FROM thumbnail t "
        "WHERE asset.id = ? AND t.blob = asset.blob",
        (asset,),
    )


def read(db: sqlite3.Connection, sha256: str) -> tuple[bytes, str] | None:
    """The small picture and its media type; None while it is not made or cannot be."""
    row = db.execute(
        "SELECT t.data, t.media_type FROM thumbnail t JOIN blob b ON b.id = t.blob "
        "WHERE b.sha256 = ?",
        (sha256,),
    ).fetchone()
    return (bytes(row[0]), row[1]) if row and row[0] is not None else None
