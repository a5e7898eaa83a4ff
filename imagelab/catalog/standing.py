"""How a catalog stands now: what is under way, what nobody knows, and what today has cost."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Any

from imagelab import clock
from imagelab.catalog import progress, unsettled
from imagelab.catalog.slices import Reads, by_range
from imagelab.domain.cost_words import to_the_cent
from imagelab.domain.money import NANO, Spend

MAX_OPEN = 20  # cards; of the rest only the number is told
_TODAY = """
    SELECT coalesce(sum(CASE WHEN unit = 'usd' THEN amount_nano END), 0),
           coalesce(sum(CASE WHEN unit = 'credits' THEN amount_nano END), 0),
           coalesce(sum(amount_nano IS NULL), 0)
    FROM ledger WHERE id BETWEEN ? AND ? AND at >= ?
"""


def standing(reads: Reads) -> dict[str, Any]:
    """The oldest open generations as cards, how many of each kind, and today's spending in words."""
    with reads.reading() as db:
        counts = _counts(db)
        cards = progress.cards(db, _oldest_open(db))
        unknown = unsettled.count_unknown(db)
        last = db.execute("SELECT coalesce(max(id), 0) FROM ledger").fetchone()[0]
    spent = _spent_since(reads, last, clock.midnight_us())
    return {**counts, "unknown": unknown, "cards": cards, "today": str(to_the_cent(spent))}


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    found = db.execute(
        "SELECT status, count(*) FROM generation WHERE status IN ('queued', 'running') "
        "GROUP BY status"
    )
    return {"queued": 0, "running": 0} | {row[0]: row[1] for row in found}


def _oldest_open(db: sqlite3.Connection) -> list[int]:
    found = db.execute(
        "SELECT id FROM generation WHERE status IN ('queued', 'running') ORDER BY id LIMIT ?",
        (MAX_OPEN,),
    )
    return [row[0] for row in found]


def _spent_since(reads: Reads, last: int, moment: int) -> Spend:
    """The ledger has no order of moments: a merge brings older lines in later."""
    total = Spend()
    for found in by_range(reads, 1, last, lambda db, first, end: _slice(db, first, end, moment)):
        total += found
    return total


def _slice(db: sqlite3.Connection, first: int, last: int, moment: int) -> Spend:
    usd, units, unknown = db.execute(_TODAY, (first, last, moment)).fetchone()
    return Spend(Decimal(usd) / NANO, Decimal(units) / NANO, unknown)
