"""Finding assets: a search read against the catalog, page by page, whole, or only counted.

Every function takes a connection inside the catalog's read lock and fetches all it needs
before it returns.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from imagelab.catalog import judging
from imagelab.catalog.compile import Plan, browsing, compiled
from imagelab.catalog.conditions import stars_of
from imagelab.catalog.ordering import Cursor, Segment, ended_by_number, segments
from imagelab.catalog.parts import Where, between, matches
from imagelab.catalog.slices import rows
from imagelab.catalog.spelling import spelled_out
from imagelab.domain.query import Query
from imagelab.domain.query_tree import And, Everything, From, Like, Node, Not, Or, Stack
from imagelab.errors import AssetNotFoundError

# Below so many hits they are sorted; above, the sorted index is walked and probed for hits.
MAX_SORTED = 20_000
# Up to so many rows are probed one by one, at about 0.1 ms each; up to so many are listed.
MAX_PROBED = 100
MAX_LISTED = 5_000
_FIRST_STRETCH = 4_000  # numbers
_MATCH = "WHERE t.text_index MATCH ?"
_PROBE = "EXISTS (SELECT 1 FROM text_index WHERE text_index MATCH ? AND rowid = a.id)"
_LISTED = "a.id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
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
    found = _rows(db, _planned(db, query, whole=False), query, before, limit + 1)
    shown = found[:limit]
    more = shown and len(found) > limit
    return Page(tuple(map(_number, shown)), shown[-1] if more else None)


def all_ids(db: sqlite3.Connection, query: Query) -> list[int]:
    """Everything a search finds, in its order; AssetNotFoundError as in `ids`."""
    return [_number(row) for row in _rows(db, _planned(db, query, whole=True), query, None, -1)]


def count(db: sqlite3.Connection, query: Query, cap: int | None = None) -> int:
    """How many a search finds, counted no further than the cap; AssetNotFoundError as in `ids`."""
    source = _source(db, _planned(db, query, whole=True))
    sql = f"SELECT count(*) FROM (SELECT 1 {source.sql} LIMIT ?)"  # noqa: S608 - constants; values are bound
    limit = -1 if cap is None else cap
    return int(db.execute(sql, (*source.values, limit)).fetchone()[0])


@dataclass(frozen=True, slots=True)
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
    plan, listed = _listed(db, _planned(db, query, whole=True))
    if listed is None:
        top = db.execute("SELECT max(id) FROM asset").fetchone()[0]
        return Scope(plan, 1, top or 0)
    if len(listed) <= MAX_PROBED:
        return Scope(plan, 1, 0, tuple(all_ids(db, query)))
    return Scope(plan, min(listed), max(listed))


def within(scope: Scope, db: sqlite3.Connection, first: int, last: int) -> list[int]:
    """The hits from one number to another, the smallest first."""
    if scope.plan.judges:
        judging.lend(db)
    source = _source(db, replace(scope.plan, wheres=_between(scope.plan.wheres, first, last)))
    sql = f"SELECT {source.number} {source.sql} AND {source.number} BETWEEN ? AND ? ORDER BY 1"
    return [row[0] for row in rows(db, sql, *source.values, first, last)]


def among(db: sqlite3.Connection, query: Query, numbers: Sequence[int]) -> list[int]:
    """Those of these numbers that a search finds; few, for each is looked at by itself."""
    plan = _planned(db, query, whole=True)
    only = Where(_LISTED, (json.dumps(list(numbers)),))
    sql, values = _conditions((only, *plan.shown_wheres))
    if plan.match is not None:
        sql, values = f"{sql} AND {_PROBE}", (*values, plan.match)
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


def _rows(
    db: sqlite3.Connection, plan: Plan, query: Query, before: Cursor | None, limit: int
) -> list[Cursor]:
    """Up to so many rows of sort values, the number last; all for a limit of -1."""
    if limit > 0 and ended_by_number(query.sort)[0][0] == "id" and any(map(matches, plan.wheres)):
        return _in_stretches(db, plan, query, before, limit)
    source = _source(db, plan, sorts=bool(query.sort) and query.sort[0][0] != "id")
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
    plan = _listed(db, plan)[0]
    low, high = 1, db.execute("SELECT coalesce(max(id), 0) FROM asset").fetchone()[0]
    if before is not None:
        last_seen = _number(before)
        low, high = (low, last_seen - 1) if falls else (last_seen + 1, high)
    found: list[Cursor] = []
    # What begins so is put together anew for every stretch, so those are few.
    width = _FIRST_STRETCH * (64 if '" *' in (plan.match or "") else 1)
    while low <= high and len(found) < limit:
        first, last = (max(low, high - width + 1), high) if falls else (low, low + width - 1)
        source = _source(db, replace(plan, wheres=_between(plan.wheres, first, last)))
        direction = "DESC" if falls else "ASC"
        sql = (
            f"SELECT {source.number} {source.sql} AND {source.number} BETWEEN ? AND ? "
            f"ORDER BY 1 {direction} LIMIT ?"
        )
        found += rows(db, sql, *source.values, first, last, limit - len(found))
        low, high = (low, first - 1) if falls else (last + 1, high)
        width *= 8
    return found


def _between(wheres: Sequence[Where], first: int, last: int) -> tuple[Where, ...]:
    return tuple(between(where, first, last) for where in wheres)


def _select(source: _Source, segment: Segment) -> str:
    conditions = f"AND {segment.condition}" if segment.condition else ""
    return f"SELECT {segment.columns} {source.sql} {conditions} ORDER BY {segment.order} LIMIT ?"


@dataclass(frozen=True, slots=True)
class _Source:
    """FROM and WHERE with the values they bind, and the column of the assets' numbers."""

    sql: str
    values: tuple[object, ...]
    number: str


