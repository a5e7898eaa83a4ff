"""What people say of their images: ratings, rejection, tags, captions and notes.

Plain SQL, since a key press should feel instant and sqlite-utils loads pandas.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from imagelab.catalog import indexing


def rate(db: sqlite3.Connection, assets: Sequence[int], rating: int | None) -> None:
    """Give stars from 1 to 5; None takes them away."""
    _each(db, assets, "UPDATE asset SET rating = ? WHERE id = ?", rating)


def reject(db: sqlite3.Connection, assets: Sequence[int], *, rejected: bool) -> None:
    """Hide images from search, gallery and exports, or show them again."""
    _each(db, assets, "UPDATE asset SET rejected = ? WHERE id = ?", rejected)


def caption(db: sqlite3.Connection, assets: Sequence[int], text: str | None) -> None:
    """Say what is in the picture, where the prompt does not."""
    _each(db, assets, "UPDATE asset SET caption = ? WHERE id = ?", text)


def note(db: sqlite3.Connection, assets: Sequence[int], text: str | None) -> None:
    """Write something for oneself."""
    _each(db, assets, "UPDATE asset SET note = ? WHERE id = ?", text)


def tag(db: sqlite3.Connection, assets: Sequence[int], names: Sequence[str]) -> None:
    """Put words on images; one that is there stays."""

    def change(asset: int) -> None:
        pairs = [(asset, name) for name in names]
        db.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", pairs)

    _indexed(db, assets, change)


def untag(db: sqlite3.Connection, assets: Sequence[int], names: Sequence[str]) -> None:
    """Take words off images; one that is not there is no matter."""

    def change(asset: int) -> None:
        pairs = [(asset, name) for name in names]
        db.executemany("DELETE FROM tag WHERE asset = ? AND name = ?", pairs)

    _indexed(db, assets, change)


def _each(db: sqlite3.Connection, assets: Sequence[int], sql: str, value: object) -> None:
    _indexed(db, assets, lambda asset: db.execute(sql, (value, asset)))


def _indexed(
    db: sqlite3.Connection, assets: Sequence[int], change: Callable[[int], object]
) -> None:
    for asset in assets:
        with indexing.reindexed(db, asset):
            change(asset)
