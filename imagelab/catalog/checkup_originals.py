"""Looks at every original: whether its bytes are there, are the right ones, and belong to anybody."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from imagelab.catalog import offloads, slices
from imagelab.domain.checkup import Flaw
from imagelab.domain.place import Place
from imagelab.errors import CatalogBusyError, CatalogError, DamagedImageError, OffloadedError
from imagelab.imaging.sniff import sniff

Fetch: TypeAlias = Callable[[Place], bytes]

# Hashed when the lock is given back. With more at once the memory is asked of the system each
# time anew, and reading took more than twice as long.
_BYTES_AT_ONCE = 3_000_000
# Their lengths stand before the bytes: no page of an original is read for them.
_FACTS = """
    SELECT id, sha256, format, width, height, size_bytes, length(data) FROM blob
    WHERE id BETWEEN ? AND ? AND id NOT IN (
        SELECT blob FROM emptied UNION ALL SELECT blob FROM offloaded
    )
"""
_DANGLING = {
    "asset": """
        SELECT DISTINCT blob FROM asset
        WHERE id BETWEEN ? AND ? AND blob NOT IN (SELECT id FROM blob)
    """,
    "generation": """
        SELECT DISTINCT blob FROM input
        WHERE generation BETWEEN ? AND ? AND blob NOT IN (SELECT id FROM blob)
    """,
}
_LAST = {
    "asset": "SELECT coalesce(max(id), 0) FROM asset",
    "generation": "SELECT coalesce(max(id), 0) FROM generation",
    "blob": "SELECT coalesce(max(id), 0) FROM blob",
}
_DAMAGED = """
    SELECT t.blob, b.sha256, t.damaged FROM thumbnail t JOIN blob b ON b.id = t.blob
    WHERE t.blob BETWEEN ? AND ? AND t.damaged IS NOT NULL
"""
_WITHOUT_ASSET = """
    SELECT id, sha256 FROM blob b WHERE id BETWEEN ? AND ?
    AND NOT EXISTS (SELECT 1 FROM asset WHERE blob = b.id)
"""
_INPUTS = "SELECT DISTINCT blob FROM input WHERE generation BETWEEN ? AND ?"


@dataclass(slots=True)
class Looked:
    """What was found among the originals so far."""

    count: int = 0
    size_bytes: int = 0
    missing: list[Flaw] = field(default_factory=list)
    mismatched: list[Flaw] = field(default_factory=list)
    undecodable: list[Flaw] = field(default_factory=list)
    orphaned: list[Flaw] = field(default_factory=list)
    stored: int = 0
    unreached: dict[str, str] = field(default_factory=dict)


def look_at_originals(catalog: slices.Reads, fetch: Fetch | None, *, deep: bool) -> Looked:
    """Look at all of them, and into them with `deep`; those in stores are seen by `fetch`, if at all."""
    looked = Looked()
    away = offloads.places(catalog)
    looked.stored = len(away)
    if fetch:
        _look_into_stores(away, fetch, looked)
    for rows in _each(catalog, "blob", _FACTS):
        looked.count += len(rows)
        looked.size_bytes += sum(row[-1] for row in rows)
        looked.missing += [
            Flaw(row[0], row[1], "its bytes are gone") for row in rows if not row[-1]
        ]
        there = [row for row in rows if row[-1]]
        if deep:
            _look_into(catalog, there, looked)
        else:
            looked.mismatched += [
                Flaw(row[0], row[1], f"it has {row[-1]:,} bytes and had {row[-2]:,}")
                for row in there
                if row[-1] != row[-2]
            ]
    looked.missing += _dangling(catalog)
    known = {flaw.blob for flaw in looked.undecodable}
    looked.undecodable += [
        Flaw(*row)
        for rows in _each(catalog, "blob", _DAMAGED)
        for row in rows
        if row[0] not in known
    ]
    looked.orphaned += _orphaned(catalog)
    return looked


def flaw_of(row: Sequence[Any], data: bytes | None) -> tuple[str, Flaw] | None:
    """What is wrong with one original's bytes, and of which kind that is."""
    number, sha256, image_format, width, height, size_bytes, _ = row
    if data is None:
        return "mismatched", Flaw(number, sha256, "the pages that hold its bytes cannot be read")
    if hashlib.sha256(data).hexdigest() != sha256:
        return "mismatched", Flaw(number, sha256, "its bytes were altered after they were kept")
    try:
        header = sniff(data)
    except DamagedImageError as error:
        return "undecodable", Flaw(number, sha256, str(error))
    said = (image_format, width, height, size_bytes)
    is_ = (header.format, header.width, header.height, len(data))
    if said != is_:
        why = f"its row says {_words(said)}, and its bytes, which are right, {_words(is_)}"
        return "mismatched", Flaw(number, sha256, why)
    return None


