"""Originals whose bytes were given up: their rows say so, and the bytes may come again."""

from __future__ import annotations

import sqlite3

from imagelab import clock
from imagelab.catalog import indexing, offloads


def empty(db: sqlite3.Connection, blob: int) -> list[int]:
    """Let an original's bytes and its small picture go; the assets that were made of it.

    Rows, prompts, prices and hashes stay, and so does how it looked, by 64 bits.
    """
    db.execute("UPDATE blob SET data = x'' WHERE id = ?", (blob,))
    db.execute("UPDATE thumbnail SET data = NULL, media_type = NULL WHERE blob = ?", (blob,))
    offloads.forget(db, blob)  # what lies in a store stays there
    db.execute("INSERT OR REPLACE INTO emptied VALUES (?, ?)", (blob, clock.now_us()))
    return _marked(db, blob, trashed=True)


def refill(db: sqlite3.Connection, blob: int, data: bytes) -> bool:
    """The same bytes have come again: where they were given up, which is told, they are kept."""
    if not db.execute("DELETE FROM emptied WHERE blob = ?", (blob,)).rowcount:
        return False
    db.execute("UPDATE blob SET data = ? WHERE id = ?", (data, blob))
    db.execute("DELETE FROM thumbnail WHERE blob = ?", (blob,))  # it is made anew
    _marked(db, blob, trashed=False)
    return True


def _marked(db: sqlite3.Connection, blob: int, *, trashed: bool) -> list[int]:
    assets = [row[0] for row in db.execute("SELECT id FROM asset WHERE blob = ?", (blob,))]
    for asset in assets:
        with indexing.reindexed(db, asset):
            db.execute("UPDATE asset SET trashed = ? WHERE id = ?", (trashed, asset))
    return assets
