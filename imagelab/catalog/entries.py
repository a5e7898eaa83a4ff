"""The rows that every step of a generation's life reads and writes."""

from __future__ import annotations

import sqlite3

from imagelab import clock
from imagelab.domain.money import Cost


def call_row(db: sqlite3.Connection, uuid: str) -> sqlite3.Row:
    """A call by its uuid."""
    row: sqlite3.Row = db.execute("SELECT * FROM call WHERE uuid = ?", (uuid,)).fetchone()
    return row


def generation_row(db: sqlite3.Connection, generation: int) -> sqlite3.Row:
    """A generation by its number."""
    row: sqlite3.Row = db.execute("SELECT * FROM generation WHERE id = ?", (generation,)).fetchone()
    return row


def tell(
    db: sqlite3.Connection,
    generation: int,
    call: int | None,
    was: str | None,
    became: str,
    note: str | None = None,
) -> None:
    """Add to what happened; the order of these rows is the order of things, not the clock."""
    db.execute(
        "INSERT INTO event (generation, call, at, was, became, note) VALUES (?, ?, ?, ?, ?, ?)",
        (generation, call, clock.now_us(), was, became, note),
    )


def money_columns(cost: Cost | None) -> tuple[int | None, str | None, str | None]:
    """A cost as its three columns."""
    return (cost.nano, cost.unit, cost.source) if cost else (None, None, None)
