"""Families: whom an asset was made from, who was made from it, and all it is connected with.

They are walked so many at a time, a read each, so that whoever wants to write hardly waits. A
circle, which only a foreign catalog can hold, ends where it began.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from operator import itemgetter

from imagelab.catalog.family_walk import DOWN, LISTED, UP, WHOLE, Walk
from imagelab.catalog.slices import Reads, in_time, parted, rows
from imagelab.domain.lineage import Edge, Family, Kin
from imagelab.errors import AssetNotFoundError

MOST_KIN = 20_000  # of a family; beyond, the nearest are taken
_PATIENCE_SECONDS = 0.09
_AT_ONCE, _ROWS_AT_ONCE = 500, 2_000

_ME = "SELECT id, generation FROM asset WHERE id = ?"
_STEP = "WITH near (id, generation) AS ({}) SELECT DISTINCT id FROM ({})"
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
    return _reached(reads, asset, UP)


def descendants(reads: Reads, asset: int) -> list[int]:
    """The numbers of all that were made from it, nearest first."""
    return _reached(reads, asset, DOWN)


def root(reads: Reads, asset: int) -> int:
    """The number its line began with: up through the first parent of each.

    Of a circle it is the smallest number.
    """
    with reads.reading() as db:
        line = [row[0] for row in rows(db, _ROOT, asset, MOST_KIN)]
    return int(line[-1]) if len(set(line)) == len(line) else int(min(line))


def family(reads: Reads, asset: int, most: int | None = None) -> Family:
    """All it is connected with, at most so many; AssetNotFoundError where there is no such asset."""
    bound = MOST_KIN if most is None else most
    walk = _walked(reads, asset, bound, nearest=most is not None)
    if most is None and not _fits(walk, bound):
        walk = _walked(reads, asset, bound, nearest=True)
    if not walk.members:
        raise AssetNotFoundError(f"no asset #{asset} in this catalog")
    members = tuple(walk.kin[number] for number in sorted(walk.members[:bound]))
    return Family(asset, members, tuple(_edges(walk, members)), whole=_fits(walk, bound))


def _fits(walk: Walk, most: int) -> bool:
    return walk.ended and len(walk.members) <= most


def _walked(reads: Reads, asset: int, most: int, *, nearest: bool) -> Walk:
    walk = Walk(asset, nearest=nearest)
    while not walk.ended and len(walk.members) < most:
        with reads.reading() as db:
            walk.step(db)
    return walk


def _edges(walk: Walk, members: Sequence[Kin]) -> list[Edge]:
    """Who of them was used for whom, by child and then as they were given."""
    known = {number for number, *_ in members}
    found = [edge for edge in walk.edges if edge[0] in known and edge[1] in known]
    found.sort(key=itemgetter(1))
    if not walk.masked:
        return found
    return [edge._replace(masked=edge.child in walk.masked) for edge in found]


def seconds(reads: Reads, generations: Iterable[int]) -> dict[int, float | None]:
    """How long some generations took, from sending to settling."""
    found: dict[int, float | None] = {}
    for part in parted(array("q", sorted(generations)), _ROWS_AT_ONCE):
        with reads.reading() as db:
            found |= dict(rows(db, _SECONDS, json.dumps(part.tolist())))
    return found


def _reached(reads: Reads, asset: int, way: str) -> list[int]:
    """The numbers of all that can be reached that way, nearest first.

    In one query; where that takes too long for one read, so many at a time.
    """
    sql = WHOLE.format(_ME, way)
    found = in_time(reads, _PATIENCE_SECONDS, lambda db: rows(db, sql, asset, -1))
    numbers = _by_steps(reads, asset, way) if found is None else [row[0] for row in found]
    return numbers[1:]


def _by_steps(reads: Reads, asset: int, way: str) -> list[int]:
    seen = {asset: None}
    waiting = [asset]
    while waiting:
        near, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
        with reads.reading() as db:
            found = [row[0] for row in rows(db, _STEP.format(LISTED, way), json.dumps(near))]
        waiting += [number for number in found if number not in seen]
        seen |= dict.fromkeys(found)
    return list(seen)
