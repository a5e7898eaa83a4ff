"""A quote: what a call would cost, said before anything is sent."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import field

from imagelab.domain.cost_words import about_range, price_range
from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost, total

# Notebooks set what stands between two dollar signs as mathematics, prices among them.
_PLAIN = 'class="tex2jax_ignore mathjax_ignore"'


@frozen
class Quote:
    """The predicted cost of a whole call; None where there is no price to go by.

    `basis` says where the price comes from. `code(style)` writes the call as
    `"imagelab"`, `"python"` or `"curl"`. Where dollars and credits mix there is no one price:
    `parts` has a quote for each unit.

    >>> cents = Cost.from_nano(40_000_000)
    >>> Quote("openai/gpt-image-2", 1, cents, cents, cents, "a price list", str).range
    '$0.04'
    """

    offer: str
    n: int
    low: Cost | None
    likely: Cost | None
    high: Cost | None
    basis: str
    writer: Callable[[str], str] = field(repr=False, compare=False)
    parts: tuple[Quote, ...] = ()

    def code(self, style: str = "imagelab") -> str:
        """The same call as code; keys appear as the names of their variables."""
        return self.writer(style)

    def __str__(self) -> str:
        """One line for a person."""
        images = "1 image" if self.n == 1 else f"{self.n} images"
        return f"{images} at {self.offer}: {self.range} ({self.basis})"

    @property
    def range(self) -> str:
        """The price as an interval: `≈ $0.13 ($0.13–$0.134)`."""
        if self.parts:
            return " + ".join(part.range for part in self.parts)
        return price_range(self.low, self.likely, self.high)

    @property
    def about(self) -> str:
        """The same to three digits, for a line that is read in passing."""
        if self.parts:
            return " + ".join(part.about for part in self.parts)
        return about_range(self.low, self.likely, self.high)

    def __repr__(self) -> str:
        return f"Quote({self})"

    def _repr_html_(self) -> str:
        """The price first, then what it is for; it reads the same without its styling."""
        images = "1 image" if self.n == 1 else f"{self.n} images"
        quiet = "opacity:.72;font-size:12px"
        return (
            f'<div {_PLAIN} style="margin:2px 0 6px;line-height:1.5"><b>{html.escape(self.range)}</b>'
            f'<div style="{quiet}">{images} · {html.escape(self.offer)} · '
            f"{html.escape(self.basis)}</div></div>"
        )


def whole(quotes: Sequence[Quote]) -> Quote:
    """The price of several calls together, each unit for itself; unknown where one of them is."""
    units = list(dict.fromkeys(quote.likely.unit if quote.likely else None for quote in quotes))
    if len(units) == 1:
        return _sum(quotes)
    groups = [[q for q in quotes if (q.likely.unit if q.likely else None) == u] for u in units]
    return _sum(quotes, tuple(_sum(group) for group in groups))


def _sum(quotes: Sequence[Quote], parts: tuple[Quote, ...] = ()) -> Quote:
    offers = list(dict.fromkeys(quote.offer for quote in quotes))
    return Quote(
        offers[0] if len(offers) == 1 else f"{len(offers)} offers",
        sum(quote.n for quote in quotes),
        None if parts else total(quote.low for quote in quotes),
        None if parts else total(quote.likely for quote in quotes),
        None if parts else total(quote.high for quote in quotes),
        "; ".join(dict.fromkeys(quote.basis for quote in quotes)),
        lambda style: "\n\n".join(quote.code(style) for quote in quotes),
        parts,
    )
