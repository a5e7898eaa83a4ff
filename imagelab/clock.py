"""The one clock: wall time for people and rows, monotonic time for durations.

Everything that asks for the time asks here, so that a whole run can be moved to
another date: `IMAGELAB_CLOCK=2027-03-01` starts the wall clock at that moment.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

_VARIABLE = "IMAGELAB_CLOCK"
_started = time.time()


def _offset(start: str | None) -> timedelta:
    if not start:
        return timedelta()
    moment = datetime.fromisoformat(start)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware - datetime.fromtimestamp(_started, UTC)


_shift = _offset(os.environ.get(_VARIABLE))


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def now_us() -> int:
    """The present moment as whole microseconds since 1970, the form rows keep."""
    return to_us(now())


def to_us(moment: datetime) -> int:
    """An aware moment as whole microseconds since 1970.

    >>> to_us(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """The reverse of `to_us`.

    >>> from_us(1000000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + timedelta(microseconds=microseconds)


def monotonic() -> float:
    """Seconds that never run backwards, for durations and deadlines."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Let real time pass, on a thread that may."""
    time.sleep(seconds)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def midnight_us() -> int:
    """When today began, where this machine stands."""
    today = now().astimezone().date()
    # Without a zone it is this machine's, whose summer time may have begun since midnight.
    return to_us(datetime.combine(today, datetime.min.time()).astimezone(UTC))
