"""Long reads in short slices, so that whoever wants to write hardly waits."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from math import inf
from typing import Any, Protocol, TypeVar

from imagelab import clock

_NARROWEST, _FIRST = 500, 2_000  # numbers in a slice
_LONGEST_SECONDS = 0.06
_STEPS_BETWEEN_LOOKS = 5_000

Found = TypeVar("Found")


class Reads(Protocol):
    """A catalog to read from, whoever opened it."""

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """One consistent state; fetch everything before the block ends."""
        ...


def by_range(
    reads: Reads, first: int, last: int, read: Callable[[sqlite3.Connection, int, int], Found]
) -> Iterator[Found]:
    """What `read` finds between two numbers, a slice at a time, the smallest first.

    A slice that was quick is followed by one twice as wide; one that takes too long is
    broken off and read again in parts. Where even the narrowest takes long, the time goes
    into something that every read does once, and they are given more.
    """
    width, longest = _FIRST, _LONGEST_SECONDS
    while first <= last:
        end = min(last, first + width - 1)
        began = clock.monotonic()
        seconds = longest if width > _NARROWEST else inf
        found = in_time(reads, seconds, _between(read, first, end))
        took = clock.monotonic() - began
        if found is None:
            width = max(_NARROWEST, width // 4)
            continue
        yield found
        first = end + 1
        longest = max(longest, 4 * took) if width <= _NARROWEST else longest
        width = width * 2 if took < longest / 3 else width


def in_time(
    reads: Reads, seconds: float, read: Callable[[sqlite3.Connection], Found]
) -> Found | None:
    """What `read` finds in one read; None if it took too long and was broken off."""
    with reads.reading() as db:
        deadline = clock.monotonic() + seconds
        db.set_progress_handler(lambda: clock.monotonic() > deadline, _STEPS_BETWEEN_LOOKS)
        try:
            return read(db)
        except sqlite3.OperationalError as error:
            # Closing the catalog interrupts too; an error of the module's own has no code.
            stopped = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
            if not stopped or clock.monotonic() < deadline:
                raise
            return None
        finally:
            db.set_progress_handler(None, 0)


def rows(db: sqlite3.Connection, sql: str, *values: object) -> list[Any]:
    """A statement's rows as plain tuples, which are made in half the time."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values).fetchall()


def numbers_of(db: sqlite3.Connection, sql: str, *values: object) -> list[int]:
    """The numbers a statement gives as `id`, as one text: in half the time of as many rows."""
    told = f"SELECT json_group_array(id) FROM ({sql})"  # noqa: S608 - the caller's constant
    found: list[int] = json.loads(rows(db, told, *values)[0][0])
    return found


def parted(numbers: array[int], size: int) -> Iterator[array[int]]:
    """The numbers in stretches of at most so many."""
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _between(
    read: Callable[[sqlite3.Connection, int, int], Found], first: int, last: int
) -> Callable[[sqlite3.Connection], Found]:
    return lambda db: read(db, first, last)
