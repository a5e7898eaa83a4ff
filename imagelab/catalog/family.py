"""Families: whom an asset was made from, who was made from it, and all it is connected with.

They are walked so many at a time, a read each, so that whoever wants to write hardly waits. A
circle, which only a foreign catalog can hold, ends where it began.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

from imagelab.catalog.slices import Reads, in_time, parted, rows
from imagelab.domain.lineage import Edge, Family, Kin
from imagelab.errors import AssetNotFoundError

MOST_KIN = 20_000  # of a family; beyond, the nearest are taken
_PATIENCE_SECONDS = 0.09
_AT_ONCE, _MEMBERS_AT_ONCE = 500, 1_000
_NARROW, _FAR = 8, 300  # from so few at once so many are looked for ahead

_ME = "SELECT id, generation FROM asset WHERE id = ?"
_LISTED = "SELECT id, generation FROM asset WHERE id IN (SELECT value FROM json_each(?))"
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
_STEP = "WITH near (id, generation) AS ({}) SELECT DISTINCT id FROM ({})"
_NUMBERS = "SELECT id FROM near"
_KIN = """
    SELECT a.id, a.kind, a.generation, a.rejected, a.cost_nano, a.cost_unit, a.cost_source
    FROM json_each(?) AS near CROSS JOIN asset AS a ON a.id = near.value
"""
_INPUTS = """
    SELECT i.generation, i.asset, i.role FROM json_each(?) AS made
    CROSS JOIN input AS i ON i.generation = made.value ORDER BY i.generation, i.position
"""
_CHILDREN = """
    SELECT child.id FROM json_each(?) AS near CROSS JOIN input AS i ON i.asset = near.value
    CROSS JOIN asset AS child ON child.generation = i.generation
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
    """All it is connected with, at most so many; AssetNotFoundError where there is no such asset.

    It is walked from the asset outwards, so many members a read; where the way is narrow, a
    query looks ahead.
    """
    most = MOST_KIN if most is None else most
    kin: dict[int, Kin] = {}
    inputs: dict[int, list[tuple[int | None, str]]] = {}
    waiting, known = [asset], {asset}
    while waiting and len(kin) < most:
        near, waiting = waiting[:_MEMBERS_AT_ONCE], waiting[_MEMBERS_AT_ONCE:]
        with reads.reading() as db:
            if len(near) <= _NARROW:
                near += [n for n in _ahead(db, near) if n not in known]
            listed = json.dumps(near)
            kin |= {row[0]: Kin._make(row) for row in rows(db, _KIN, listed)}
            made = {kin[n].generation for n in near if n in kin} - {None, *inputs}
            for generation, parent, role in rows(db, _INPUTS, json.dumps(list(made))):
                inputs.setdefault(generation, []).append((parent, role))
            found = [row[0] for row in rows(db, _CHILDREN, listed)]
        known.update(near)
        found += [parent for generation in made for parent, _ in inputs.get(generation or 0, ())]
        fresh = [n for n in dict.fromkeys(found) if n is not None and n not in known]
        known.update(fresh)
        waiting += fresh
    if asset not in kin:
        raise AssetNotFoundError(f"no asset #{asset} in this catalog")
    members = sorted(list(kin.values())[:most])
    return Family(asset, tuple(members), tuple(_edges(members, inputs)), whole=len(kin) < most)


def _ahead(db: sqlite3.Connection, near: Sequence[int]) -> list[int]:
    """What follows a few members, several steps far."""
    sql = f"{_WHOLE.format(_LISTED, _BOTH)} {_NUMBERS}"
    return [row[0] for row in rows(db, sql, json.dumps(near), _FAR)]


def _edges(
    members: Sequence[Kin], inputs: Mapping[int, Sequence[tuple[int | None, str]]]
) -> Iterator[Edge]:
    """Who of them was used for whom, by child and then as they were given."""
    known = {one.id for one in members}
    for one in members:
        given = inputs.get(one.generation or 0)
        if given is None:
            continue
        masked = len(given) > 1 and any(role == "mask" for _, role in given)
        for asset, role in given:
            if asset in known:
                yield Edge(asset, one.id, role, one.generation or 0, masked)


def seconds(reads: Reads, generations: Iterable[int]) -> dict[int, float | None]:
    """How long some generations took, from sending to settling."""
    found: dict[int, float | None] = {}
    for part in parted(array("q", sorted(generations)), _MEMBERS_AT_ONCE):
        with reads.reading() as db:
            found |= dict(rows(db, _SECONDS, json.dumps(part.tolist())))
    return found


def _reached(reads: Reads, asset: int, way: str) -> list[int]:
    """The numbers of all that can be reached that way, nearest first.

    In one query; where that takes too long for one read, so many at a time.
    """
    sql = f"{_WHOLE.format(_ME, way)} {_NUMBERS}"
    found = in_time(reads, _PATIENCE_SECONDS, lambda db: rows(db, sql, asset, -1))
    numbers = _by_steps(reads, asset, way) if found is None else [row[0] for row in found]
    return numbers[1:]


def _by_steps(reads: Reads, asset: int, way: str) -> list[int]:
    seen = {asset: None}
    waiting = [asset]
    while waiting:
        near, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
        with reads.reading() as db:
            found = [row[0] for row in rows(db, _STEP.format(_LISTED, way), json.dumps(near))]
        waiting += [number for number in found if number not in seen]
        seen |= dict.fromkeys(found)
    return list(seen)
