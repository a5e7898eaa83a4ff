"""What images cost, in ranges of dollars: the steps of a histogram, each a term of a search.

Both ends of a range belong to it, as a search has it, so that a price on an end is counted in
two: each count is what a search for its range finds.
"""

from __future__ import annotations

from itertools import pairwise

from imagelab.domain.money import NANO

# Dollars, three steps to a power of ten, as images cost from half a cent to a dollar.
EDGES = ("0", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2")
_NANO = tuple(round(float(edge) * NANO) for edge in EDGES)
RANGES = (*(f"{low}..{high}" for low, high in pairwise(EDGES)), f"{EDGES[-1]}..")
_ENDS = (*pairwise(_NANO), (_NANO[-1], None))


def ranges_of(nano: int | None, unit: str | None) -> list[str]:
    """The ranges a price lies in; none where it is unknown, or in credits, which are no dollars.

    >>> ranges_of(7_000_000, "usd"), ranges_of(20_000_000, "usd")
    (['0.005..0.01'], ['0.01..0.02', '0.02..0.05'])
    """
    if nano is None or unit != "usd":
        return []
    return [
        said
        for said, (low, high) in zip(RANGES, _ENDS, strict=True)
        if low <= nano and (high is None or nano <= high)
    ]


def label(said: str) -> str:
    """A range as a person reads it.

    >>> label("0.01..0.02"), label("2..")
    ('$0.01–0.02', '$2 and more')
    """
    low, _, high = said.partition("..")
    return f"${low}–{high}" if high else f"${low} and more"
