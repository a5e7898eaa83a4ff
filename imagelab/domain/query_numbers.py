"""Numbers as a search writes them, read as spans whose both ends belong to them."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from imagelab.domain.query_tokens import Item
from imagelab.domain.query_tree import Span
from imagelab.errors import QueryError

MAX_INTEGER = 2**63 - 1  # SQLite's largest
_MAX_DIGITS = 50
_NUMBER = r"\$?([+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))"
_COMPARED = re.compile(rf"(<=|>=|<|>|=)?{_NUMBER}")
_RANGE = re.compile(rf"(?:{_NUMBER})?\.\.(?:{_NUMBER})?")


def whole_span(text: str, item: Item, *, scale: int = 1) -> Span | None:
    """A number, comparison or range as whole numbers of the scale; None where it is none.

    >>> whole_span(">0.05", Item(">0.05", 0), scale=100)
    Span(low=6, high=None)
    """
    ends = _RANGE.fullmatch(text)
    if ends and any(ends.groups()):
        low, high = (_exact(end, scale, item) if end else None for end in ends.groups())
        return Span(
            None if low is None else math.ceil(low), None if high is None else math.floor(high)
        )
    found = _COMPARED.fullmatch(text)
    if not found:
        return None
    value = _exact(found[2], scale, item)
    up, down = math.ceil(value), math.floor(value)
    return compared(found[1], up, down, up - 1, down + 1)


def float_span(text: str, item: Item) -> Span | None:
    """The same with decimals; the nearest float stands at the end of an open side."""
    if whole_span(text, item) is None:
        return None
    ends = _RANGE.fullmatch(text)
    if ends:
        low, high = (float(end) if end else None for end in ends.groups())
        return Span(low, high)
    found = _COMPARED.fullmatch(text)
    assert found is not None
    value = float(found[2])
    below, above = math.nextafter(value, -math.inf), math.nextafter(value, math.inf)
    return compared(found[1], value, value, below, above)


def compared(sign: str | None, low: float, high: float, below: float, above: float) -> Span:
    """What lies on one side of a value from `low` to `high`; without a sign, the value."""
    match sign:
        case "<":
            return Span(None, below)
        case "<=":
            return Span(None, high)
        case ">":
            return Span(above, None)
        case ">=":
            return Span(low, None)
        case _:
            return Span(low, high)


def _exact(digits: str, scale: int, item: Item) -> Fraction:
    value = Fraction(digits) * scale if len(digits) <= _MAX_DIGITS else None
    if value is None or abs(value) >= MAX_INTEGER:
        raise QueryError(
            f"{item.text[:_MAX_DIGITS]!r} is too large; a number here has at most 63 bits",
            item.start,
            item.length,
        )
    return value