def _look_into(catalog: slices.Reads, rows: Sequence[Any], looked: Looked) -> None:
    for part in _parts(rows):
        read = _read(catalog, [row[0] for row in part])
        for row, data in zip(part, read, strict=True):
            if found := flaw_of(row, data):
                getattr(looked, found[0]).append(found[1])


def _look_into_stores(away: Sequence[tuple[int, Place]], fetch: Fetch, looked: Looked) -> None:
    """A store that does not answer is asked no more: whoever waits for it waits once."""
    for blob, place in away:
        if place.url in looked.unreached:
            continue
        try:
            fetch(place)
        except OffloadedError as error:
            if error.lost:
                kind = (
                    looked.mismatched if error.altered and place.kind == "left" else looked.missing
                )
                kind.append(Flaw(blob, place.sha256, str(error)))
            else:
                looked.unreached[place.url] = str(error)


def _read(catalog: slices.Reads, numbers: Sequence[int]) -> list[bytes | None]:
    """The bytes of several; one by one where that fails, so that it is known which cannot be."""
    try:
        with catalog.reading() as db:
            return [_bytes(db, number) for number in numbers]
    except CatalogBusyError:
        raise
    except (CatalogError, sqlite3.DatabaseError):
        if len(numbers) == 1:
            return [None]
        return [data for number in numbers for data in _read(catalog, [number])]


def _bytes(db: sqlite3.Connection, number: int) -> bytes:
    return bytes(db.execute("SELECT data FROM blob WHERE id = ?", (number,)).fetchone()[0])


def _dangling(catalog: slices.Reads) -> list[Flaw]:
    """Originals that assets and inputs name, and that have no row."""
    found: set[int] = set()
    for table, sql in _DANGLING.items():
        found |= {number for rows in _each(catalog, table, sql) for (number,) in rows}
    return [Flaw(number, "", "it is not in the catalog at all") for number in sorted(found)]


def _orphaned(catalog: slices.Reads) -> list[Flaw]:
    """Originals of no asset and no input; a mask is an input."""
    # In this order: a generation that is recorded meanwhile brings original and input at once.
    lone = [row for rows in _each(catalog, "blob", _WITHOUT_ASSET) for row in rows]
    if not lone:
        return []
    named = {number for rows in _each(catalog, "generation", _INPUTS) for (number,) in rows}
    return [
        Flaw(number, sha256, "no asset and no input is made of it")
        for number, sha256 in lone
        if number not in named
    ]


def _each(catalog: slices.Reads, table: str, sql: str) -> Iterator[list[Any]]:
    with catalog.reading() as db:
        last = db.execute(_LAST[table]).fetchone()[0]
    return slices.by_range(
        catalog, 1, last, lambda db, first, end: slices.rows(db, sql, first, end)
    )


def _parts(rows: Sequence[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    size = 0
    for row in rows:
        if part and size + row[-1] > _BYTES_AT_ONCE:
            yield part
            part, size = [], 0
        part.append(row)
        size += row[-1]
    if part:
        yield part


def _words(facts: tuple[str, int, int, int]) -> str:
    image_format, width, height, size_bytes = facts
    return f"{image_format} of {width}×{height}, {size_bytes:,} bytes"
