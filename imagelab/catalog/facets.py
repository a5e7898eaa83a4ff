"""How many of what a search found have each value of a field, counted from bits."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from imagelab import clock
from imagelab.catalog.facet_bits import CHUNK, QUARTER_US, unpacked
from imagelab.catalog.folding import folded_value
from imagelab.catalog.slices import Reads, by_range, rows
from imagelab.domain.query_chips import term_of

FIELDS = (
    "provider",
    "model",
    "quality",
    "size",
    "format",
    "status",
    "rating",
    "tag",
    "month",
    "day",
    "is",
)
MOST_VALUES = 12
_CHUNKS_AT_ONCE = 32
_MARKS = "SELECT chunk, field, value, bits FROM facet WHERE chunk BETWEEN ? AND ?"
# Nearly all assets are of generations that succeeded: the others are counted one by one.
_OTHERWISE = """
    SELECT a.id, g.status FROM generation g CROSS JOIN asset a ON a.generation = g.id
    WHERE g.status IN ('partial', 'failed', 'cancelled', 'unknown', 'running', 'queued')
    AND g.id BETWEEN ? AND ?
"""
_LAST = "SELECT coalesce(max(id), 0) FROM generation"

Hits: TypeAlias = Mapping[int, int]  # the bits of what was found, by chunk


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its count; `term` is how a search says it."""

    value: str
    label: str
    count: int
    term: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its values, and how many more there are."""

    field: str
    values: tuple[Value, ...]
    more: int


def facets(reads: Reads, ids: array[int], fields: Collection[str] = FIELDS) -> list[Facet]:
    """The facets of what was found, in their order; those without a value are left out.

    Each read is a slice. What is written meanwhile may be counted or not.
    """
    counts = _counted(reads, chunked(ids), fields)
    if "rating" in fields and len(ids) > counts["rating"].total():
        counts["rating"]["0"] = len(ids) - counts["rating"].total()
    found = [_facet(field, counts[field]) for field in FIELDS if field in fields]
    return [facet for facet in found if facet.values]


def chunked(ids: Iterable[int]) -> dict[int, int]:
    """Numbers as bits by chunk."""
    numbers = ids if isinstance(ids, array) else array("q", ids)
    if not numbers:
        return {}
    first, last = min(numbers) // CHUNK, max(numbers) // CHUNK
    start = first * CHUNK
    digits = bytearray(b"0") * ((last - first + 1) * CHUNK)
    for number in numbers:
        digits[number - start] = 49  # "1"
    found: dict[int, int] = {}
    for chunk in range(first, last + 1):
        part = digits[chunk * CHUNK - start : (chunk + 1) * CHUNK - start]
        if 49 in part:
            part.reverse()  # the lowest number is the last digit
            found[chunk] = int(part, 2)
    return found


def _counted(reads: Reads, hits: Hits, fields: Collection[str]) -> defaultdict[str, Counter[str]]:
    """How many hits have each value, by field."""
    read = {*fields, "generation"}
    read |= {"quarter"} if {"month", "day"} & read else set()
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spelled: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for chunk, marks in groupby(_marked(reads, hits), key=itemgetter(0)):
        # A search knows no case: what differs in nothing else is one value.
        merged: dict[tuple[str, str], int] = defaultdict(int)
        for _, field, value, bits in marks:
            if field in read and (met := unpacked(bits) & hits[chunk]):
                name = (field, _folded(value))
                merged[name] |= met
                spelled[name][value] += met.bit_count()
        for (field, value), met in merged.items():
            found[field][value] += met.bit_count()
    for quarter, count in found["quarter"].items():
        day = _day(quarter)
        found["day"][day] += count
        found["month"][day[:7]] += count
    if "status" in fields:
        found["status"] = _statuses(reads, hits, found["generation"].total())
    for (field, folded), values in spelled.items():  # as it is mostly written
        count = found[field].pop(folded)
        found[field][values.most_common(1)[0][0]] = count
    return found


def _marked(reads: Reads, hits: Hits) -> Iterator[tuple[int, str, str, bytes]]:
    chunks = sorted(hits)
    for start in range(0, len(chunks), _CHUNKS_AT_ONCE):
        part = chunks[start : start + _CHUNKS_AT_ONCE]
        with reads.reading() as db:
            found = rows(db, _MARKS, part[0], part[-1])
        yield from (row for row in found if row[0] in hits)


def _statuses(reads: Reads, hits: Hits, made: int) -> Counter[str]:
    with reads.reading() as db:
        last = rows(db, _LAST)[0][0]
    found: Counter[str] = Counter()
    for part in by_range(reads, 1, last, _otherwise):
        found.update(
            status for number, status in part if hits.get(number // CHUNK, 0) >> number % CHUNK & 1
        )
    succeeded = made - found.total()
    return found + Counter({"succeeded": succeeded})


def _otherwise(db: sqlite3.Connection, first: int, last: int) -> list[tuple[int, str]]:
    return rows(db, _OTHERWISE, first, last)


@lru_cache(maxsize=4096)
def _folded(value: str) -> str:
    return folded_value(value)


@lru_cache(maxsize=100_000)
def _day(quarter: str) -> str:
    moment = clock.from_us(int(quarter) * QUARTER_US)
    return moment.astimezone().date().isoformat()


def _facet(field: str, counts: Counter[str]) -> Facet:
    told = [value for value in _values(field, counts) if value]
    return Facet(field, tuple(told[:MOST_VALUES]), max(0, len(told) - MOST_VALUES))


def _values(field: str, counts: Counter[str]) -> Iterator[Value | None]:
    order = partial(_rank, field, counts)
    for value in sorted(counts, key=order):
        named = "date" if field in ("month", "day") else field
        term = term_of(named, value)
        yield Value(value, _label(field, value), counts[value], term) if term else None


def _rank(field: str, counts: Counter[str], value: str) -> tuple[float, str]:
    """The most first; stars by their number, days from the newest."""
    match field:
        case "rating":
            return -float(value), value
        case "month" | "day":
            return -float(value.replace("-", "")), value
        case _:
            return -counts[value], value


def _label(field: str, value: str) -> str:
    if field != "rating":
        return value
    return "unrated" if value == "0" else "★" * min(int(value), 5)
