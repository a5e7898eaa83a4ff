"""What was spent, added up by something: known, unknown and at most, units apart."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Any

from imagelab.domain.money import NANO
from imagelab.errors import RequestError

# What one can add up by, each with its SQL over a ledger line and its generation.
_BY = {
    "provider": "g.provider",
    "model": "g.provider || '/' || g.model",
    "quality": "coalesce(g.quality, 'auto')",
    "day": "date(l.at / 1e6, 'unixepoch', 'localtime')",
    "notebook": "coalesce(g.notebook, '')",
    "generation": "l.generation",
}
COLUMNS = (
    "images",
    "quoted",
    "usd",
    "reported",
    "computed",
    "estimated",
    "credits",
    "unknown",
    "unknown_at_most",
    "billed_no_image",
)


def spending(db: sqlite3.Connection, by: str) -> list[tuple[Any, ...]]:
    """A row for each value of `by`: the value, then `COLUMNS`; dollars but for `credits`.

    `usd` is the sum of reported, computed and estimated; `unknown` counts lines whose
    amount is not known, `unknown_at_most` is the most they may have cost.
    """
    if by not in list(_BY):  # a list, for what is given may be anything
        raise RequestError(f"spend(by={by!r}) is not one of {', '.join(_BY)}")
    rows = db.execute(
        f"""
        SELECT {_BY[by]} AS value,
               count(l.asset) AS images,
               {_dollars("estimated_quote")} AS quoted,
               {_dollars("usd")} AS usd,
               {_known("reported")}, {_known("computed")}, {_known("estimated")},
               sum(CASE WHEN l.unit = 'credits' THEN coalesce(l.amount_nano, 0) ELSE 0 END),
               sum(l.amount_nano IS NULL),
               sum(CASE WHEN l.amount_nano IS NULL AND l.unit = 'usd'
                   THEN coalesce(l.high_nano, 0) ELSE 0 END),
               sum(l.asset IS NULL AND l.amount_nano IS NOT NULL)
        FROM ledger l JOIN generation g ON g.id = l.generation
        JOIN (SELECT generation, count(*) AS lines, min(id) AS first FROM ledger
              GROUP BY generation) s ON s.generation = l.generation
        GROUP BY value ORDER BY value
        """  # noqa: S608 - our own expressions only
    ).fetchall()
    return [_exact(row) for row in rows]


def _dollars(what: str) -> str:
    if what == "usd":
        return "sum(CASE WHEN l.unit = 'usd' THEN coalesce(l.amount_nano, 0) ELSE 0 END)"
    # A generation's likely price falls to its lines in equal parts, the remainder to the first.
    return """
        sum(CASE WHEN g.quote_unit = 'usd' THEN coalesce(g.quote_likely, 0) / s.lines
            + CASE WHEN l.id = s.first THEN coalesce(g.quote_likely, 0) % s.lines ELSE 0 END
        ELSE 0 END)
    """


def _known(source: str) -> str:
    return (
        f"sum(CASE WHEN l.unit = 'usd' AND l.source = '{source}' "
        "THEN coalesce(l.amount_nano, 0) ELSE 0 END)"
    )


def _exact(row: sqlite3.Row) -> tuple[Any, ...]:
    (
        value,
        images,
        quoted,
        usd,
        reported,
        computed,
        estimated,
        spent_credits,
        unknown,
        most,
        none,
    ) = row
    money = [Decimal(n) / NANO for n in (quoted, usd, reported, computed, estimated, spent_credits)]
    return (value, images, *money, unknown, Decimal(most) / NANO, none)