def _source(db: sqlite3.Connection, plan: Plan, *, sorts: bool = False) -> _Source:
    """Where to look, beginning with whatever is likely to be the smallest."""
    if plan.match is None:
        sql, values = _conditions(plan.shown_wheres)
        return _Source(f"FROM asset AS a WHERE {sql}", values, "a.id")
    plan, ids = _listed(db, plan)
    if (ids is not None and len(ids) <= MAX_PROBED) or (sorts and _is_dense(db, plan)):
        sql, values = _conditions(plan.shown_wheres)
        return _Source(f"FROM asset AS a WHERE {sql} AND {_PROBE}", (*values, plan.match), "a.id")
    if not plan.wheres and not sorts:
        return _Source(f"FROM text_index AS t {_MATCH}", (plan.shown_match,), "t.rowid")
    # CROSS JOIN keeps SQLite from beginning with the asset: numbers come in order from the index.
    sql, values = _conditions(plan.wheres)
    joined = f"FROM text_index AS t CROSS JOIN asset AS a ON a.id = t.rowid {_MATCH} AND {sql}"
    if ids is None:
        return _Source(joined, (plan.shown_match, *values), "t.rowid")
    ends = (min(ids), max(ids))
    return _Source(
        f"{joined} AND t.rowid BETWEEN ? AND ?", (plan.shown_match, *values, *ends), "t.rowid"
    )


def _listed(db: sqlite3.Connection, plan: Plan) -> tuple[Plan, list[int] | None]:
    """The plan with its first short condition read: as numbers, which need not be worked out again."""
    for place, where in enumerate(plan.wheres):
        if not where.listable:
            continue
        sql = f"SELECT a.id FROM asset AS a WHERE {where.sql} LIMIT ?"  # noqa: S608 - constants; values are bound
        rows = db.execute(sql, (*where.values, MAX_LISTED + 1)).fetchall()
        if len(rows) <= MAX_LISTED:
            ids = [row[0] for row in rows]
            others = (*plan.wheres[:place], *plan.wheres[place + 1 :])
            return replace(plan, wheres=(Where(_LISTED, (json.dumps(ids),)), *others)), ids
    return plan, None


def _conditions(wheres: Sequence[Where]) -> tuple[str, tuple[object, ...]]:
    sql = " AND ".join(f"({where.sql})" for where in wheres) or "1"
    return sql, tuple(value for where in wheres for value in where.values)


def _is_dense(db: sqlite3.Connection, plan: Plan) -> bool:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM text_index AS t {_MATCH} LIMIT ?)"  # noqa: S608 - constants; values are bound
    return int(db.execute(sql, (plan.match, MAX_SORTED + 1)).fetchone()[0]) > MAX_SORTED


def _number(row: Cursor) -> int:
    number = row[-1]
    assert number is not None
    return number
