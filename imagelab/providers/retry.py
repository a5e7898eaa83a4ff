"""Patience: how often something is tried again, and how long it waits before that."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from imagelab import clock
from imagelab.providers.answers import PATIENCE_S

SHORTEST_ASKED_S = 0.5  # "at once" from a vendor that has just refused would be a hot loop
JITTER = 0.2


def _moments() -> tuple[float, float]:
    return clock.monotonic(), clock.now().timestamp()


@dataclass(slots=True)
class Patience:
    """A number of repeats within a time, the waits between them doubling; used up as it is asked.

    Time is the longer of monotonic and wall: a monotonic clock stands still while a
    laptop sleeps, and a vendor's window for repeats does not.
    """

    repeats: int
    first_s: float
    longest_s: float
    within_s: float = math.inf
    _used: int = 0
    _began: tuple[float, float] = field(default_factory=_moments)

    def wait(self, asked: float | None = None) -> float | None:
        """Seconds before the next try, at least what was `asked`; None if there is to be none."""
        if self._used >= self.repeats or (asked or 0) > PATIENCE_S:
            return None
        # Neither a negative number nor NaN is at least 0; both are as good as nothing asked.
        asks = asked is not None and asked >= 0
        wait = _later(max(asked or 0, SHORTEST_ASKED_S)) if asks else self._own()
        self._used += 1
        return wait if self._elapsed() + wait <= self.within_s else None

    def _own(self) -> float:
        return spread(min(self.first_s * 2**self._used, self.longest_s))

    def _elapsed(self) -> float:
        return max(now - then for now, then in zip(_moments(), self._began, strict=True))


def spread(seconds: float) -> float:
    """About so many seconds, so that many who wait do not all come back at once."""
    return max(seconds, 0.0) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret


def _later(seconds: float) -> float:
    return seconds * random.uniform(1, 1 + JITTER)  # noqa: S311 - no secret
