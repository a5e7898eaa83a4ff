"""How many of a few hits have each value of a field, counted from their rows.

Each row is read once, with the columns that are counted and no more: a quarter of what reading
all of it costs.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from imagelab.catalog.facet_bits import FLAGS
from imagelab.catalog.facet_costs import ranges_of
from imagelab.catalog.facet_days import day_of
from imagelab.catalog.folding import folded_value
from imagelab.catalog.slices import Reads, parted, rows

_AT_ONCE = 2_000
_PLAIN = ("provider", "model", "quality", "format")
_COLUMNS = (
    *_PLAIN,
    *("width", "height", "rating", "cost_nano", "cost_unit", "damaged", "kind", "generation"),
    *("created_at", *FLAGS),
)
_AMONG = "IN (SELECT value FROM json_each(?))"
_ROWS = f"SELECT {', '.join(_COLUMNS)} FROM asset WHERE id {_AMONG}"  # noqa: S608 - the names above
_TAGS = f"SELECT asset, name FROM tag WHERE asset {_AMONG}"  # noqa: S608 - a constant
# Nearly all succeeded: an index tells which did not.
_OTHERWISE = f"""
    SELECT id, status FROM generation INDEXED BY generation_status
    WHERE status IN ('partial', 'failed', 'cancelled', 'unknown', 'running', 'queued') AND id {_AMONG}
"""  # noqa: S608 - a constant

Counts = defaultdict[str, Counter[str]]


def counted_rows(reads: Reads, ids: array[int]) -> Counts:
    """The counts by field and value; values that differ only in case are one."""
    found: list[tuple[Any, ...]] = []
    tags: list[tuple[int, str]] = []
    otherwise: dict[int, str] = {}
    for part in parted(ids, _AT_ONCE):
        with reads.reading() as db:
            met, named, ended = _read(db, json.dumps(part.tolist()))
        found += met
        tags += named
        otherwise |= ended
    counts: Counts = defaultdict(Counter)
    if found:
        _count(counts, dict(zip(_COLUMNS, zip(*found, strict=True), strict=True)), otherwise)
    counts["tag"] = _tagged(tags)
    return counts


def _read(
    db: sqlite3.Connection, numbers: str
) -> tuple[list[Any], list[tuple[int, str]], dict[int, str]]:
    met = rows(db, _ROWS, numbers)
    made = json.dumps(list({row[_COLUMNS.index("generation")] for row in met} - {None}))
    return met, rows(db, _TAGS, numbers), dict(rows(db, _OTHERWISE, made))


def _count(counts: Counts, columns: dict[str, Sequence[Any]], otherwise: dict[int, str]) -> None:
    for name in _PLAIN:
        counts[name] = _folded(str(value) for value in columns[name] if value is not None)
    shapes = Counter(zip(columns["width"], columns["height"], strict=True))
    counts["size"] = Counter({f"{width}x{height}": n for (width, height), n in shapes.items()})
    counts["rating"] = Counter(str(stars) for stars in columns["rating"] if stars)
    counts["day"] = Counter(day_of(moment) for moment in columns["created_at"])
    made = [number for number in columns["generation"] if number is not None]
    counts["status"] = Counter(otherwise.get(number, "succeeded") for number in made)
    for (nano, unit), n in Counter(
        zip(columns["cost_nano"], columns["cost_unit"], strict=True)
    ).items():
        for said in ranges_of(nano, unit):
            counts["cost"][said] += n
    kinds = {name: sum(map(bool, columns[name])) for name in (*FLAGS, "damaged")}
    kinds |= {"root": len(columns["edit"]) - kinds["edit"]}
    kinds |= {"imported": columns["kind"].count("imported")}
    counts["is"] = +Counter(kinds)


def _folded(values: Iterable[str]) -> Counter[str]:
    """Values that differ only in case are one, by the name it mostly goes by."""
    merged: Counter[str] = Counter()
    names: dict[str, str] = {}
    for value, count in Counter(values).most_common():
        merged[names.setdefault(folded_value(value), value)] += count
    return merged


def _tagged(pairs: Collection[tuple[int, str]]) -> Counter[str]:
    """The same of tags, of which an asset may have several that are one."""
    names: dict[str, str] = {}
    for name, _ in Counter(name for _, name in pairs).most_common():
        names.setdefault(folded_value(name), name)
    return Counter(
        name for _, name in {(asset, names[folded_value(name)]) for asset, name in pairs}
    )
