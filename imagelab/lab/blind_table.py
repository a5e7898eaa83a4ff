"""The table a blind comparison ends in, as figures, as words and as HTML that reads without styling."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from imagelab.domain.blind_tally import Standing

COLUMNS = (
    *("axis", "value", "compared", "alone", "wins", "ties", "losses", "share", "low", "high"),
    *("cost", "wins_per_dollar", "wins_per_dollar_low", "wins_per_dollar_high"),
)
_HEADS = {
    "axis": "axis",
    "value": "value",
    "score": "won–tied–lost",
    "share": "share of wins",
    "interval": "95 % interval",
    "dollar": "wins a dollar",
}
_TD = "padding:4px 8px;text-align:left"


def figures(standing: Standing) -> tuple[Any, ...]:
    """A row in the order of `COLUMNS`."""
    low, high = standing.interval
    counts = (standing.compared, standing.alone, standing.wins, standing.ties, standing.losses)
    dollars = [standing.per_dollar(share) for share in (standing.share, low, high)]
    shares = (standing.share, low, high)
    return (standing.axis, standing.value, *counts, *shares, standing.cost, *dollars)


def words(standing: Standing) -> dict[str, Any]:
    """A row as a page shows it; `at`, `low` and `high` are shares for its bar."""
    low, high = standing.interval
    wins = [standing.per_dollar(share) for share in (standing.share, low, high)]
    known = [f"{one:.3g}" if one < 1000 else f"{one:,.0f}" for one in wins if one is not None]
    dollar = f"{known[0]} ({known[1]}–{known[2]})" if known else "cost unknown"
    return {
        "axis": standing.axis,
        "value": standing.value,
        "score": f"{standing.wins}–{standing.ties}–{standing.losses}",
        "share": f"{standing.share:.0%}",
        "interval": f"{low:.0%}–{high:.0%}",
        "dollar": dollar,
        "at": standing.share,
        "low": low,
        "high": high,
    }


def html_table(standings: Sequence[Standing]) -> str:
    """The rows as a table."""
    head = "".join(f'<th style="{_TD}">{name}</th>' for name in _HEADS.values())
    lines = "".join(_line(words(standing)) for standing in standings)
    return f'<table border="1" style="border-collapse:collapse"><tr>{head}</tr>{lines}</table>'


def _line(row: dict[str, Any]) -> str:
    cells = "".join(f'<td style="{_TD}">{html.escape(str(row[name]))}</td>' for name in _HEADS)
    return f"<tr>{cells}</tr>"
