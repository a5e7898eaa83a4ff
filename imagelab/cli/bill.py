"""The table of what generations were quoted and cost, and how each cost is known."""

from __future__ import annotations

from collections.abc import Sequence

from imagelab.cli.table import table
from imagelab.domain.money import Cost, Spend, plain
from imagelab.handles.generation import Generation

_HEAD = ("provider", "model", "images", "quoted", "cost", "known", "time")
_FLUSH = (2, 3, 4, 6)


def bill(generations: Sequence[Generation]) -> str:
    """A row a generation, then all of them together; what is not known is said so."""
    quoted = _with_sum([generation.quote.likely for generation in generations])
    cost = _with_sum([generation.cost for generation in generations])
    rows = [
        _row(generation, *money)
        for generation, *money in zip(generations, quoted, cost, strict=False)
    ]
    images = str(sum(len(generation) for generation in generations))
    rows.append(("together", "", images, quoted[-1], cost[-1], "", ""))
    return table(_HEAD, rows, right=_FLUSH)


def _row(generation: Generation, quoted: str, cost: str) -> tuple[str, ...]:
    return (
        generation.provider,
        generation.model,
        str(len(generation)),
        quoted,
        cost,
        generation.cost.source if generation.cost else "",
        f"{generation.duration or 0:.1f} s",
    )


def _with_sum(costs: Sequence[Cost | None]) -> list[str]:
    """Every cost as text, and behind them their sum, which says how many are not known."""
    spend = Spend.of(costs)
    lines = aligned([*costs, Cost(spend.usd)])
    return lines if not (spend.credits or spend.unknown) else [*lines[:-1], str(spend)]


def aligned(costs: Sequence[Cost | None]) -> list[str]:
    """Costs as text, dollars with equally many places, so that they stand under each other.

    >>> from decimal import Decimal
    >>> aligned([Cost(Decimal("0.2")), Cost(Decimal("0.0074")), None])
    ['$0.2000', '$0.0074', 'unknown']
    """
    dollars = [cost.amount for cost in costs if cost and cost.unit == "usd"]
    places = max([2, *(-int(plain(amount).as_tuple().exponent) for amount in dollars)])
    return [_written(cost, places) for cost in costs]


def _written(cost: Cost | None, places: int) -> str:
    if cost is None:
        return "unknown"
    return f"${cost.amount:,.{places}f}" if cost.unit == "usd" else str(cost)
