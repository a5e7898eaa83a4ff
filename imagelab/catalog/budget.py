"""Limits on spending, kept in the catalog and held against every intent in its transaction.

What is open or not known counts at its upper price, so the limits hold across kernels.
Credits count in dollars, at the rate a user gave for them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import field
from decimal import Decimal

from imagelab import clock
from imagelab.domain.frozen import frozen
from imagelab.domain.money import NANO, Cost, dollars
from imagelab.errors import BudgetError

_SINCE_EVER = 0
_MOST_NAMED = 5  # generations in a refusal
# The rows of batches that will be sent; the parameter is a list of batches that will not.
_WAITING = """
    FROM batch b JOIN batch_row r ON r.batch = b.id
    WHERE b.status = 'open' AND r.state = 'waiting' AND r.same_as IS NULL
    AND b.id NOT IN (SELECT value FROM json_each(?))
"""
# The ledger, what is under way, and what waits in batches; since a moment, but for the last.
_COUNTED = f"""
    SELECT unit, provider, sum(nano) FROM (
        SELECT l.unit, g.provider, coalesce(l.amount_nano, l.high_nano, 0) AS nano
        FROM ledger l JOIN generation g ON g.id = l.generation WHERE l.at >= ?
        UNION ALL
        SELECT g.quote_unit, g.provider, (g.quote_high * c.n + g.n - 1) / g.n
        FROM generation g JOIN call c ON c.generation = g.id
        WHERE g.status IN ('queued', 'running') AND c.finished_at IS NULL AND g.created_at >= ?
        UNION ALL
        SELECT r.quote_unit, r.provider, r.quote_high {_WAITING}
    ) GROUP BY unit, provider
