"""How a batch looks while it is under way and after: one line, and one card."""

from __future__ import annotations

import html
from collections.abc import Sequence

from imagelab.domain.batch import Standing
from imagelab.domain.markup import PLAIN
from imagelab.domain.money import Spend
from imagelab.domain.quote import Quote
from imagelab.domain.records import AssetRow
from imagelab.domain.text import counted, one_line
from imagelab.handles.cards import contact_sheet
from imagelab.handles.pictures import Picture

_CARD = "margin:2px 0 6px;line-height:1.5;text-align:left"
_QUIET = "opacity:.72;font-size:12px;font-variant-numeric:tabular-nums"
_BAR = "width:240px;height:6px"
_BAD = (
    "border-left:3px solid var(--jp-error-color1,#d32f2f);padding:1px 0 1px 10px;margin:6px 0;"
    "max-width:46em;overflow-wrap:anywhere"
)
_MOST_ERRORS, _ERROR_CHARACTERS = 3, 300


def so_far(name: str, standing: Standing, quote: Quote, seconds: float) -> str:
    """One line while it is under way: how many, how much, how long.

    A batch of a hundred reads "b3: 41 of 100, 2 failed, $1.72 so far of ≈ $4.20, 63 s".
    """
    return f"{name}: {', '.join(_under_way(standing, quote, seconds))}"


def batch_line(name: str, standing: Standing, quote: Quote) -> str:
    """A batch in a terminal or a log."""
    facts = [f"{name} {standing.status} {standing.ended:,}/{standing.rows:,}"]
    facts += _trouble(standing)
    return f"Batch({', '.join([*facts, _money(standing, quote)])})"


def batch_progress_card(name: str, standing: Standing, quote: Quote, seconds: float) -> str:
    """One line with a bar, drawn again and again while a cell waits."""
    said = " · ".join([name, *_under_way(standing, quote, seconds)])
    return together_card(said, standing.ended, standing.rows)


def together_card(said: str, ended: int, count: int) -> str:
    """A bar for things of which so many have ended, and a line about them."""
    return (
        f'<div {PLAIN} style="{_CARD}"><progress max="{max(1, count)}" value="{ended}" '
        f'style="{_BAR}"></progress>'
        f'<div style="{_QUIET};margin-top:4px">{html.escape(said)}</div></div>'
    )


def batch_card(
    name: str,
    standing: Standing,
    quote: Quote,
    assets: Sequence[tuple[AssetRow, Picture | None]],
    errors: Sequence[tuple[object, str]],
) -> str:
    """How far it is, the first of its images, why rows failed, and what to do next."""
    head = " · ".join(
        [
            f"{name} {standing.status}",
            f"{standing.ended:,} of {counted(standing.rows, 'row')}",
            *_trouble(standing),
            _money(standing, quote),
        ]
    )
    more = len(errors) - _MOST_ERRORS
    advice = f"{more:,} more rows have errors; " if more > 0 else ""
    advice += _advice(standing)
    return (
        f'<div {PLAIN} style="{_CARD}"><div>{html.escape(head)}</div>{contact_sheet(assets)}'
        f"{''.join(_error(row, error) for row, error in errors[:_MOST_ERRORS])}"
        f'<div style="{_QUIET};margin-top:4px">{html.escape(advice)}</div></div>'
    )


def _under_way(standing: Standing, quote: Quote, seconds: float) -> list[str]:
    return [
        f"{standing.ended:,} of {standing.rows:,}",
        *_trouble(standing),
        f"{_spent(standing.spent)} so far of {_likely(quote)}",
        f"{seconds:.0f} s",
    ]


def _trouble(standing: Standing) -> list[str]:
    return [f"{count:,} {word}" for word, count in standing.amiss.items() if count]


def _money(standing: Standing, quote: Quote) -> str:
    if standing.open:
        return f"{_spent(standing.spent)} so far of {_likely(quote)}"
    return _spent(standing.spent)


def _spent(spend: Spend) -> str:
    return str(spend)


def _likely(quote: Quote) -> str:
    return quote.about.partition(" (")[0] if not quote.parts else quote.about


def _error(row: object, error: str) -> str:
    said = html.escape(f"row {row!r}: {one_line(error, _ERROR_CHARACTERS)}")
    return f'<div style="{_BAD}">{said}</div>'


def _advice(standing: Standing) -> str:
    if standing.status == "stopped":
        return "nobody sends the rows that wait; the same call goes on with them"
    if standing.open:
        return (
            "it goes on in the background; .wait() waits for it, .cancel() drops what was not sent"
        )
    return ".to_pandas() has a row for each row, .assets all images"
