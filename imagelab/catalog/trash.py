"""What waits for deletion, and emptying it: rejected assets give their originals up, and no more.

An original stays while anybody may need it: an asset that is not rejected, a mask, or a
generation that is not settled and may have to be sent or fetched again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import field

from imagelab import clock
from imagelab.catalog import emptied, in_use
from imagelab.catalog.curation import Writes
from imagelab.catalog.slices import Reads, by_range, rows
from imagelab.domain.frozen import frozen
from imagelab.domain.text import counted
from imagelab.errors import RequestError

_AT_ONCE_SECONDS = 0.1
_PAGES_AT_ONCE = 200  # of 16 kB
_IN_USE = f"""
    EXISTS (SELECT 1 FROM asset AS other WHERE other.blob = a.blob AND other.rejected = 0)
    OR {in_use.NEEDED.format(blob="a.blob")}
"""  # noqa: S608 - constants
_WAITING = f"""
    SELECT a.id, a.blob, length(b.data) + coalesce(length(t.data), 0), {_IN_USE},
           EXISTS (SELECT 1 FROM input i WHERE i.asset = a.id),
           a.blob IN (SELECT blob FROM offloaded)
    FROM asset a JOIN blob b ON b.id = a.blob LEFT JOIN thumbnail t ON t.blob = a.blob
    WHERE a.rejected = 1 AND a.trashed = 0 AND a.id BETWEEN ? AND ?
"""  # noqa: S608 - constants
_ENDS = "SELECT min(id), max(id) FROM asset WHERE rejected = 1 AND trashed = 0"
_STILL_WAITS = f"""
    SELECT a.blob FROM asset a WHERE a.blob = ? AND a.rejected = 1 AND a.trashed = 0
    AND NOT ({_IN_USE}) LIMIT 1
"""  # noqa: S608 - constants


@frozen
class Waiting:
    """What would go: assets and originals, what space that gives back, and what stays.

    `kept` are rejected assets whose originals are in use; `parents` counts those of `assets`
    that others were made from, `stored` the originals that lie in a store, where they stay.
    """

    assets: tuple[int, ...] = field(repr=False)
    blobs: tuple[int, ...] = field(repr=False)
    size_bytes: int
    kept: tuple[int, ...] = field(repr=False)
    parents: int
    stored: int


def waiting(catalog: Reads) -> Waiting:
    """What waits for deletion now, read in slices."""
    with catalog.reading() as db:
        first, last = rows(db, _ENDS)[0]
    assets: list[int] = []
    kept: list[int] = []
    sizes: dict[int, int] = {}
    stored: set[int] = set()
    parents = 0
    for part in by_range(catalog, first or 1, last or 0, _between):
        for asset, blob, size, needed, is_parent, is_stored in part:
            (kept if needed else assets).append(asset)
            if not needed:
                sizes[blob] = size
                parents += is_parent
                stored.update([blob] if is_stored else [])
    return Waiting(
        tuple(assets), tuple(sizes), sum(sizes.values()), tuple(kept), parents, len(stored)
    )


def empty(catalog: Writes, confirmed: int) -> Waiting:
    """Delete the originals of all that waits, for good, and give their space back.

    RequestError unless exactly `confirmed` assets wait: nothing goes that was not seen. Each
    original goes as a whole; where it was stopped, the rest waits on.
    """
    found = waiting(catalog)
    if confirmed != len(found.assets):
        raise RequestError(
            f"{counted(len(found.assets), 'asset')} would be emptied now, and {confirmed!r} was "
            "confirmed; nothing was deleted. Look again with lab.trash()"
        )
    left = list(found.blobs)
    while left:
        with catalog.writing() as db:
            left = _emptied(db, left)
    give_back(catalog)
    return found


def give_back(catalog: Writes) -> None:
    """Shorten the file by its free pages, a few at a time, so that others go on working."""
    pages, free = _PAGES_AT_ONCE, 0
    while True:
        began = clock.monotonic()
        with catalog.writing() as db:
            was, free = free, _free(db)
            if not free or free == was:  # a file that is not made for it keeps them, for new images
                return
            db.execute(f"PRAGMA incremental_vacuum({pages})").fetchall()
        quick = clock.monotonic() - began < _AT_ONCE_SECONDS / 2
        pages = pages * 2 if quick else max(_PAGES_AT_ONCE, pages // 2)


def _between(db: sqlite3.Connection, first: int, last: int) -> Sequence[tuple[int, ...]]:
    return rows(db, _WAITING, first, last)


def _emptied(db: sqlite3.Connection, blobs: list[int]) -> list[int]:
    """Those that are left when the time that a transaction may take is over."""
    deadline = clock.monotonic() + _AT_ONCE_SECONDS
    for place, blob in enumerate(blobs, 1):
        if rows(db, _STILL_WAITS, blob):  # somebody may have taken it back meanwhile
            emptied.empty(db, blob)
        if clock.monotonic() > deadline:
            return blobs[place:]
    return []


def _free(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA freelist_count").fetchone()[0])
