"""Original bytes, untouched, named by their SHA-256; equal bytes are one blob."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import field

from imagelab.catalog import emptied, offloads
from imagelab.clock import from_us
from imagelab.domain.frozen import frozen
from imagelab.domain.place import Left
from imagelab.domain.records import emptied_on
from imagelab.errors import CatalogError, OffloadedError


@frozen
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


def keep(db: sqlite3.Connection, blob: Blob, left: Left | None = None) -> int:
    """Keep bytes once; the row's id, whether they are new, were here already or are here again.

    With `left` only where they lie is kept, unless they are here.
    """
    found = db.execute("SELECT id FROM blob WHERE sha256 = ?", (blob.sha256,)).fetchone()
    if found and left:
        come_again(db, found[0], blob.data, left)
        return int(found[0])
    if found:
        emptied.refill(db, found[0], blob.data)
        offloads.bring(db, found[0], blob.data)
        return int(found[0])
    added = db.execute(
        "INSERT INTO blob (sha256, format, width, height, size_bytes, data) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (*_facts(blob), b"" if left else blob.data),
    )
    assert added.lastrowid is not None
    if left:
        offloads.leave(db, added.lastrowid, left)
    return added.lastrowid


def come_again(db: sqlite3.Connection, number: int, data: bytes, left: Left | None) -> None:
    """The bytes of an original were read anew: what was given up, or lay loose, is to be had again."""
    if left and emptied.refill(db, number, b""):
        offloads.leave(db, number, left)
    elif left or not emptied.refill(db, number, data):
        offloads.come_again(db, number, data, left)


def read(db: sqlite3.Connection, sha256: str) -> bytes:
    """The bytes as they were received; CatalogError if they are gone or were altered.

    OffloadedError where they lie in a store: whoever can read from one fetches them, once the
    lock is given back.
    """
    found = db.execute("SELECT id, data FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
    if found is None:
        raise CatalogError(f"the image {sha256[:12]}… is missing from this catalog")
    data = bytes(found[1])
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _why_not_here(db, found[0], sha256)
    return data


def _facts(blob: Blob) -> tuple[str, str, int, int, int]:
    return blob.sha256, blob.format, blob.width, blob.height, len(blob.data)


def _why_not_here(db: sqlite3.Connection, blob: int, sha256: str) -> CatalogError:
    away = offloads.place_of(db, blob)
    if away is not None:
        return OffloadedError(
            f"the image {sha256[:12]}… lies in {away.store}, which is not read here; in a lab, "
            "asset.read() fetches it",
            away,
        )
    gone = db.execute("SELECT at FROM emptied WHERE blob = ?", (blob,)).fetchone()
    if gone is not None:
        return CatalogError(
            f"the image {sha256[:12]}… is not here any more: {emptied_on(from_us(gone[0]))}; what is "
            "known of it is kept"
        )
    return CatalogError(
        f"the image {sha256[:12]}… no longer has the bytes that were kept; "
        "restore this catalog from a backup"
    )