"""  # noqa: S608 - our own words only


@frozen
class Budget:
    """The limits in US dollars, and what counts against each; None is no limit.

    `credits` are dollars a credit, by provider.
    """

    total: Decimal | None
    per_day: Decimal | None
    spent: Decimal
    spent_today: Decimal
    open_ended: int = 0  # lines and calls whose upper price nobody knows
    credits: Mapping[str, Decimal] = field(default_factory=dict)
    unrated: tuple[str, ...] = ()  # whose credits were spent, and have no rate

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self.total is not None or self.per_day is not None

    def __str__(self) -> str:
        """As a person reads it."""
        parts = [f"{dollars(self.spent)} spent or reserved"]
        parts += [f"of {dollars(self.total)}"] if self.total is not None else ["(no limit)"]
        if self.per_day is not None:
            parts.append(f"and {dollars(self.spent_today)} of today's {dollars(self.per_day)}")
        if self.open_ended:
            parts.append(f"and {self.open_ended} that may have cost anything")
        if self.unrated:
            parts.append(f"and credits of {', '.join(self.unrated)}, which have no rate")
        return " ".join(parts)

    def __repr__(self) -> str:
        return f"Budget({self})"


def limit(db: sqlite3.Connection, name: str, amount: Decimal | None) -> None:
    """Set `"total"` or `"per_day"`; None lifts it."""
    _remember(db, f"budget_{name}", None if amount is None else str(amount))


def rate(db: sqlite3.Connection, rates: Mapping[str, Decimal | None]) -> None:
    """Say what a credit of each provider costs in dollars; None takes its rate away."""
    known = {**_rates(db), **rates}
    kept = {name: str(rate) for name, rate in known.items() if rate is not None}
    _remember(db, "budget_credits", json.dumps(kept) if kept else None)


def limited(db: sqlite3.Connection) -> bool:
    """Whether there is any limit, without adding anything up."""
    return (_limit(db, "total"), _limit(db, "per_day")) != (None, None)


def read(db: sqlite3.Connection, left: Collection[int] = ()) -> Budget:
    """The limits and what counts against them.

    `left` are the numbers of batches whose process is gone: their rows reserve nothing.
    """
    rates = _rates(db)
    ever = _counted(db, _SINCE_EVER, left)
    return Budget(
        _limit(db, "total"),
        _limit(db, "per_day"),
        _in_dollars(ever, rates),
        _in_dollars(_counted(db, clock.midnight_us(), left), rates),
        _open_ended(db, left),
        rates,
        tuple(sorted({provider for unit, provider in ever if unit == "credits"} - rates.keys())),
    )


def check(
    db: sqlite3.Connection, high: Cost | None, offer: str, left: Collection[int] = ()
) -> None:
    """BudgetError where an intent with this upper price would pass a limit; `left` as in `read`."""
    if not limited(db):
        return
    held = read(db, left)
    if held.open_ended:
        raise BudgetError(
            f"{held.open_ended} earlier lines may have cost anything{_named(db)}, and a budget is "
            "set; nothing was sent. lab.generation(…).settle(charged=…) says what one of them "
            "cost, and lab.budget(total=il.NO_LIMIT, per_day=il.NO_LIMIT) lifts the budget"
        )
    provider = offer.partition("/")[0]
    for unrated in held.unrated:
        raise BudgetError(f"credits of {unrated} were spent, and {_no_rate(unrated)}")
    if high is None:
        raise BudgetError(
            f"{offer} has no upper price in dollars, and a budget is set; nothing was sent. "
            "lab.models(refresh=True) reads what providers tell of their prices, and "
            "lab.budget(total=il.NO_LIMIT, per_day=il.NO_LIMIT) lifts the budget"
        )
    if high.unit == "credits" and provider not in held.credits:
        raise BudgetError(f"{offer} is paid in credits, and {_no_rate(provider)}")
    asked = high.amount * (held.credits[provider] if high.unit == "credits" else 1)
    _hold(asked, held.total, held.spent, "the budget's")
    _hold(asked, held.per_day, held.spent_today, "today's")


def _hold(amount: Decimal, most: Decimal | None, spent: Decimal, whose: str) -> None:
    if most is not None and spent + amount > most:
        left = max(most - spent, Decimal(0))
        raise BudgetError(
            f"this would cost up to {dollars(amount)}, and {dollars(left)} of {whose} "
            f"{dollars(most)} is left; nothing was sent",
            asked=amount,
            left=left,
            limit=most,
        )


def _no_rate(provider: str) -> str:
    return (
        f"a budget is set in dollars; nothing was sent. lab.budget(credits={{{provider!r}: 0.01}}) "
        "says what a credit costs"
    )


def _limit(db: sqlite3.Connection, name: str) -> Decimal | None:
    kept = _remembered(db, f"budget_{name}")
    return None if kept is None else Decimal(kept)


def _rates(db: sqlite3.Connection) -> dict[str, Decimal]:
    kept = _remembered(db, "budget_credits")
    return {name: Decimal(rate) for name, rate in json.loads(kept or "{}").items()}


def _remember(db: sqlite3.Connection, name: str, value: str | None) -> None:
    db.execute("DELETE FROM about WHERE name = ?", (name,))
    if value is not None:
        db.execute("INSERT INTO about VALUES (?, ?)", (name, value))


def _remembered(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def _counted(
    db: sqlite3.Connection, since_us: int, left: Collection[int]
) -> dict[tuple[str, str], int]:
    """Nano-units in the ledger since a moment and the upper price of what is open now.

    By unit and provider, so that credits can be put into dollars. The rows of a batch that
    wait for their turn count at any time: they will be paid from now on.
    """
    found = db.execute(_COUNTED, (since_us, since_us, json.dumps(list(left)))).fetchall()
    return {(unit, provider): nano or 0 for unit, provider, nano in found}


def _in_dollars(counted: Mapping[tuple[str, str], int], rates: Mapping[str, Decimal]) -> Decimal:
    worth = (
        Decimal(nano) * (1 if unit == "usd" else rates.get(provider, Decimal(0)))
        for (unit, provider), nano in counted.items()
    )
    return sum(worth, Decimal(0)) / NANO


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


def _named(db: sqlite3.Connection) -> str:
    """The newest generations that may have cost anything, in brackets."""
    found = db.execute(
        "SELECT generation FROM ledger WHERE amount_nano IS NULL AND high_nano IS NULL "
        "UNION SELECT id FROM generation WHERE status IN ('queued', 'running') "
        "AND quote_high IS NULL ORDER BY 1 DESC LIMIT ?",
        (_MOST_NAMED + 1,),
    ).fetchall()
    names = [f"g{number}" for (number,) in found[:_MOST_NAMED]]
    names += ["earlier ones"] if len(found) > _MOST_NAMED else []
    return f" ({', '.join(names)})" if names else ""
