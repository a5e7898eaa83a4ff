"""On which days of the local calendar what was found was made, counted by stretches of numbers.

Numbers are given by arrival, so the assets of a day mostly follow each other: a stretch of
the index tells from where to where, and the hits within are counted as bits.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, datetime, time, timedelta

from imagelab import clock
from imagelab.catalog.facet_bits import CHUNK, Hits
from imagelab.catalog.slices import Reads, rows

_AT_ONCE_SECONDS = 0.04
_LATEST = "SELECT max(created_at) FROM asset WHERE created_at < ?"
_DAY = "SELECT count(*), min(id), max(id) FROM asset WHERE created_at >= ? AND created_at < ?"
_NUMBERS = "SELECT id FROM asset WHERE created_at >= ? AND created_at < ?"
_END = 2**62


def day_of(moment: int) -> str:
    """The day of a moment, as it is written."""
    return _day(moment).isoformat()


def days(reads: Reads, hits: Hits) -> Counter[str]:
    """How many hits are of each day, which is written as 2026-11-30."""
    found: Counter[str] = Counter()
    before: int | None = _END
    while before is not None:
        deadline = clock.monotonic() + _AT_ONCE_SECONDS
        with reads.reading() as db:
            while before is not None and clock.monotonic() < deadline:
                before = _count_day(db, hits, before, found)
    return +found


def _count_day(db: sqlite3.Connection, hits: Hits, before: int, found: Counter[str]) -> int | None:
    """Count the last day before a moment that has anything; where it begins, None behind the first."""
    (moment,) = rows(db, _LATEST, before)[0]
    if moment is None:
        return None
    day = _day(moment)
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    count, first, last = rows(db, _DAY, start, end)[0]
    if last - first + 1 == count:
        found[day.isoformat()] += _between(hits, first, last)
    else:  # others stand between them
        numbers = rows(db, _NUMBERS, start, end)
        found[day.isoformat()] += sum(_is_hit(hits, number) for (number,) in numbers)
    return start


def _day(moment: int) -> date:
    return clock.from_us(moment).astimezone().date()


def _midnight(day: date) -> int:
    return clock.to_us(datetime.combine(day, time()).astimezone())


def _between(hits: Hits, first: int, last: int) -> int:
    """How many hits have numbers from one to another."""
    total = 0
    for chunk in range(first // CHUNK, last // CHUNK + 1):
        bits = hits.get(chunk, 0)
        if chunk == last // CHUNK:
            bits &= (2 << last % CHUNK) - 1
        if chunk == first // CHUNK:
            bits >>= first % CHUNK
        total += bits.bit_count()
    return total


def _is_hit(hits: Hits, number: int) -> int:
    return hits.get(number // CHUNK, 0) >> number % CHUNK & 1
