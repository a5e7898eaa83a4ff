"""What another catalog has that this one has not, in an order in which it can be written.

What something was made from comes before it. A circle, which only a catalog from elsewhere can
hold, is cut: its images come, and the links that close it do not.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from imagelab.catalog import merge_values as values, offloads
from imagelab.catalog.merge_read import Source
from imagelab.catalog.slices import Reads, by_range, rows
from imagelab.domain.frozen import frozen
from imagelab.domain.records import FINAL

_AT_ONCE = 4_000
_ENDS = {
    "generation": "SELECT min(id), max(id) FROM generation",
    "asset": "SELECT min(id), max(id) FROM asset",
}
_GENERATIONS = (
    "SELECT id, uuid, status, cost_nano IS NOT NULL FROM generation WHERE id BETWEEN ? AND ?"
)
_ASSETS = "SELECT id, uuid, generation FROM asset WHERE id BETWEEN ? AND ?"
_LINKS = """
    SELECT i.generation, p.generation FROM input AS i JOIN asset AS p ON p.id = i.asset
    WHERE i.generation BETWEEN ? AND ? AND p.generation IS NOT NULL
"""
_KNOWN_GENERATIONS = """
    SELECT uuid, status, cost_nano IS NOT NULL FROM generation
    WHERE uuid IN (SELECT value FROM json_each(?))
"""
_KNOWN_ASSETS = "SELECT uuid FROM asset WHERE uuid IN (SELECT value FROM json_each(?))"
_AWAY = f"SELECT uuid FROM asset WHERE blob IN ({offloads.NOT_TO_BE_HAD})"  # noqa: S608 - a constant

Link = tuple[int, int]  # a generation, and one that an input of it was made by


@frozen
class Plan:
    """Numbers of the other catalog: what is to come from it, and what it has in all.

    `more` are generations that are known here, and of which it knows more. `cut` are the
    links that close a circle. `assets` are all that are wanted.
    """

    imports: Sequence[int] = ()
    new: Sequence[int] = ()
    more: Sequence[int] = ()
    cut: frozenset[Link] = field(default_factory=frozenset)
    assets: Sequence[int] = ()


def plan(here: Reads, source: Source, left_out: Counter[str]) -> Plan:
    """Compare the two, by uuid."""
    theirs = {
        row[0]: row[1:]
        for row in _named(source.reads, "generation", _GENERATIONS, left_out)
        if source.generations is None or row[0] in source.generations
    }
    assets = [
        row
        for row in _named(source.reads, "asset", _ASSETS, left_out)
        if source.assets is None or row[0] in source.assets
    ]
    known = {uuid: told for uuid, *told in _looked_up(here, _KNOWN_GENERATIONS, theirs.values())}
    there = {row[0] for row in _looked_up(here, _KNOWN_ASSETS, ((a[1],) for a in assets))}
    with here.reading() as db:
        there -= {row[0] for row in rows(db, _AWAY)}  # its bytes may come again
    fresh = {row[2] for row in assets if row[1] not in there}
    new = [number for number, (uuid, *_) in theirs.items() if uuid not in known]
    more = [
        number
        for number, (uuid, status, priced) in theirs.items()
        if uuid in known and _more(known[uuid], status, bool(priced), number in fresh)
    ]
    links = _links(source.reads, set(new), left_out)
    order, cut = ordered(new, links)
    left_out["link that closes a circle"] += len(cut)
    imports = [row[0] for row in assets if row[2] is None and row[1] not in there]
    return Plan(imports, order, more, cut, [row[0] for row in assets])


def ordered(numbers: Iterable[int], links: Iterable[Link]) -> tuple[list[int], frozenset[Link]]:
    """The numbers, each after those it was made from; and the links that had to be cut for it.

    >>> ordered([1, 2, 3], [(1, 3), (3, 2)])
    ([2, 3, 1], frozenset())
    >>> ordered([1, 2, 3], [(1, 2), (2, 1), (3, 2)])[0]
    [1, 2, 3]
    """
    ways = set(links)
    every = set(numbers)
    done = _peeled(every, ways)
    left = every.difference(done)
    inner = left.difference(_peeled(left, {(b, a) for a, b in ways if a in left and b in left}))
    cut = frozenset((a, b) for a, b in ways if a in inner and b in inner)
    return (_peeled(every, ways - cut) if cut else done), cut


def _peeled(numbers: set[int], ways: Iterable[Link]) -> list[int]:
    """Those that can be put in order, the smallest first where there is a choice."""
    waits: Counter[int] = Counter()
    children: defaultdict[int, list[int]] = defaultdict(list)
    for child, parent in ways:
        if child in numbers and parent in numbers:
            waits[child] += 1
            children[parent].append(child)
    free = [number for number in numbers if not waits[number]]
    heapq.heapify(free)
    order = []
    while free:
        number = heapq.heappop(free)
        order.append(number)
        for child in children[number]:
            waits[child] -= 1
            if not waits[child]:
                heapq.heappush(free, child)
    return order


def _more(known: Sequence[Any], status: object, priced: bool, fresh: bool) -> bool:  # noqa: FBT001 - facts of a row
    """Whether the other one knows more of a generation; what is under way here stays as it is."""
    ours, our_price = known
    if ours not in FINAL:
        return False
    settled = ours == "unknown" and status in FINAL and status != "unknown"
    return fresh or settled or (priced and not our_price and ours != "unknown")


def _named(reads: Reads, table: str, sql: str, left_out: Counter[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of a number and a uuid, each number and each uuid once."""
    seen: set[object] = set()
    for row in scanned(reads, _ENDS[table], sql, left_out):
        if type(row[0]) is not int or not values.is_uuid(row[1]) or seen.intersection(row[:2]):
            left_out[f"{table} without a name of its own"] += 1
            continue
        seen.update(row[:2])
        yield row


def scanned(reads: Reads, ends: str, sql: str, left_out: Counter[str]) -> Iterator[Any]:
    """Every row of a statement over a range of numbers that can be read, in slices."""
    with reads.reading() as db:
        first, last = rows(db, ends)[0]
    if type(first) is not int or type(last) is not int:
        return
    parts = by_range(
        reads, first, last, lambda db, start, end: _read(db, sql, (start, end), left_out)
    )
    for part in parts:
        yield from part


def _read(
    db: sqlite3.Connection, sql: str, ends: Link, left_out: Counter[str]
) -> Sequence[tuple[Any, ...]]:
    try:
        return rows(db, sql, *ends)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise
    first, last = ends
    if first == last:
        left_out["row that cannot be read"] += 1
        return []
    middle = (first + last) // 2
    return [
        *_read(db, sql, (first, middle), left_out),
        *_read(db, sql, (middle + 1, last), left_out),
    ]


def _links(reads: Reads, wanted: Collection[int], left_out: Counter[str]) -> set[Link]:
    found = scanned(reads, _ENDS["generation"], _LINKS, left_out)
    return {(child, parent) for child, parent in found if child in wanted and parent in wanted}


def _looked_up(here: Reads, sql: str, named: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    names = [one[0] for one in named]
    for start in range(0, len(names), _AT_ONCE):
        with here.reading() as db:
            found = rows(db, sql, json.dumps(names[start : start + _AT_ONCE]))
        yield from found


def by_uuid(here: Reads, sql: str, names: Sequence[str]) -> Mapping[str, Any]:
    """Rows of a statement over many uuids, by the uuid that each begins with."""
    return {row[0]: row[1:] for row in _looked_up(here, sql, ((name,) for name in names))}
