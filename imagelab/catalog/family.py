"""Families: whom an asset was made from, who was made from it, and all it is connected with.

One recursive query finds them, in a few milliseconds a thousand. Where that takes too long
for one read, the family is walked step by step, a read a step, so that whoever wants to write
hardly waits. A circle, which only a foreign catalog can hold, ends where it began.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from imagelab.catalog.slices import Reads, in_time, parted, rows
from imagelab.domain.lineage import Edge, Family, Kin
from imagelab.errors import AssetNotFoundError

MOST_KIN = 20_000  # of a family; beyond, the nearest are taken
_PATIENCE_SECONDS = 0.09
_AT_ONCE, _MEMBERS_AT_ONCE = 500, 5_000

_ME = "SELECT id, generation FROM asset WHERE id = ?"
# CROSS JOIN keeps SQLite to the order of the walk.
_UP = """
    SELECT parent.id, parent.generation FROM near CROSS JOIN input AS i
    ON i.generation = near.generation CROSS JOIN asset AS parent ON parent.id = i.asset
"""
_DOWN = """
    SELECT child.id, child.generation FROM near CROSS JOIN input AS i ON i.asset = near.id
    CROSS JOIN asset AS child ON child.generation = i.generation
"""
_BOTH = f"{_UP} UNION {_DOWN}"
_WHOLE = "WITH RECURSIVE near (id, generation) AS ({} UNION {} LIMIT ?)"
_STEP = """
    WITH near (id, generation) AS
        (SELECT id, generation FROM asset WHERE id IN (SELECT value FROM json_each(?)))
    SELECT DISTINCT id FROM ({}) LIMIT ?
"""
_NUMBERS = "SELECT id FROM near"
_KIN = """
    SELECT a.id, a.kind, a.generation, a.rejected, a.cost_nano, a.cost_unit, a.cost_source
    FROM near CROSS JOIN asset AS a ON a.id = near.id
"""
_LISTED = "WITH near (id) AS (SELECT value FROM json_each(?))"
_INPUTS = """
    SELECT i.generation, i.asset, i.role FROM json_each(?) AS made
    CROSS JOIN input AS i ON i.generation = made.value ORDER BY i.generation, i.position
"""
_SECONDS = """
    SELECT id, (finished_at - sent_at) / 1e6 FROM generation
    WHERE id IN (SELECT value FROM json_each(?))
"""
# Up to the first parent that is no mask, and from there again.
_ROOT = """
    WITH RECURSIVE line (id, depth) AS (
        SELECT ?, 0 UNION
        SELECT (SELECT i.asset FROM input AS i WHERE i.generation = me.generation
                AND i.asset IS NOT NULL AND i.role <> 'mask' ORDER BY i.position LIMIT 1),
               line.depth + 1
        FROM line JOIN asset AS me ON me.id = line.id WHERE line.depth < ?
    )
    SELECT id FROM line WHERE id IS NOT NULL ORDER BY depth
"""


def ancestors(reads: Reads, asset: int) -> list[int]:
    """The numbers of all it was made from, nearest first."""
    return _reached(reads, asset, _UP)


def descendants(reads: Reads, asset: int) -> list[int]:
    """The numbers of all that were made from it, nearest first."""
    return _reached(reads, asset, _DOWN)


def root(reads: Reads, asset: int) -> int:
    """The number its line began with: up through the first parent of each.

    Of a circle it is the smallest number.
    """
    with reads.reading() as db:
        line = [row[0] for row in rows(db, _ROOT, asset, MOST_KIN)]
    return int(line[-1]) if len(set(line)) == len(line) else int(min(line))


def family(reads: Reads, asset: int, most: int | None = None) -> Family:
    """All it is connected with, at most so many; AssetNotFoundError where there is no such asset."""
    most = MOST_KIN if most is None else most
    found = in_time(reads, _PATIENCE_SECONDS, partial(_walk, _BOTH, _KIN, asset, most))
    kin = [
        Kin._make(row) for row in (_kin_by_steps(reads, asset, most) if found is None else found)
    ]
    if not kin:
        raise AssetNotFoundError(f"no asset #{asset} in this catalog")
    kin.sort()
    return Family(asset, tuple(kin), tuple(_edges(reads, kin)), whole=len(kin) < most)


def seconds(reads: Reads, generations: Iterable[int]) -> dict[int, float | None]:
    """How long some generations took, from sending to settling."""
    found: dict[int, float | None] = {}
    for part in parted(array("q", sorted(generations)), _MEMBERS_AT_ONCE):
        with reads.reading() as db:
            found |= dict(rows(db, _SECONDS, json.dumps(part.tolist())))
    return found


def _kin_by_steps(reads: Reads, asset: int, most: int) -> list[tuple[Any, ...]]:
    kin: list[tuple[Any, ...]] = []
    for part in parted(array("q", _by_steps(reads, asset, _BOTH, most)), _MEMBERS_AT_ONCE):
        with reads.reading() as db:
            kin += rows(db, f"{_LISTED} {_KIN}", json.dumps(part.tolist()))
    return kin


def _edges(reads: Reads, kin: Sequence[Kin]) -> Iterator[Edge]:
    """Who of them was used for whom, by child and then as they were given."""
    known = {one.id for one in kin}
    made = array("q", sorted({one.generation for one in kin if one.generation is not None}))
    inputs: dict[int, list[tuple[int | None, str]]] = {}
    for part in parted(made, _MEMBERS_AT_ONCE):
        with reads.reading() as db:
            for generation, asset, role in rows(db, _INPUTS, json.dumps(part.tolist())):
                inputs.setdefault(generation, []).append((asset, role))
    for one in kin:
        given = inputs.get(one.generation or 0)
        if given is None:
            continue
        masked = len(given) > 1 and any(role == "mask" for _, role in given)
        for asset, role in given:
            if asset in known:
                yield Edge(asset, one.id, role, one.generation or 0, masked)


def _reached(reads: Reads, asset: int, way: str) -> list[int]:
    """The numbers of all that can be reached that way, nearest first."""
    found = in_time(reads, _PATIENCE_SECONDS, partial(_walk, way, _NUMBERS, asset, -1))
    numbers = _by_steps(reads, asset, way, -1) if found is None else [row[0] for row in found]
    return numbers[1:]


def _walk(way: str, what: str, asset: int, most: int, db: sqlite3.Connection) -> list[Any]:
    """The asset and all that can be reached that way, in one query."""
    return rows(db, f"{_WHOLE.format(_ME, way)} {what}", asset, most)


def _by_steps(reads: Reads, asset: int, way: str, most: int) -> list[int]:
    """The same as numbers, so many at a time, each in a read of its own."""
    seen = {asset: None}
    waiting = [asset]
    while waiting and not 0 <= most <= len(seen):
        near, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
        with reads.reading() as db:
            found = [row[0] for row in rows(db, _STEP.format(way), json.dumps(near), most)]
        waiting += [number for number in found if number not in seen]
        seen |= dict.fromkeys(found)
    return list(seen)[: most if most >= 0 else None]
