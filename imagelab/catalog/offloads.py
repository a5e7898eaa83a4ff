"""Which originals lie in which store: let go here once they are there, and taken back.

A row of `offloaded` and empty bytes are one thing: both are written in one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from imagelab import clock
from imagelab.catalog import in_use
from imagelab.catalog.slices import Reads, by_range, rows
from imagelab.domain.frozen import frozen
from imagelab.domain.place import Left, Place, StoreKind

# Given up, or in a store that nobody here has named yet.
NOT_TO_BE_HAD = """
    SELECT blob FROM emptied UNION ALL
    SELECT o.blob FROM offloaded o JOIN store s ON s.id = o.store WHERE s.kind = 'told'
"""
_AT_ONCE_SECONDS = 0.1
_PLACES = """
    SELECT o.blob, b.sha256, b.size_bytes, s.kind, s.url, o.name FROM offloaded o
    JOIN store s ON s.id = o.store JOIN blob b ON b.id = o.blob
"""
_HERE = f"""
    SELECT b.id, b.sha256, b.format, b.size_bytes, {in_use.NEEDED.format(blob="b.id")} AS needed
    FROM blob b WHERE b.id BETWEEN ? AND ? AND length(b.data) > 0
    AND (needed OR EXISTS (SELECT 1 FROM thumbnail WHERE blob = b.id))
"""  # noqa: S608 - constants
_LET_GO = f"""
    UPDATE blob SET data = x'' WHERE id = ? AND length(data) > 0
    AND NOT ({in_use.NEEDED.format(blob="blob.id")})
"""  # noqa: S608 - constants
_ANY_LOOSE = """
    SELECT 1 FROM json_each(?) AS asked CROSS JOIN blob b ON b.sha256 = asked.value
    JOIN offloaded o ON o.blob = b.id JOIN store s ON s.id = o.store
    WHERE s.kind <> 'moved' LIMIT 1
"""

Named: TypeAlias = Sequence[tuple[int, str]]  # originals, and what each is called in its store


@frozen
class Here:
    """An original in the file; `needed` is one that stays: a mask, or an input still to be sent."""

    blob: int
    sha256: str
    format: str
    size_bytes: int
    needed: bool


def here(reads: Reads) -> list[Here]:
    """The originals in the file whose small pictures are made."""
    found = _between(reads, "SELECT 1, max(id) FROM blob", _HERE)
    return [Here(row[0], row[1], row[2], row[3], bool(row[4])) for row in found]


def places(reads: Reads, *kinds: StoreKind) -> list[tuple[int, Place]]:
    """What lies in stores of some kinds, of all where none is named, each with its row's number."""
    ends, between = "SELECT 1, max(blob) FROM offloaded", f"{_PLACES} WHERE o.blob BETWEEN ? AND ?"
    every = [(row[0], Place(*row[1:])) for row in _between(reads, ends, between)]
    return [(blob, place) for blob, place in every if not kinds or place.kind in kinds]


def place_of(db: sqlite3.Connection, blob: int) -> Place | None:
    """Where an original lies; None for one that is in no store."""
    found = rows(db, f"{_PLACES} WHERE o.blob = ?", blob)
    return Place(*found[0][1:]) if found else None


def store(db: sqlite3.Connection, kind: StoreKind, url: str) -> int:
    """The number of a store, which is noted at its first use.

    One that was only told of is known as soon as somebody here names it.
    """
    if kind != "told":
        db.execute(
            "UPDATE OR IGNORE store SET kind = ? WHERE url = ? AND kind = 'told'", (kind, url)
        )
    db.execute(
        "INSERT OR IGNORE INTO store (kind, url, at) VALUES (?, ?, ?)", (kind, url, clock.now_us())
    )
    return int(rows(db, "SELECT id FROM store WHERE url = ? AND kind = ?", url, kind)[0][0])


def let_go(db: sqlite3.Connection, store: int, there: Named) -> tuple[list[int], Named]:
    """Have originals, by number and name, lie in a store from now on: those that do, and the rest.

    One that somebody needs since stays. The rest waits for another transaction: this one has
    taken long enough.
    """
    deadline, done = clock.monotonic() + _AT_ONCE_SECONDS, []
    for place, (blob, name) in enumerate(there, 1):
        if db.execute(_LET_GO, (blob,)).rowcount:
            note(db, blob, store, name)
            done.append(blob)
        if clock.monotonic() > deadline:
            return done, there[place:]
    return done, ()


def note(db: sqlite3.Connection, blob: int, store: int, name: str) -> None:
    """Say where an original without bytes lies."""
    db.execute(
        "INSERT OR REPLACE INTO offloaded VALUES (?, ?, ?, ?)", (blob, store, name, clock.now_us())
    )


def come_again(db: sqlite3.Connection, blob: int, data: bytes, left: Left | None) -> None:
    """The same bytes were read somewhere: left there, they lie there now; else they are kept here.

    What is here stays, and so does what was moved into a store.
    """
    there = place_of(db, blob)
    if there is None or there.kind == "moved":
        return
    if left is None:
        bring(db, blob, data)
    elif (there.kind, there.url, there.name) != ("left", left.url, left.name):
        leave(db, blob, left)


def leave(db: sqlite3.Connection, blob: int, left: Left) -> None:
    """Have an original without bytes lie where its file is."""
    note(db, blob, store(db, "left", left.url), left.name)


def any_loose(db: sqlite3.Connection, hashes: Sequence[str]) -> bool:
    """Whether one of these lies where nobody here put it; few, for it is one read."""
    return bool(rows(db, _ANY_LOOSE, json.dumps(list(hashes))))


def bring(db: sqlite3.Connection, blob: int, data: bytes) -> bool:
    """Keep the bytes of an original that lay in a store here again; False where it lay in none."""
    if not forget(db, blob):
        return False
    db.execute("UPDATE blob SET data = ? WHERE id = ?", (data, blob))
    return True


def forget(db: sqlite3.Connection, blob: int) -> bool:
    """Say no more of where an original lies; whether anything was said."""
    return bool(db.execute("DELETE FROM offloaded WHERE blob = ?", (blob,)).rowcount)


def _between(reads: Reads, ends: str, sql: str) -> Iterator[Any]:
    with reads.reading() as db:
        first, last = rows(db, ends)[0]
    for part in by_range(reads, first, last or 0, lambda db, start, end: rows(db, sql, start, end)):
        yield from part
