"""Assets as the rows of a frame: as many as there are, read so that nobody waits for it.

A million `AssetRow`s would take three times as long as the answer of `pandas.read_sql`; these
are SQLite's own tuples, a few thousand in each read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagelab.catalog import annotation
from imagelab.catalog.annotation import Column
from imagelab.catalog.slices import Reads, rows
from imagelab.domain.columns import ASSET_COLUMNS, Kind, Row, Told

_AT_ONCE = 4_000  # in one read, of about 5 µs a row
# What was asked is JSON, and looked into only where it can be in there.
_QUALITY = (
    "CASE WHEN instr(a.params, '\"quality\"') AND json_valid(a.params) "
    "THEN CAST(json_extract(a.params, '$.quality') AS TEXT) END"
)
_OF = {
    "tags": "NULL",  # few have any: they are read on their own
    "quality": _QUALITY,
    "generation": "CASE a.kind WHEN 'made' THEN a.generation END",
    "sha256": "b.sha256",
    "cost": "a.cost_nano",
    "unit": "CASE WHEN a.cost_nano IS NOT NULL THEN a.cost_unit END",
    "known": "CASE WHEN a.cost_nano IS NOT NULL THEN a.cost_source END",
}
_SELECTED = ", ".join(_OF.get(name, f"a.{name}") for name in ASSET_COLUMNS)
_FROM = "FROM asset AS a JOIN blob AS b ON b.id = a.blob"
_SOME = "CROSS JOIN asset AS a ON a.id = near.value"
_RANGE = f"SELECT {_SELECTED} {_FROM} WHERE a.id BETWEEN ? AND ? ORDER BY a.id"
_LIST = f"SELECT {_SELECTED} FROM json_each(?) AS near {_SOME} JOIN blob AS b ON b.id = a.blob"  # noqa: S608 - constants
_TAGS_RANGE = "SELECT asset, name FROM tag WHERE asset BETWEEN ? AND ? ORDER BY asset, name"
_TAGS_LIST = (
    "SELECT t.asset, t.name FROM json_each(?) AS near CROSS JOIN tag AS t ON t.asset = near.value "
    "ORDER BY t.asset, t.name"
)
_TAGS = list(ASSET_COLUMNS).index("tags")


def told(reads: Reads, numbers: Sequence[int]) -> Told:
    """The frame of these assets, in this order; numbers that are not there are left out."""
    with reads.reading() as db:
        more = annotation.columns(db)
    kinds: dict[str, Kind] = {column.name: annotation.KINDS[column.kind] for column in more}
    return Told({**ASSET_COLUMNS, **kinds}, _parts(reads, numbers, more))


def _parts(reads: Reads, numbers: Sequence[int], more: Sequence[Column]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        with reads.reading() as db:
            found, tags, said = _read(db, part, more)
        yield _put_together(part, found, tags, said)


def _read(
    db: sqlite3.Connection, part: Sequence[int], more: Sequence[Column]
) -> tuple[list[Row], list[Any], list[Mapping[int, Any]]]:
    low, high = min(part), max(part)
    if high - low + 1 == len(part):
        found, tags = rows(db, _RANGE, low, high), rows(db, _TAGS_RANGE, low, high)
    else:
        listed = json.dumps(list(part))
        found, tags = rows(db, _LIST, listed), rows(db, _TAGS_LIST, listed)
    return found, tags, [annotation.values(db, column, part) for column in more]


def _put_together(
    part: Sequence[int], found: list[Row], tags: list[Any], said: list[Mapping[int, Any]]
) -> Sequence[Row]:
    by_number = {row[0]: row for row in found}
    named: dict[int, list[str]] = {}
    for asset, name in tags:
        named.setdefault(asset, []).append(name)
    return [
        (
            *row[:_TAGS],
            named.get(number, ()),
            *row[_TAGS + 1 :],
            *(values.get(number) for values in said),
        )
        for number in part
        if (row := by_number.get(number))
    ]
