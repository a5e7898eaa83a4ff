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
from imagelab.catalog.frame_sql import FROM, SELECTED, SOME
from imagelab.catalog.slices import Reads, rows
from imagelab.domain.columns import ASSET_COLUMNS, Kind, Told, Values

_AT_ONCE = 2_000  # in one read, of about 10 µs a row
_LISTED = ", ".join(SELECTED)
_RANGE = f"SELECT {_LISTED} {FROM} WHERE a.id BETWEEN ? AND ? ORDER BY a.id"
_LIST = f"SELECT {_LISTED} FROM json_each(?) AS near {SOME} ORDER BY near.key"  # noqa: S608 - constants
_TAGS_RANGE = "SELECT asset, name FROM tag WHERE asset BETWEEN ? AND ? ORDER BY asset, name"
_TAGS_LIST = (
    "SELECT t.asset, t.name FROM (SELECT DISTINCT value FROM json_each(?)) AS near "
    "CROSS JOIN tag AS t ON t.asset = near.value "
    "ORDER BY t.asset, t.name"
)
_TAGS = list(ASSET_COLUMNS).index("tags")


def told(reads: Reads, numbers: Sequence[int]) -> Told:
    """The frame of these assets, in this order; numbers that are not there are left out."""
    with reads.reading() as db:
        more = annotation.columns(db)
    kinds: dict[str, Kind] = {column.name: annotation.KINDS[column.kind] for column in more}
    return Told({**ASSET_COLUMNS, **kinds}, _parts(reads, numbers, more))


def _parts(
    reads: Reads, numbers: Sequence[int], more: Sequence[Column]
) -> Iterator[Sequence[Values]]:
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        with reads.reading() as db:
            found, tags, said = _read(db, part, more)
        if found:
            yield _columns(found, tags, said)


def _read(
    db: sqlite3.Connection, part: Sequence[int], more: Sequence[Column]
) -> tuple[list[Any], list[Any], list[Mapping[int, Any]]]:
    low, high, listed = min(part), max(part), json.dumps(list(part))
    whole = high - low + 1 == len(part)
    if whole and list(part) == list(range(high, low - 1, -1)):
        found = rows(db, f"{_RANGE} DESC", low, high)
    else:
        found = rows(db, _LIST, listed)
    tags = rows(db, _TAGS_RANGE, low, high) if whole else rows(db, _TAGS_LIST, listed)
    return found, tags, [annotation.values(db, column, part) for column in more]


def _columns(found: list[Any], tags: list[Any], said: list[Mapping[int, Any]]) -> Sequence[Values]:
    named: dict[int, list[str]] = {}
    for asset, name in tags:
        named.setdefault(asset, []).append(name)
    columns: list[Values] = list(zip(*found, strict=True))
    numbers = columns[0]
    columns[_TAGS] = [named.get(number, ()) for number in numbers]
    return [*columns, *([values.get(number) for number in numbers] for values in said)]
