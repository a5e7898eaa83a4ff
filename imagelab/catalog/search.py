"""Finding assets: a search read against the catalog, page by page, whole, or only counted.

Every function takes a connection inside the catalog's read lock and fetches all it needs
before it returns.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace

from imagelab.catalog import begun, judging, sources
from imagelab.catalog.compile import Plan, browsing, compiled
from imagelab.catalog.conditions import stars_of
from imagelab.catalog.ordering import Cursor, Segment, ended_by_number, segments
from imagelab.catalog.parts import Where, between, matches
from imagelab.catalog.slices import numbers_of, rows
from imagelab.catalog.spelling import spelled_out
from imagelab.domain.frozen import frozen
from imagelab.domain.query import Query
from imagelab.domain.query_tree import And, Everything, From, Like, Node, Not, Or, Stack
from imagelab.errors import AssetNotFoundError

_FIRST_STRETCH = 4_000  # numbers
_FIRST_ENTRIES, _MOST_ENTRIES = 400, 25_600  # of an index, in one look
# Between the first and the last number of so many entries lie at most so many times as many.
_MOST_SPREAD = 64
_READ = (100, 1_000)  # rows that are read for what has only begun


@frozen
class Page:
    """Some asset numbers in the order asked for; `next` continues after them, if more follow."""

    ids: tuple[int, ...]
    next: Cursor | None


def ids(
    db: sqlite3.Connection, query: Query, *, limit: int = 60, before: Cursor | None = None
) -> Page:
    """A page of what a search finds, newest first unless it sorts.

    `before` is the `next` of the page before. AssetNotFoundError for a `from:` or `like:`
    of a number that is not there.
    """
    found = _read(db, query, before, limit + 1)
    if found is None:
        found = _rows(db, _planned(db, query, whole=False), query, before, limit + 1)
    shown = found[:limit]
    more = shown and len(found) > limit
    return Page(tuple(map(_number, shown)), shown[-1] if more else None)


def all_ids(db: sqlite3.Connection, query: Query) -> list[int]:
    """Everything a search finds, in its order; AssetNotFoundError as in `ids`."""
    return [_number(row) for row in _rows(db, _planned(db, query, whole=True), query, None, -1)]


def count(db: sqlite3.Connection, query: Query, cap: int | None = None) -> int:
    """How many a search finds, counted no further than the cap; AssetNotFoundError as in `ids`."""
    found = sources.source(db, _planned(db, query, whole=True))
    sql = f"SELECT count(*) FROM (SELECT 1 {found.sql} LIMIT ?)"  # noqa: S608 - constants; values are bound
    limit = -1 if cap is None else cap
    return int(db.execute(sql, (*found.values, limit)).fetchone()[0])


@frozen
class Scope:
    """A search ready to be read in parts: its plan, and the numbers between which its hits lie.

    `few` are its hits already, in its order, where one short read had them all.
    """

    plan: Plan
    first: int
    last: int
    few: tuple[int, ...] | None = None


def scope(db: sqlite3.Connection, query: Query) -> Scope:
    """Where to look for all that a search finds; AssetNotFoundError as in `ids`."""
    plan, listed = sources.listed(db, _planned(db, query, whole=True))
    if listed is None:
        top = db.execute("SELECT max(id) FROM asset").fetchone()[0]
        return Scope(sources.walked(plan), 1, top or 0)
    if len(listed) <= sources.MAX_PROBED:
        return Scope(plan, 1, 0, tuple(all_ids(db, query)))
    return Scope(plan, min(listed), max(listed))


def within(scope: Scope, db: sqlite3.Connection, first: int, last: int) -> list[int]:
    """The hits from one number to another, the smallest first."""
    if scope.plan.judges:
        judging.lend(db)
    plan = replace(scope.plan, wheres=_between(scope.plan.wheres, first, last))
    source = sources.source(db, plan)
    found = f"SELECT {source.number} AS id {source.sql} AND {source.number} BETWEEN ? AND ?"
    return sorted(numbers_of(db, found, *source.values, first, last))


def among(db: sqlite3.Connection, query: Query, numbers: Sequence[int]) -> list[int]:
    """Those of these numbers that a search finds; few, for each is looked at by itself."""
    plan = _planned(db, query, whole=True)
    only = Where(sources.AMONG, (json.dumps(list(numbers)),))
    sql, values = sources.conditions((only, *plan.shown_wheres))
    if plan.match is not None:
        sql, values = f"{sql} AND {sources.PROBE}", (*values, plan.match)
    return [row[0] for row in rows(db, f"SELECT a.id FROM asset AS a WHERE {sql}", *values)]  # noqa: S608 - constants; values are bound


def _planned(db: sqlite3.Connection, query: Query, *, whole: bool) -> Plan:
    """The plan, once every asset it names is known to be there."""
    for number in _named(query.tree):
        if not db.execute("SELECT 1 FROM asset WHERE id = ?", (number,)).fetchone():
            raise AssetNotFoundError(
                f"no asset #{number} is in this catalog; lab.search() lists those that are"
            )
    plain = isinstance(query.tree, Everything) and not whole
    plan = browsing() if plain else compiled(spelled_out(db, query.tree))
    if plan.judges:
        judging.lend(db)
    return plan


def _named(node: Node) -> Iterator[int]:
    match node:
        case From(numbers) | Like(numbers) | Stack(numbers):
            yield from numbers
        case Not(inner):
            yield from _named(inner)
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from _named(inner)


def _read(
    db: sqlite3.Connection, query: Query, before: Cursor | None, limit: int
) -> list[Cursor] | None:
    """Rows in whose texts words begin as was asked; None where they are too rare to be met so."""
    rest, terms = begun.parted(query.tree)
    if not terms:
        return None
    others = replace(query, tree=rest)
    plan, wanted = _planned(db, others, whole=False), begun.wheres(terms)
    judging.lend(db)
    found: list[Cursor] = []
    for most in _READ:
        met = _rows(db, plan, others, before, most)
        hits = _judged(db, wanted, [_number(row) for row in met])
        found += [row for row in met if row[-1] in hits]
        if len(found) >= limit or len(met) < most:
            return found[:limit]
        if len(found) * sum(_READ) < limit * most:
            break  # at this rate the rest would not do
        before = met[-1]
    return None


def _judged(db: sqlite3.Connection, wanted: Sequence[Where], numbers: Sequence[int]) -> set[int]:
    if not numbers:
        return set()
    among = Where(sources.AMONG, (json.dumps(list(numbers)),))
    sql, values = sources.conditions((among, *_between(wanted, min(numbers), max(numbers))))
    return {row[0] for row in rows(db, f"SELECT a.id FROM asset AS a WHERE {sql}", *values)}  # noqa: S608 - constants; values are bound


def _rows(
    db: sqlite3.Connection, plan: Plan, query: Query, before: Cursor | None, limit: int
) -> list[Cursor]:
    """Up to so many rows of sort values, the number last; all for a limit of -1."""
    if limit > 0 and ended_by_number(query.sort)[0][0] == "id" and any(map(matches, plan.wheres)):
        return _in_stretches(db, plan, query, before, limit)
    if limit > 0 and plan.match and _goes_by_date(query):
        plan, listed = sources.listed(db, plan)
        if listed is None and sources.is_dense(db, plan):
            return _by_date(db, plan, query, before, limit)
    source = sources.source(db, plan, sorts=bool(query.sort) and query.sort[0][0] != "id")
    found: list[Cursor] = []
    for segment in segments(query.sort, before, source.number, stars_of(query.tree)):
        left = limit - len(found) if limit >= 0 else -1
        if left:
            found += rows(db, _select(source, segment), *source.values, *segment.values, left)
    return found


def _in_stretches(
    db: sqlite3.Connection, plan: Plan, query: Query, before: Cursor | None, limit: int
) -> list[Cursor]:
    """The same by number: conditions that look into the index look at one stretch at a time."""
    [(_, falls)] = ended_by_number(query.sort)
    plan = sources.listed(db, plan)[0]
    low, high = 1, db.execute("SELECT coalesce(max(id), 0) FROM asset").fetchone()[0]
    if before is not None:
        last_seen = _number(before)
        low, high = (low, last_seen - 1) if falls else (last_seen + 1, high)
    found: list[Cursor] = []
    # What begins so is put together anew for every stretch, so those are few.
    width = _FIRST_STRETCH * (64 if '" *' in (plan.match or "") else 1)
    while low <= high and len(found) < limit:
        first, last = (max(low, high - width + 1), high) if falls else (low, low + width - 1)
        source = sources.source(db, replace(plan, wheres=_between(plan.wheres, first, last)))
        direction = "DESC" if falls else "ASC"
        sql = (
            f"SELECT {source.number} {source.sql} AND {source.number} BETWEEN ? AND ? "
            f"ORDER BY 1 {direction} LIMIT ?"
        )
        found += rows(db, sql, *source.values, first, last, limit - len(found))
        low, high = (low, first - 1) if falls else (last + 1, high)
        width *= 8
    return found


def _goes_by_date(query: Query) -> bool:
    """Whether the order is that of one index: moments and numbers, in the same direction."""
    keys = ended_by_number(query.sort)
    return [key for key, _ in keys] == ["date", "id"] and keys[0][1] == keys[1][1]


def _by_date(
    db: sqlite3.Connection, plan: Plan, query: Query, before: Cursor | None, limit: int
) -> list[Cursor]:
    """The same by moments: numbers come by arrival, so those of a stretch mostly lie together."""
    found: list[Cursor] = []
    told = [w for w in plan.wheres if not matches(w) and judging.PREFIX not in w.sql]
    sql, values = sources.conditions(told)
    walk = sources.Source(f"FROM asset AS a WHERE {sql}", values, "a.id")
    width = _FIRST_ENTRIES
    while len(found) < limit:
        [segment] = segments(query.sort, before, walk.number)
        met = rows(db, _select(walk, segment), *values, *segment.values, width)
        hits = _hits_among(db, plan, [_number(row) for row in met])
        found += [row for row in met if row[-1] in hits]
        if len(met) < width:
            break
        before, width = met[-1], min(4 * width, _MOST_ENTRIES)
    return found[:limit]


def _hits_among(db: sqlite3.Connection, plan: Plan, numbers: Sequence[int]) -> set[int]:
    """Those of these numbers that are found, or all between them where that are not too many."""
    if not numbers:
        return set()
    first, last = min(numbers), max(numbers)
    plan = replace(plan, wheres=_between(plan.wheres, first, last))
    if last - first > _MOST_SPREAD * len(numbers):
        among = Where(sources.AMONG, (json.dumps(list(numbers)),))
        sql, values = sources.conditions((among, *plan.shown_wheres, *plan.also))
        sql = f"SELECT a.id FROM asset AS a WHERE {sql} AND {sources.PROBE}"  # noqa: S608 - constants; values are bound
        return {row[0] for row in rows(db, sql, *values, plan.match)}
    source = sources.source(db, plan)
    sql = f"SELECT {source.number} {source.sql} AND {source.number} BETWEEN ? AND ?"
    return {row[0] for row in rows(db, sql, *source.values, first, last)}


def _between(wheres: Sequence[Where], first: int, last: int) -> tuple[Where, ...]:
    return tuple(between(where, first, last) for where in wheres)


def _select(source: sources.Source, segment: Segment) -> str:
    after = f"AND {segment.condition}" if segment.condition else ""
    return f"SELECT {segment.columns} {source.sql} {after} ORDER BY {segment.order} LIMIT ?"


def _number(row: Cursor) -> int:
    number = row[-1]
    assert number is not None
    return number
