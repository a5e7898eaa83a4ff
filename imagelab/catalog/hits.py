"""All that a search finds, in its order, for listings of any length."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import compress
from math import inf
from typing import TypeAlias

from imagelab.catalog import everything, search
from imagelab.catalog.ordering import COLUMNS, ended_by_number
from imagelab.catalog.slices import Reads, by_range, numbers_of, parted, rows
from imagelab.domain.query import Query
from imagelab.domain.query_tree import Everything, SortKey

# Up to so many hits have their sort values looked up; beyond, the sorted index is walked.
MAX_LOOKED_UP = 20_000
_AT_ONCE = 5_000
_STEPS = 20_000  # entries of an index in one read
_LOOKED_UP = "SELECT {}, a.id FROM asset AS a WHERE a.id IN (SELECT value FROM json_each(?))"
_KNOWN = """
    SELECT {column}, a.id FROM asset AS a
    WHERE {column} IS NOT NULL AND ({column}, a.id) {sign} (?, ?)
    ORDER BY {column} {order}, a.id {order} LIMIT ?
"""
_UNKNOWN = """
    SELECT NULL, a.id FROM asset AS a WHERE {column} IS NULL AND a.id {sign} ?
    ORDER BY a.id {order} LIMIT ?
"""

Entry: TypeAlias = tuple[int | None, int]  # a sort value, and the number it is of


def all_hits(reads: Reads, query: Query) -> array[int]:
    """The numbers of everything it finds, no read longer than a slice.

    AssetNotFoundError as in `search.ids`. What is written meanwhile may be in it or not.
    """
    if isinstance(query.tree, Everything):
        newest = array("q", everything.shown(reads))
        return newest if _as_they_came(query) else _in_order(reads, newest[::-1], query)
    with reads.reading() as db:
        scope = search.scope(db, query)
    if scope.few is not None:
        return array("q", scope.few)
    hits = array("q")
    within = partial(search.within, scope)
    for found in by_range(reads, scope.first, scope.last, within):
        hits.extend(found)
    return _in_order(reads, hits, query)


def answer(reads: Reads, query: Query) -> Sequence[int]:
    """The same to be kept: what nothing was asked of is counted, and told as it is asked for."""
    if isinstance(query.tree, Everything) and _as_they_came(query):
        return everything.shown(reads)
    return all_hits(reads, query).tolist()


def _as_they_came(query: Query) -> bool:
    """Whether the newest is wanted first, and nothing else is said of their order."""
    return ended_by_number(query.sort) == [("id", True)]


def _in_order(reads: Reads, hits: array[int], query: Query) -> array[int]:
    """Sorted from the last key to the first: what is equal keeps the order it had."""
    *keys, (_, ids_fall) = ended_by_number(query.sort)
    ordered = hits[::-1] if ids_fall else hits
    if len(hits) > MAX_LOOKED_UP and keys and keys[-1][1] == ids_fall:
        ordered = _walked(reads, hits, *keys.pop())
    if not keys:
        return ordered
    numbers = ordered.tolist()
    for key, falls in reversed(keys):
        ranks = _ranks(reads, hits, key, falls=falls)
        numbers.sort(key=partial(_rank, ranks))
    return array("q", numbers)


def _rank(ranks: Mapping[int, float], number: int) -> float:
    """Slower than `ranks.get`, and while it is called other threads may run."""
    return ranks.get(number, inf)


def _walked(reads: Reads, hits: array[int], key: SortKey, falls: bool) -> array[int]:  # noqa: FBT001 - half of a pair
    """The hits in the order of a key's index, equal ones by number in the same direction."""
    left = bytearray(max(hits, default=0) + 1)
    for number in hits:
        left[number] = 1
    ordered = array("q")
    for numbers in _numbers(reads, key, falls=falls):
        left.extend(bytes(max(0, max(numbers, default=0) + 1 - len(left))))  # came meanwhile
        # Every hit of a million passes here: nothing is looked at in Python that C can look at.
        met = list(compress(numbers, map(left.__getitem__, numbers)))
        ordered.fromlist(met)
        for number in met:
            left[number] = 0
    missed = compress(range(len(left)), left)  # a rating that changed while it was walked past
    ordered.extend(sorted(missed, reverse=falls))
    return ordered


def _ranks(reads: Reads, hits: array[int], key: SortKey, *, falls: bool) -> Mapping[int, float]:
    """Where each hit stands by one key; one that is not in it stands last."""
    few = len(hits) <= MAX_LOOKED_UP
    entries = _values(reads, hits, key) if few else _entries(reads, key, falls=falls)
    sign = -1 if falls else 1
    return {
        number: sign * value for found in entries for value, number in found if value is not None
    }


def _values(reads: Reads, hits: array[int], key: SortKey) -> Iterator[list[Entry]]:
    for part in parted(hits, _AT_ONCE):
        with reads.reading() as db:
            yield rows(db, _LOOKED_UP.format(COLUMNS[key]), json.dumps(part.tolist()))


def _entries(reads: Reads, key: SortKey, *, falls: bool) -> Iterator[list[Entry]]:
    """The entries of a key's index in its direction, the unknown ones last."""
    for sql, after in _statements(key, falls=falls):
        yield from _stretch(reads, sql, after)


def _numbers(reads: Reads, key: SortKey, *, falls: bool) -> Iterator[list[int]]:
    """The same without their values: that of a stretch's last is looked up, to go on from there."""
    last = f"SELECT {COLUMNS[key]}, a.id FROM asset AS a WHERE a.id = ?"  # noqa: S608 - a column of ours
    for sql, beginning in _statements(key, falls=falls):
        found, after = [0], beginning
        while found:
            with reads.reading() as db:
                found = numbers_of(db, sql, *after, _STEPS)
                after = rows(db, last, found[-1])[0][-len(beginning) :] if found else after
            yield found


def _statements(key: SortKey, *, falls: bool) -> list[tuple[str, tuple[int, ...]]]:
    """Those of a key's index with where they begin: of what is known, and of what is not."""
    parts = {"column": COLUMNS[key], "sign": "<" if falls else ">"}
    parts["order"] = "DESC" if falls else "ASC"
    end = 2**63 - 1 if falls else -(2**63)
    return [(_KNOWN.format(**parts), (end, end)), (_UNKNOWN.format(**parts), (end,))]


def _stretch(reads: Reads, sql: str, after: tuple[int | None, ...]) -> Iterator[list[Entry]]:
    """A statement's rows, so many at a time: each read begins after the row the last one ended with."""
    found: list[Entry] = []
    while not found or len(found) == _STEPS:
        with reads.reading() as db:
            found = rows(db, sql, *after, _STEPS)
        if not found:
            return
        yield found
        after = found[-1][-len(after) :]
