"""Pressing: a second press that only echoes the first is no press."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from imagelab import clock

ECHO_SECONDS = 0.7  # longer than a double click, shorter than a second thought

T = TypeVar("T")


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
