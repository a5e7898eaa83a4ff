"""Where a search looks: FROM and WHERE, beginning with whatever is likely to be the smallest.

Every function takes a connection inside the catalog's read lock.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from imagelab.catalog.compile import Plan
from imagelab.catalog.parts import Where
from imagelab.domain.frozen import frozen

# Below so many hits they are sorted; above, the sorted index is walked and probed for hits.
MAX_SORTED = 20_000
# Up to so many rows are probed one by one, at about 0.1 ms each; up to so many are listed.
MAX_PROBED = 100
MAX_LISTED = 5_000
AMONG = "a.id IN (SELECT value FROM json_each(?))"
_MATCH = "WHERE t.text_index MATCH ?"
PROBE = "EXISTS (SELECT 1 FROM text_index WHERE text_index MATCH ? AND rowid = a.id)"


@frozen
class Source:
    """FROM and WHERE with the values they bind, and the column of the assets' numbers."""

    sql: str
    values: tuple[object, ...]
    number: str


def source(db: sqlite3.Connection, plan: Plan, *, sorts: bool = False) -> Source:
    """Where to look, beginning with whatever is likely to be the smallest."""
    if plan.match is None:
        if any(where.walked for where in plan.wheres):
            plan, ids = listed(db, plan)
            plan = plan if ids is not None else walked(plan)
        sql, values = conditions(plan.shown_wheres)
        return Source(f"FROM asset AS a WHERE {sql}", values, "a.id")
    plan, ids = listed(db, plan)
    if (ids is not None and len(ids) <= MAX_PROBED) or (sorts and is_dense(db, plan)):
        sql, values = conditions((*plan.shown_wheres, *plan.also))
        return Source(f"FROM asset AS a WHERE {sql} AND {PROBE}", (*values, plan.match), "a.id")
    if not plan.wheres and not sorts:
        return Source(f"FROM text_index AS t {_MATCH}", (plan.shown_match,), "t.rowid")
    # CROSS JOIN keeps SQLite from beginning with the asset: numbers come in order from the index.
    sql, values = conditions(plan.wheres)
    joined = f"FROM text_index AS t CROSS JOIN asset AS a ON a.id = t.rowid {_MATCH} AND {sql}"
    if ids is None:
        return Source(joined, (plan.shown_match, *values), "t.rowid")
    ends = (min(ids), max(ids))
    return Source(
        f"{joined} AND t.rowid BETWEEN ? AND ?", (plan.shown_match, *values, *ends), "t.rowid"
    )


def listed(db: sqlite3.Connection, plan: Plan) -> tuple[Plan, list[int] | None]:
    """The plan with its first short condition read: as numbers, which need not be worked out again."""
    for place, where in enumerate(plan.wheres):
        if not where.listable or _is_wide(db, where):
            continue
        sql = f"SELECT a.id FROM asset AS a WHERE {where.sql} LIMIT ?"  # noqa: S608 - constants; values are bound
        rows = db.execute(sql, (*where.values, MAX_LISTED + 1)).fetchall()
        if len(rows) <= MAX_LISTED:
            ids = [row[0] for row in rows]
            others = (*plan.wheres[:place], *plan.wheres[place + 1 :])
            return replace(plan, wheres=(Where(AMONG, (json.dumps(ids),)), *others)), ids
    return plan, None


def walked(plan: Plan) -> Plan:
    """The plan of walking over rows, where what they should be is not worth a list."""
    wheres = [
        replace(where, sql=where.walked, walked="", listable=False) if where.walked else where
        for where in plan.wheres
    ]
    return replace(plan, wheres=tuple(wheres))


def conditions(wheres: Sequence[Where]) -> tuple[str, tuple[object, ...]]:
    """All of them as one condition, with the values it binds."""
    sql = " AND ".join(f"({where.sql})" for where in wheres) or "1"
    return sql, tuple(value for where in wheres for value in where.values)


def is_dense(db: sqlite3.Connection, plan: Plan) -> bool:
    """Whether the index finds so many that they are better not sorted."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM text_index AS t {_MATCH} LIMIT ?)"  # noqa: S608 - constants; values are bound
    return int(db.execute(sql, (plan.match, MAX_SORTED + 1)).fetchone()[0]) > MAX_SORTED


def _is_wide(db: sqlite3.Connection, where: Where) -> bool:
    """Whether an index alone tells that it may hold for too many to list: a fiftieth of the time."""
    if not where.wider:
        return False
    sql = f"SELECT count(*) FROM (SELECT 1 FROM asset AS a WHERE {where.wider} LIMIT ?)"  # noqa: S608 - constants; values are bound
    return int(db.execute(sql, (*where.values, MAX_LISTED + 1)).fetchone()[0]) > MAX_LISTED
