"""Original bytes, untouched, named by their SHA-256; equal bytes are one blob."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field

from imagelab.catalog import emptied
from imagelab.clock import from_us
from imagelab.domain.records import emptied_on
from imagelab.errors import CatalogError


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes to keep, with what their header says; hashed before any transaction begins."""

    data: bytes = field(repr=False)
    format: str
    width: int
    height: int
    sha256: str

    @classmethod
    def of(cls, data: bytes, image_format: str, width: int, height: int) -> Blob:
        return cls(data, image_format, width, height, hashlib.sha256(data).hexdigest())


def keep(db: sqlite3.Connection, blob: Blob) -> int:
    """Keep bytes once; the row's id, whether they are new, were here already or are here again."""
    found = db.execute("SELECT id FROM blob WHERE sha256 = ?", (blob.sha256,)).fetchone()
    if found:
        emptied.refill(db, found[0], blob.data)
        return int(found[0])
    added = db.execute(
        "INSERT INTO blob (sha256, format, width, height, size_bytes, data) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (blob.sha256, blob.format, blob.width, blob.height, len(blob.data), blob.data),
    )
    assert added.lastrowid is not None
    return added.lastrowid


def read(db: sqlite3.Connection, sha256: str) -> bytes:
    """The bytes as they were received; CatalogError if they are gone or were altered."""
    found = db.execute(
        "SELECT b.data, e.at FROM blob b LEFT JOIN emptied e ON e.blob = b.id WHERE b.sha256 = ?",
        (sha256,),
    ).fetchone()
    if found is None:
        raise CatalogError(f"the image {sha256[:12]}… is missing from this catalog")
    if found[1] is not None:
        raise CatalogError(
            f"the image {sha256[:12]}… is not here any more: {emptied_on(from_us(found[1]))}; what is "
            "known of it is kept"
        )
    data = bytes(found[0])
    if hashlib.sha256(data).hexdigest() != sha256:
        raise CatalogError(
            f"the image {sha256[:12]}… no longer has the bytes that were kept; "
            "restore this catalog from a backup"
        )
    return data
