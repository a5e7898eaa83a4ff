"""Limits on spending, kept in the catalog and held against every intent in its transaction.

What is open or not known counts at its upper price, so the limits hold across kernels.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal

from imagelab import clock
from imagelab.domain.money import NANO, Cost, dollars
from imagelab.errors import BudgetError

# The rows of batches that will be sent; the parameter is a list of batches that will not.
_WAITING = """
    FROM batch b JOIN batch_row r ON r.batch = b.id
    WHERE b.status = 'open' AND r.state = 'waiting' AND r.same_as IS NULL
    AND b.id NOT IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits in US dollars, and what counts against each; None is no limit."""

    total: Decimal | None
    per_day: Decimal | None
    spent: Decimal
    spent_today: Decimal
    open_ended: int = 0  # lines and calls whose upper price nobody knows

    def __str__(self) -> str:
        """As a person reads it."""
        parts = [f"{dollars(self.spent)} spent or reserved"]
        parts += [f"of {dollars(self.total)}"] if self.total is not None else ["(no limit)"]
        if self.per_day is not None:
            parts.append(f"and {dollars(self.spent_today)} of today's {dollars(self.per_day)}")
        if self.open_ended:
            parts.append(f"and {self.open_ended} that may have cost anything")
        return " ".join(parts)

    def __repr__(self) -> str:
        return f"Budget({self})"


def limit(db: sqlite3.Connection, name: str, amount: Decimal | None) -> None:
    """Set `"total"` or `"per_day"`; None lifts it."""
    db.execute("DELETE FROM about WHERE name = ?", (f"budget_{name}",))
    if amount is not None:
        db.execute("INSERT INTO about VALUES (?, ?)", (f"budget_{name}", str(amount)))


def read(db: sqlite3.Connection, left: Collection[int] = ()) -> Budget:
    """The limits and what counts against them.

    `left` are the numbers of batches whose process is gone: their rows reserve nothing.
    """
    return Budget(
        _limit(db, "total"),
        _limit(db, "per_day"),
        _counted(db, 0, left),
        _counted(db, _midnight_us(), left),
        _open_ended(db, left),
    )


def check(
    db: sqlite3.Connection, high: Cost | None, offer: str, left: Collection[int] = ()
) -> None:
    """BudgetError where an intent with this upper price would pass a limit; `left` as in `read`."""
    held = read(db, left)
    if held.total is None and held.per_day is None:
        return
    if held.open_ended:
        raise BudgetError(
            f"{held.open_ended} earlier lines may have cost anything, and a budget is set; nothing "
            "was sent. settle() those generations, or lift the budget with il.NO_LIMIT"
        )
    if high is None or high.unit != "usd":
        raise BudgetError(
            f"{offer} has no upper price in dollars, and a budget is set; nothing was sent. "
            "lab.budget(total=il.NO_LIMIT, per_day=il.NO_LIMIT) lifts it"
        )
    _hold(high.amount, held.total, held.spent, "the budget's")
    _hold(high.amount, held.per_day, held.spent_today, "today's")


def _hold(amount: Decimal, most: Decimal | None, spent: Decimal, whose: str) -> None:
    if most is not None and spent + amount > most:
        left = dollars(max(most - spent, Decimal(0)))
        raise BudgetError(
            f"this would cost up to {dollars(amount)}, and {left} of {whose} {dollars(most)} is "
            "left; nothing was sent"
        )


def _limit(db: sqlite3.Connection, name: str) -> Decimal | None:
    row = db.execute("SELECT value FROM about WHERE name = ?", (f"budget_{name}",)).fetchone()
    return Decimal(row[0]) if row else None


def _counted(db: sqlite3.Connection, since_us: int, left: Collection[int]) -> Decimal:
    """Dollars in the ledger since a moment, and the upper price of what is open now.

    The rows of a batch that wait for their turn count at any time: they will be paid from now on.
    """
    settled = db.execute(
        "SELECT coalesce(sum(coalesce(amount_nano, high_nano, 0)), 0) FROM ledger "
        "WHERE unit = 'usd' AND at >= ?",
        (since_us,),
    ).fetchone()[0]
    reserved = db.execute(
        "SELECT coalesce(sum((g.quote_high * c.n + g.n - 1) / g.n), 0) FROM generation g "
        "JOIN call c ON c.generation = g.id WHERE g.status IN ('queued', 'running') "
        "AND c.finished_at IS NULL AND g.quote_unit = 'usd' AND g.created_at >= ?",
        (since_us,),
    ).fetchone()[0]
    waiting = db.execute(
        f"SELECT coalesce(sum(r.quote_high), 0) {_WAITING} AND r.quote_unit = 'usd'",
        (json.dumps(list(left)),),
    ).fetchone()[0]
    return Decimal(settled + reserved + waiting) / NANO


def _open_ended(db: sqlite3.Connection, left: Collection[int]) -> int:
    found = db.execute(
        "SELECT (SELECT count(*) FROM ledger WHERE amount_nano IS NULL AND high_nano IS NULL) "
        "+ (SELECT count(*) FROM generation WHERE status IN ('queued', 'running') "
        "AND quote_high IS NULL)"
    ).fetchone()
    waiting = db.execute(
        f"SELECT count(*) {_WAITING} AND r.quote_high IS NULL",
        (json.dumps(list(left)),),
    ).fetchone()
    return int(found[0] + waiting[0])


def _midnight_us() -> int:
    """When today began, where this machine stands."""
    today = clock.now().astimezone().date()
    # Without a zone it is this machine's, whose summer time may have begun since midnight.
    return clock.to_us(datetime.combine(today, time()).astimezone(UTC))
