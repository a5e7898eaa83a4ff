"""The words for limits: an amount, none at all, or the one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from imagelab.errors import RequestError


class Limit(Enum):
    """What stands where an amount could."""

    KEEP = "keep"
    NO_LIMIT = "no limit"

    def __repr__(self) -> str:
        return f"il.{self.name}"


KEEP, NO_LIMIT = Limit.KEEP, Limit.NO_LIMIT


def limit_of(name: str, amount: object) -> Decimal | None:
    """A limit as it is kept: dollars, or None for no limit.

    >>> limit_of("total", 12.5), limit_of("total", NO_LIMIT)
    (Decimal('12.5'), None)
    """
    if amount is NO_LIMIT:
        return None
    if isinstance(amount, Decimal | int | float) and not isinstance(amount, bool):
        exact = Decimal(str(amount))
        if exact.is_finite() and exact >= 0:
            return exact
    raise RequestError(
        f"{name}={amount!r} is not an amount in dollars; give one, or il.NO_LIMIT for no limit"
    )


def rates_of(credits: object) -> dict[str, Decimal | None]:  # noqa: A002 - the contract's name
    """Rates as they are kept: dollars a credit by provider, or None for no rate any more.

    >>> rates_of({"apiframe": 0.01})
    {'apiframe': Decimal('0.01')}
    """
    if not isinstance(credits, Mapping):
        raise RequestError(
            f"credits={credits!r} is not a dict of dollars a credit, such as {{'apiframe': 0.01}}"
        )
    return {str(name): limit_of(f"credits[{name!r}]", rate) for name, rate in credits.items()}
