"""What was spent, added up by something: known, unknown and at most, units apart."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Any

from imagelab.catalog.slices import Reads, by_range
from imagelab.domain.money import NANO
from imagelab.errors import RequestError

_OF_LINE = "SELECT l.id AS line, {} AS value FROM line l JOIN generation g ON g.id = l.generation"
# An image counts under each of its tags; what gave none under those it was asked with.
_TAGS = """
    SELECT l.id AS line, t.name AS value FROM line l JOIN tag t ON t.asset = l.asset
    UNION ALL
    SELECT l.id, t.value FROM line l JOIN generation g ON g.id = l.generation, json_each(g.tags) t
    WHERE l.asset IS NULL
    UNION ALL
    SELECT l.id, '' FROM line l JOIN generation g ON g.id = l.generation
    WHERE CASE WHEN l.asset IS NULL THEN g.tags = '[]'
          ELSE NOT EXISTS (SELECT 1 FROM tag WHERE asset = l.asset) END
"""
# Up from input to input, the first of several, to an image that was made from none.
_PARENT = """
    (SELECT i.asset FROM input i WHERE i.generation = up.generation AND i.role = 'input'
     AND i.asset IS NOT NULL ORDER BY i.position LIMIT 1)
"""
_ROOTS = f"""
    SELECT line, coalesce('#' || asset, '') AS value FROM (
        WITH RECURSIVE up (line, generation, asset) AS (
            SELECT id, generation, asset FROM line
            UNION ALL
            SELECT up.line, a.generation, a.id FROM up JOIN asset a ON a.id = {_PARENT}
        )
        SELECT line, asset FROM up WHERE {_PARENT} IS NULL
    )
"""  # noqa: S608 - our own words only
# What one can add up by: the value of each ledger line, more than one for tags.
_BY = {
    "provider": _OF_LINE.format("g.provider"),
    "model": _OF_LINE.format("g.provider || '/' || g.model"),
    "quality": _OF_LINE.format("coalesce(g.quality, 'auto')"),
    "day": _OF_LINE.format("date(l.at / 1e6, 'unixepoch', 'localtime')"),
    "tag": _TAGS,
    "root": _ROOTS,
    "notebook": _OF_LINE.format("coalesce(g.notebook, '')"),
    "generation": _OF_LINE.format("l.generation"),
}
COLUMNS = (
    "images",
    "usd",
    "unknown",
    "unknown_at_most",
    "quoted",
    "reported",
    "computed",
    "estimated",
    "quoted_credits",
    "credits",
    "unknown_credits_at_most",
    "billed_no_image",
    "possibly_billed_no_image",
)
_MONEY = ("quoted", "usd", "reported", "computed", "estimated", "quoted_credits", "credits")
_IN_NANO = (*_MONEY, "unknown_at_most", "unknown_credits_at_most")


def spending(reads: Reads, by: str) -> list[tuple[Any, ...]]:
    """A row for each value of `by`: the value, then `COLUMNS`; dollars but for credits.

    `usd` is the sum of reported, computed and estimated, beside what was `quoted` as likely
    for the same lines. `unknown` counts lines whose amount is not known, `unknown_at_most` is
    the most they may have cost. An image with two tags counts under both.
    """
    if by not in list(_BY):  # a list, for what is given may be anything
        raise RequestError(f"spend(by={by!r}) is not one of {', '.join(_BY)}")
    sums: dict[Any, list[int]] = {}
    with reads.reading() as db:
        last = db.execute("SELECT coalesce(max(id), 0) FROM ledger").fetchone()[0]
    for rows in by_range(reads, 1, last, lambda db, first, end: _slice(db, by, first, end)):
        for value, *numbers in rows:
            known = sums.setdefault(value, [0] * len(COLUMNS))
            sums[value] = [a + b for a, b in zip(known, numbers, strict=True)]
    return [(value, *_exact(sums[value])) for value in sorted(sums)]


def _slice(db: sqlite3.Connection, by: str, first: int, last: int) -> list[tuple[Any, ...]]:
    """The sums over the ledger lines of one stretch."""
    found = db.execute(
        f"""
        WITH line AS (SELECT * FROM ledger WHERE id BETWEEN ? AND ?), named AS ({_BY[by]})
        SELECT named.value,
               count(l.asset),
               {_known("usd")},
               sum(l.amount_nano IS NULL),
               {_at_most("usd")},
               {_quoted("usd")},
               {_known("usd", "reported")},
               {_known("usd", "computed")},
               {_known("usd", "estimated")},
               {_quoted("credits")},
               {_known("credits")},
               {_at_most("credits")},
               sum(l.asset IS NULL AND l.amount_nano IS NOT NULL),
               sum(l.asset IS NULL AND l.amount_nano IS NULL)
        FROM named JOIN line l ON l.id = named.line JOIN generation g ON g.id = l.generation
        GROUP BY named.value
        """,  # noqa: S608 - our own expressions only
        (first, last),
    ).fetchall()
    return [tuple(row) for row in found]


def _quoted(unit: str) -> str:
    """A generation's likely price falls to its lines in equal parts, the remainder to the first."""
    lines = "(SELECT count(*) FROM ledger WHERE generation = l.generation)"
    first = "(SELECT min(id) FROM ledger WHERE generation = l.generation)"
    return f"""
        sum(CASE WHEN g.quote_unit = '{unit}' THEN coalesce(g.quote_likely, 0) / {lines}
            + CASE WHEN l.id = {first} THEN coalesce(g.quote_likely, 0) % {lines} ELSE 0 END
        ELSE 0 END)
    """


def _known(unit: str, source: str | None = None) -> str:
    told = f" AND l.source = '{source}'" if source else ""
    return f"sum(CASE WHEN l.unit = '{unit}'{told} THEN coalesce(l.amount_nano, 0) ELSE 0 END)"


def _at_most(unit: str) -> str:
    return (
        f"sum(CASE WHEN l.amount_nano IS NULL AND l.unit = '{unit}' "
        "THEN coalesce(l.high_nano, 0) ELSE 0 END)"
    )


def _exact(numbers: list[int]) -> list[Any]:
    return [
        Decimal(number) / NANO if name in _IN_NANO else number
        for name, number in zip(COLUMNS, numbers, strict=True)
    ]
