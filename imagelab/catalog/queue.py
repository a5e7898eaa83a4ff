"""The queue of a catalog: what is under way, what came last, and how long such a thing takes."""

from __future__ import annotations

import sqlite3

from imagelab.catalog import rows

MOST_OPEN = 40
NEWEST = 24
_PAST, _ENOUGH = 25, 3  # so many are the measure, and fewer are none
_LOOKED_THROUGH = 2_000  # generations, so that the look stays short in a catalog of a million
_SECOND_US = 1_000_000


def standing(db: sqlite3.Connection) -> list[int]:
    """What is under way, whoever asked for it, and the newest that came of others; newest first."""
    newest = db.execute("SELECT id FROM generation ORDER BY id DESC LIMIT ?", (NEWEST,))
    return sorted(
        {*rows.open_generations(db, MOST_OPEN), *(row[0] for row in newest)}, reverse=True
    )


def usual_seconds(db: sqlite3.Connection, provider: str, model: str) -> float | None:
    """The median of how long an offer took lately, from sending to settling; None for too few."""
    found = db.execute(
        "SELECT finished_at - sent_at FROM generation "
        "WHERE id > (SELECT max(id) FROM generation) - ? AND provider = ? AND model = ? "
        "AND status = 'succeeded' AND finished_at > sent_at ORDER BY id DESC LIMIT ?",
        (_LOOKED_THROUGH, provider, model, _PAST),
    ).fetchall()
    took = sorted(row[0] for row in found)
    return took[len(took) // 2] / _SECOND_US if len(took) >= _ENOUGH else None
