"""Money in words: what is said of a price before anything is sent, meanwhile and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from imagelab.domain.money import Cost, Spend, dollars
from imagelab.domain.records import FINAL, GenerationRow


def price(row: GenerationRow) -> str:
    """What a request costs: quoted while it runs, afterwards as it is known."""
    if row.status not in FINAL:
        return f"≈ {about(row.quote_likely)}" if row.quote_likely else "price unknown"
    if row.status == "unknown" and row.quote_high:
        return f"cost unknown, at most {about(row.quote_high)}"
    if row.cost and not row.cost.amount and not row.arrived:
        return "nothing billed"
    return money(row.cost)


def money(cost: Cost | None) -> str:
    """A cost with how it is known, or that it is not."""
    return f"{cost} {cost.source}" if cost else "cost unknown"


def to_the_cent(spend: Spend) -> Spend:
    """A sum as a heading says it: whole cents from a dollar on."""
    return replace(spend, usd=round(spend.usd, 2)) if spend.usd >= 1 else spend


def about(cost: Cost) -> str:
    """A cost that is only nearly known, to three digits.

    >>> about(Cost(Decimal("0.794649"))), about(Cost(Decimal("0.00474"))), about(Cost(Decimal(12)))
    ('$0.795', '$0.00474', '$12.00')
    """
    if cost.unit == "credits":
        return str(cost)
    return dollars(Decimal(f"{cost.amount:.3g}"))


def price_range(low: Cost | None, likely: Cost | None, high: Cost | None) -> str:
    """A quoted price as an interval; without a likely price it is unknown.

    >>> price_range(Cost(Decimal("0.13")), Cost(Decimal("0.13")), Cost(Decimal("0.134")))
    '≈ $0.13 ($0.13–$0.134)'
    """
    if likely is None or low is None:
        return "price unknown"
    return str(likely) if low == high else f"≈ {likely} ({between(low, high)})"


def about_range(low: Cost | None, likely: Cost | None, high: Cost | None) -> str:
    """The same interval to three digits each.

    >>> about_range(Cost(Decimal("4.20123")), Cost(Decimal("4.5")), None)
    '≈ $4.50 ($4.20–no upper limit)'
    """
    if likely is None or low is None:
        return "price unknown"
    if high and about(low) == about(high):
        return f"≈ {about(likely)}"
    return f"≈ {about(likely)} ({between(low, high, about)})"


def between(low: Cost, high: Cost | None, spelled: Callable[[Cost], str] = str) -> str:
    """Both ends of a price; the word for credits stands once.

    >>> between(Cost(Decimal(4), "credits"), Cost(Decimal(24), "credits"))
    '4–24 credits'
    """
    if high is None:
        return f"{spelled(low)}–no upper limit"
    first = spelled(low).partition(" ")[0] if low.unit == "credits" else spelled(low)
    return f"{first}–{spelled(high)}"
