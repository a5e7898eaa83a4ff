"""Money as it is known: an exact amount, its unit, and how the amount came to be known.

Amounts are exact decimals; rows keep them as integer nano-units (10⁻⁹ of a dollar or of
a credit). Unknown is `None`, never zero, and units never add.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, get_args

from imagelab.domain.frozen import frozen
from imagelab.errors import RequestError, listed

Unit = Literal["usd", "credits"]
Source = Literal["reported", "computed", "estimated"]

NANO = 10**9
_STRENGTH: tuple[Source, ...] = get_args(Source)  # strongest first


@frozen
class Cost:
    """An amount in one unit, with how it is known.

    `reported`: the vendor said it for this call; `computed`: the vendor said what was used
    and we multiplied by its price list; `estimated`: from a price list alone.

    >>> Cost(Decimal("0.133")) + Cost(Decimal("0.034"), source="computed")
    Cost(amount=Decimal('0.167'), unit='usd', source='computed')
    """

    amount: Decimal
    unit: Unit = "usd"
    source: Source = "reported"

    def __post_init__(self) -> None:
        amount: object = self.amount  # of whatever the user wrote
        if not isinstance(amount, Decimal) or not amount.is_finite():
            raise RequestError(
                f"amount={amount!r} is not an exact amount; give a Decimal made of text, "
                "such as il.Cost(Decimal('0.04'))"
            )
        _check("unit", self.unit, get_args(Unit))
        _check("source", self.source, _STRENGTH)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """As a cell shows it, with how it is known."""
        said = f"{self} ({self.source})"
        return {"text/plain": said, "text/html": said}

    @property
    def nano(self) -> int:
        """The amount in whole nano-units, rounded half to even."""
        return int((self.amount * NANO).to_integral_value())

    @classmethod
    def from_nano(cls, nano: int, unit: Unit = "usd", source: Source = "reported") -> Cost:
        """The reverse of `nano`; trailing zeros are dropped.

        >>> Cost.from_nano(133_920_000).amount
        Decimal('0.13392')
        """
        return cls(plain(Decimal(nano).scaleb(-9)), unit, source)

    def __add__(self, other: Cost) -> Cost:
        """The sum, known only as well as the weaker of the two; TypeError across units."""
        if self.unit != other.unit:
            raise TypeError(f"cannot add {other.unit} to {self.unit}")
        return Cost(self.amount + other.amount, self.unit, weakest([self.source, other.source]))

    def __str__(self) -> str:
        """As a person writes it.

        >>> str(Cost(Decimal("0.034"))), str(Cost(Decimal(24), "credits"))
        ('$0.034', '24 credits')
        """
        if self.unit == "credits":
            return f"{plain(self.amount):,f} {'credit' if self.amount == 1 else 'credits'}"
        return dollars(self.amount)


@frozen
class Spend:
    """Several costs at once: one sum a unit, and how many are not known.

    >>> str(Spend.of([Cost(Decimal("0.5")), Cost(Decimal(4), "credits"), None]))
    '$0.50 + 4 credits + 1 unknown'
    """

    usd: Decimal = Decimal(0)
    credits: Decimal = Decimal(0)
    unknown: int = 0

    @classmethod
    def of(cls, costs: Iterable[Cost | None]) -> Spend:
        """Add up costs, each unit in its own column.

        >>> Spend.of([Cost(Decimal("0.5")), Cost(Decimal(4), "credits"), None])
        Spend(usd=Decimal('0.5'), credits=Decimal('4'), unknown=1)
        """
        known = list(costs)
        return cls(
            sum((c.amount for c in known if c and c.unit == "usd"), Decimal(0)),
            sum((c.amount for c in known if c and c.unit == "credits"), Decimal(0)),
            sum(c is None for c in known),
        )

    def __add__(self, other: Spend) -> Spend:
        """Both, column by column."""
        return Spend(
            self.usd + other.usd, self.credits + other.credits, self.unknown + other.unknown
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """As a cell shows it."""
        return {"text/plain": str(self), "text/html": str(self)}

    def __str__(self) -> str:
        """As a person writes it: what is nothing is left out."""
        parts = [dollars(self.usd)] if self.usd or not (self.credits or self.unknown) else []
        parts += [str(Cost(self.credits, "credits"))] if self.credits else []
        parts += [f"{self.unknown} unknown"] if self.unknown else []
        return " + ".join(parts)


def _check(name: str, word: object, known: tuple[str, ...]) -> None:
    if word not in known:
        raise RequestError(f"{name}={word!r} is not one of {listed(known)}")


def split(nano: int, parts: int) -> tuple[int, ...]:
    """Divide an amount over equal parts to the last nano-unit, the remainder to the first.

    >>> split(10, 3)
    (4, 3, 3)
    """
    share, rest = divmod(nano, parts)
    return (share + rest, *[share] * (parts - 1))


def weakest(sources: Iterable[Source]) -> Source:
    """The least certain of several ways of knowing.

    >>> weakest(["reported", "estimated", "computed"])
    'estimated'
    """
    return max(sources, key=_STRENGTH.index)


def total(costs: Iterable[Cost | None]) -> Cost | None:
    """The sum of a generation's calls: None if any is unknown or none is there."""
    known = list(costs)
    first, *others = known or [None]
    for cost in others:
        if first is None or cost is None:
            return None
        first = first + cost
    return first


def dollars(amount: Decimal) -> str:
    """Dollars with at least two places and no more than the amount has.

    >>> dollars(Decimal("0.1")), dollars(Decimal("0.00597")), dollars(Decimal("1234.5"))
    ('$0.10', '$0.00597', '$1,234.50')
    """
    exact = plain(amount)
    places = max(2, -int(exact.as_tuple().exponent))
    return f"${exact:,.{places}f}"


def plain(amount: Decimal) -> Decimal:
    """The same number without trailing zeros or an exponent."""
    whole = amount.to_integral_value()
    return whole.quantize(Decimal(1)) if amount == whole else amount.normalize()
