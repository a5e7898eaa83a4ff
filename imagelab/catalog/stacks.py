"""Stacks: of images that were asked for alike, one stands for all, with how many there are."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

from imagelab.catalog import search
from imagelab.catalog.ordering import Cursor
from imagelab.catalog.slices import Reads, parted, rows
from imagelab.domain.frozen import frozen
from imagelab.domain.query import Query

# Up to so many have their stack looked up; beyond, the whole index of stacks is read.
_MAX_LOOKED_UP = 20_000
_MAX_MEMBERS = 300  # that are looked at one by one
_AT_ONCE, _STEPS = 5_000, 20_000
_LOOKED_UP = """
    SELECT id, stack FROM asset WHERE id IN (SELECT value FROM json_each(?)) AND stack IS NOT NULL
"""
_EVERY = """
    SELECT id, stack FROM asset WHERE stack IS NOT NULL AND (stack, id) > (?, ?)
    ORDER BY stack, id LIMIT ?
"""
_MEMBERS = """
    SELECT id, stack FROM asset WHERE stack IN (SELECT value FROM json_each(?)) LIMIT ?
"""


@frozen
class Stacked:
    """The numbers that stand for their stacks, in order, each with how many hits that stack has."""

    ids: array[int]
    sizes: array[int]


def stacked(reads: Reads, hits: array[int]) -> Stacked:
    """The first of each stack among all that was found; what is in none stands for itself."""
    stacks = _stacks(reads, hits)
    seen: dict[int, int] = {}  # by stack, or by the number's negative: its place
    ids, sizes = array("q"), array("q")
    for number in hits:
        stack = stacks[number] or -number
        place = seen.setdefault(stack, len(ids))
        if place == len(ids):
            ids.append(number)
            sizes.append(1)
        else:
            sizes[place] += 1
    return Stacked(ids, sizes)


def first_page(db: sqlite3.Connection, query: Query, limit: int) -> tuple[Stacked, bool] | None:
    """The first stacks of a search, and whether there are more; None where it takes a listing."""
    tops: dict[int, int] = {}  # by stack, or by the number's negative
    before: Cursor | None = None
    for _ in range(4):
        page = search.ids(db, query, limit=2 * limit, before=before)
        for number, stack in _of(db, page.ids):
            tops.setdefault(stack or -number, number)
        before = page.next
        if before is None or len(tops) > limit:
            break
    else:
        return None
    shown = list(tops.items())[:limit]
    counts = _counts(db, query, [stack for stack, _ in shown if stack > 0])
    if counts is None:
        return None
    sizes = array("q", [counts[stack] if stack > 0 else 1 for stack, _ in shown])
    ids = array("q", [number for _, number in shown])
    return Stacked(ids, sizes), before is not None or len(tops) > limit


def size_of(db: sqlite3.Connection, asset: int) -> int:
    """How many images were asked for as this one was, itself among them."""
    found = rows(
        db,
        "SELECT count(*) FROM asset WHERE stack = (SELECT stack FROM asset WHERE id = ?)",
        asset,
    )
    return max(1, int(found[0][0]))


def _counts(db: sqlite3.Connection, query: Query, stacks: Sequence[int]) -> Counter[int] | None:
    """How many hits each stack has; None where that are too many to look at here."""
    members = dict(rows(db, _MEMBERS, json.dumps(stacks), _MAX_MEMBERS + 1))
    if len(members) > _MAX_MEMBERS:
        return None
    return Counter(members[number] for number in search.among(db, query, list(members)))


def _of(db: sqlite3.Connection, ids: Sequence[int]) -> list[tuple[int, int | None]]:
    found = dict(rows(db, _LOOKED_UP, json.dumps(list(ids))))
    return [(number, found.get(number)) for number in ids]


def _stacks(reads: Reads, hits: array[int]) -> array[int]:
    """By number, its stack; 0 for what is in none."""
    stacks = array("q", bytes(8 * (max(hits, default=0) + 1)))
    pairs = _looked_up(reads, hits) if len(hits) <= _MAX_LOOKED_UP else _every(reads)
    for found in pairs:
        for number, stack in found:
            if number < len(stacks):
                stacks[number] = stack
    return stacks


def _looked_up(reads: Reads, hits: array[int]) -> Iterator[list[tuple[int, int]]]:
    for part in parted(hits, _AT_ONCE):
        with reads.reading() as db:
            yield rows(db, _LOOKED_UP, json.dumps(part.tolist()))


def _every(reads: Reads) -> Iterator[list[tuple[int, int]]]:
    found: list[tuple[int, int]] = [(0, 0)]
    while found:
        with reads.reading() as db:
            found = rows(db, _EVERY, found[-1][1], found[-1][0], _STEPS)
        yield found
