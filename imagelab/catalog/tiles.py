"""What a grid shows of its assets: a light row each, and the small pictures."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import field

from imagelab.domain.frozen import frozen
from imagelab.domain.text import one_line

ALT_CHARACTERS = 200
SHORT_UUID = 8  # digits: with the number they name one asset wherever it is
SHORT_HASH = 16  # hex digits: enough to tell pictures apart, and to know one again
# A catalog can be foreign: nothing else is handed to a browser as a picture.
PICTURE_TYPES = ("image/jpeg", "image/webp")
MAX_PICTURE_BYTES = 500_000  # ours are 5 to 40 kB
# `one_line` looks at four times as many characters as it keeps.
_TILES = f"""
    SELECT a.id, substr(a.uuid, 1, {SHORT_UUID}) AS uuid, substr(b.sha256, 1, {SHORT_HASH}) AS sha, a.width, a.height, a.rating,
           a.rejected, a.flagged, a.damaged IS NOT NULL AS damaged, a.transparent,
           a.trashed AS emptied,
           substr(coalesce(nullif(a.caption, ''), a.prompt), 1, {4 * ALT_CHARACTERS}) AS said
    FROM asset a JOIN blob b ON b.id = a.blob
    WHERE a.id IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - constants
_PICTURES = """
    SELECT a.id, t.media_type, t.data FROM asset a JOIN thumbnail t ON t.blob = a.blob
    WHERE a.id IN (SELECT value FROM json_each(?)) AND t.media_type IN (?, ?)
    AND length(t.data) BETWEEN 1 AND ?
"""


@frozen
class Tile:
    """One asset of a grid."""

    id: int
    uuid: str
    sha: str
    width: int
    height: int
    rating: int | None
    rejected: bool
    flagged: bool
    damaged: bool
    transparent: bool
    emptied: bool
    alt: str


@frozen
class Picture:
    """A small picture: JPEG, or WebP where it is transparent."""

    id: int
    type: str
    data: bytes = field(repr=False)


def tiles(db: sqlite3.Connection, ids: Sequence[int]) -> list[Tile]:
    """The tiles of these assets, in this order; numbers that are not there are left out."""
    found = {row["id"]: _tile(row) for row in db.execute(_TILES, (json.dumps(list(ids)),))}
    return [found[number] for number in ids if number in found]


def pictures(db: sqlite3.Connection, ids: Sequence[int]) -> list[Picture]:
    """Their small pictures; those that are not made yet, or cannot be, are left out."""
    values = (json.dumps(list(ids)), *PICTURE_TYPES, MAX_PICTURE_BYTES)
    found = {
        row[0]: Picture(row[0], row[1], bytes(row[2])) for row in db.execute(_PICTURES, values)
    }
    return [found[number] for number in ids if number in found]


def alt(said: str | None, number: int) -> str:
    """What is read out in place of a picture."""
    return one_line(said or "", ALT_CHARACTERS) or f"asset #{number}"


def _tile(row: sqlite3.Row) -> Tile:
    return Tile(
        id=row["id"],
        uuid=row["uuid"],
        sha=row["sha"],
        width=row["width"],
        height=row["height"],
        rating=row["rating"],
        rejected=bool(row["rejected"]),
        flagged=bool(row["flagged"]),
        damaged=bool(row["damaged"]),
        transparent=bool(row["transparent"]),
        emptied=bool(row["emptied"]),
        alt=alt(row["said"], row["id"]),
    )
