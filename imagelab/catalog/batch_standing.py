"""How far a batch is, and what became of its rows."""

from __future__ import annotations

import sqlite3

from imagelab.domain.batch import BatchRow, Standing
from imagelab.domain.money import Cost, Spend


def generation_at(db: sqlite3.Connection, batch: int, position: int) -> int | None:
    """The generation that a row became; None if it has not begun."""
    row = db.execute(
        "SELECT generation FROM batch_row WHERE batch = ? AND position = ?", (batch, position)
    ).fetchone()
    return row[0] if row else None


def in_flight(db: sqlite3.Connection, batch: int) -> list[tuple[int, str]]:
    """The generations that are not settled, each with its status."""
    rows = db.execute(
        "SELECT DISTINCT g.id, g.status FROM batch_row r JOIN generation g ON g.id = r.generation "
        "WHERE r.batch = ? AND g.status IN ('queued', 'running')",
        (batch,),
    )
    return [(row[0], row[1]) for row in rows]


def standing(db: sqlite3.Connection, batch: int) -> Standing:
    """How far it is; whether somebody feeds it is not known here."""
    found = db.execute(
        "SELECT CASE r.state WHEN 'begun' THEN g.status ELSE r.state END AS status, count(*) "
        "FROM batch_row r LEFT JOIN generation g ON g.id = r.generation WHERE r.batch = ? "
        "GROUP BY 1",
        (batch,),
    ).fetchall()
    counts: dict[str, int] = {row[0]: row[1] for row in found}
    counts["running"] = counts.get("running", 0) + counts.pop("queued", 0)
    return Standing(sum(counts.values()), **counts, spent=_spent(db, batch))  # type: ignore[arg-type] # counts are all int, and named as its fields


def rows_of(db: sqlite3.Connection, batch: int, start: int, stop: int) -> list[BatchRow]:
    """The rows from a position up to another, as they stand."""
    part = (batch, start, stop)
    arrived: dict[int, list[int]] = {}
    for position, asset in db.execute(
        "SELECT r.position, a.id FROM batch_row r JOIN asset a ON a.generation = r.generation "
        "WHERE r.batch = ? AND r.position >= ? AND r.position < ? ORDER BY r.position, a.id",
        part,
    ):
        arrived.setdefault(position, []).append(asset)
    rows = db.execute(
        "SELECT r.position, r.state, g.* FROM batch_row r "
        "LEFT JOIN generation g ON g.id = r.generation "
        "WHERE r.batch = ? AND r.position >= ? AND r.position < ? ORDER BY r.position",
        part,
    ).fetchall()
    return [_row(row, tuple(arrived.get(row["position"], ()))) for row in rows]


def _spent(db: sqlite3.Connection, batch: int) -> Spend:
    """What its settled generations cost, those that were sent anew included, each once."""
    found = db.execute(
        "WITH made AS (SELECT generation AS id FROM batch_row WHERE batch = ?1 "
        "AND generation IS NOT NULL UNION SELECT e.value FROM batch_row r, json_each(r.earlier) e "
        "WHERE r.batch = ?1) "
        "SELECT g.cost_unit, coalesce(sum(g.cost_nano), 0), sum(g.cost_nano IS NULL) "
        "FROM made JOIN generation g USING (id) WHERE g.status NOT IN ('queued', 'running') "
        "GROUP BY 1",
        (batch,),
    ).fetchall()
    known = {unit: Cost.from_nano(nano).amount for unit, nano, _ in found if unit}
    unknown = sum(row[2] for row in found)
    return Spend(known.get("usd", Spend().usd), known.get("credits", Spend().credits), unknown)


def _row(row: sqlite3.Row, assets: tuple[int, ...]) -> BatchRow:
    if row["state"] != "begun":
        return BatchRow(row["position"], row["state"])
    nano, sent, finished = row["cost_nano"], row["sent_at"], row["finished_at"]
    return BatchRow(
        row["position"],
        row["status"],
        row["id"],
        assets,
        None if nano is None else Cost.from_nano(nano, row["cost_unit"], row["cost_source"]),
        None if sent is None or finished is None else max((finished - sent) / 1e6, 0.0),
        row["error"],
    )
