"""A backup's originals: those it does not have yet, a few at a time, each read short.

What is copied is durable at once, so that a run that was killed need not copy it again;
nobody sees it before the rows that name it are in place.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Container, Iterator, Sequence
from typing import Any

from imagelab import killpoints
from imagelab.catalog import slices
from imagelab.catalog.backup_place import Place
from imagelab.catalog.catalog import Catalog
from imagelab.domain.frozen import frozen

_BYTES_AT_ONCE, _ROWS_AT_ONCE = 8_000_000, 200
# Originals that were given up or lie in a store come as rows without bytes; those that came
# again, anew.
_NEW = """
    WITH away (blob) AS (
        SELECT blob FROM aside.of_emptied UNION ALL SELECT blob FROM aside.of_offloaded
    ), was_away (blob) AS (
        SELECT blob FROM main.emptied UNION ALL SELECT blob FROM main.offloaded
    )
    SELECT sha256, CASE WHEN a.blob IS NULL THEN size_bytes ELSE 0 END, a.blob IS NOT NULL
    FROM aside.of_blob n LEFT JOIN away a ON a.blob = n.id
    WHERE sha256 NOT IN (SELECT sha256 FROM main.blob) OR (a.blob IS NULL AND sha256 IN (
        SELECT sha256 FROM main.blob WHERE id IN (SELECT blob FROM was_away)
    )) ORDER BY n.id
"""
# Small pictures that were made, or made anew, since their originals were copied.
_NEW_SMALL = """
    SELECT n.sha256, coalesce(t.size_bytes, 0) FROM aside.of_blob n
    JOIN aside.of_thumbnail t ON t.blob = n.id
    JOIN main.blob b ON b.sha256 = n.sha256
    LEFT JOIN main.thumbnail old ON old.blob = b.id
    WHERE old.blob IS NULL OR length(old.data) IS NOT t.size_bytes
       OR old.likeness IS NOT t.likeness
    ORDER BY n.id
"""


@frozen
class Copied:
    """How many originals were copied, and which of them were not what they should be."""

    count: int = 0
    size_bytes: int = 0
    altered: int = 0
    gone: bool = False

    def __add__(self, later: Copied) -> Copied:
        """Both; whether anything is gone is what the later one found."""
        return Copied(
            self.count + later.count,
            self.size_bytes + later.size_bytes,
            self.altered + later.altered,
            later.gone,
        )


def copy(catalog: Catalog, place: Place, check: Callable[[], None]) -> Copied:
    """Copy what the rows aside name and the copy does not have."""
    with place.reading() as db:
        new, small = slices.rows(db, _NEW), slices.rows(db, _NEW_SMALL)
    copied = Copied()
    given_up = {sha256 for sha256, _, is_away in new if is_away}
    for part in parted([(sha256, size_bytes) for sha256, size_bytes, _ in new]):
        check()
        copied += _copy_part(catalog, place, part, given_up)
    for part in parted(small):
        check()
        _copy_small(catalog, place, part)
    return copied


def parted(wanted: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Hashes and sizes in stretches that are read in a few milliseconds each: the hashes."""
    part: list[str] = []
    size = 0
    for sha256, size_bytes in wanted:
        if part and (size + size_bytes > _BYTES_AT_ONCE or len(part) >= _ROWS_AT_ONCE):
            yield part
            part, size = [], 0
        part.append(sha256)
        size += size_bytes
    if part:
        yield part


def _copy_part(
    catalog: Catalog, place: Place, hashes: Sequence[str], given_up: Container[str]
) -> Copied:
    with catalog.reading() as db:
        read = [blob for blob in (_blob(db, sha256) for sha256 in hashes) if blob]
        # One that went since the rows were set aside is gone, and they are set aside anew.
        found = [blob for blob in read if blob[-1] or blob[1] in given_up]
        small = [_thumbnail(db, blob[1]) for blob in found]
    whole = [blob for blob in found if blob[1] not in given_up]
    altered = sum(hashlib.sha256(blob[-1]).hexdigest() != blob[1] for blob in whole)
    with place.writing() as db:
        db.executemany(
            "INSERT INTO blob VALUES ((SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM blob "
            "WHERE id = ?1)), ?2, ?3, ?4, ?5, ?6, ?7) "
            "ON CONFLICT (sha256) DO UPDATE SET data = excluded.data WHERE length(data) = 0",
            found,
        )
        _keep_small(db, small)
    killpoints.reach("backup_blobs")
    size = sum(len(blob[-1]) for blob in found)
    return Copied(len(whole), size, altered, gone=len(found) < len(hashes))


def _copy_small(catalog: Catalog, place: Place, hashes: Sequence[str]) -> None:
    with catalog.reading() as db:
        small = [_thumbnail(db, sha256) for sha256 in hashes]
    with place.writing() as db:
        _keep_small(db, small)


def _keep_small(db: sqlite3.Connection, small: Sequence[tuple[Any, ...] | None]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO thumbnail (blob, likeness, transparent, damaged, media_type, data) "
        "SELECT id, ?2, ?3, ?4, ?5, ?6 FROM blob WHERE sha256 = ?1",
        [row for row in small if row],
    )


def _blob(db: sqlite3.Connection, sha256: str) -> tuple[Any, ...] | None:
    found = slices.rows(
        db,
        "SELECT id, sha256, format, width, height, size_bytes, data FROM blob WHERE sha256 = ?",
        sha256,
    )
    return found[0] if found else None


def _thumbnail(db: sqlite3.Connection, sha256: str) -> tuple[Any, ...] | None:
    found = slices.rows(
        db,
        "SELECT b.sha256, t.likeness, t.transparent, t.damaged, t.media_type, t.data "
        "FROM thumbnail t JOIN blob b ON b.id = t.blob WHERE b.sha256 = ?",
        sha256,
    )
    return found[0] if found else None
