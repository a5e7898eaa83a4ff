"""Pressing: an echo of a press is none, and one at a price that was not seen asks again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeVar

from imagelab import clock
from imagelab.domain.quote import Quote

ECHO_SECONDS = 0.7  # longer than a double click, shorter than a second thought
_UNKNOWN = "unknown"
_MOST_NAMED = 5
_DEARER = Decimal("1.1")  # times the price that was seen: one is asked again

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Presses:
    """Lets each press do its work once.

    A press of the same is swallowed when it is handled within `ECHO_SECONDS` of the end of
    the last one: so a double click sends once, also where both clicks waited for a busy
    kernel, which then handles them one right after the other.
    """

    def __init__(self) -> None:
        self._last: object = None
        self._ended_at = float("-inf")

    def once(self, what: object, work: Callable[[], T]) -> T | None:
        """What the work gave, or None for an echo."""
        echo = what == self._last and clock.monotonic() - self._ended_at < ECHO_SECONDS
        self._last = what
        try:
            return None if echo else work()
        finally:
            self._ended_at = clock.monotonic()


def price_word(quote: Quote | None) -> str:
    """The price a page shows, in nano-units with their unit; empty where nothing would be sent."""
    if quote is None:
        return ""
    likely = quote.likely
    return f"{likely.nano} {likely.unit}" if likely else _UNKNOWN


def dearer(seen: str, now: str) -> bool:
    """Whether a press would cost more than the page showed when it was pressed.

    >>> dearer("100 usd", "110 usd"), dearer("100 usd", "111 usd"), dearer("100 usd", "9 credits")
    (False, True, True)
    """
    if not now or seen == now:
        return False
    (before, unit), (after, other) = _amount(seen), _amount(now)
    return before is None or after is None or unit != other or after > _DEARER * before


def _amount(word: str) -> tuple[int | None, str]:
    nano, _, unit = word.partition(" ")
    return (int(nano) if nano.isdecimal() else None), unit


@contextmanager
def whatever_comes(numbers: Sequence[int]) -> Iterator[None]:
    """What was sent was sent: an error after that is no refusal, and must not read like one."""
    try:
        yield
    except Exception:  # noqa: BLE001 - observers are anybody's, and the money is spent
        _log.exception("%s was sent; showing it failed", named(numbers))


def named(numbers: Sequence[int]) -> str:
    """Generations as they are called, the last of many left out."""
    return ", ".join(f"g{number}" for number in numbers[:_MOST_NAMED])
