"""How many of what a search found have each value of a field, counted from bits."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import islice

from imagelab.catalog.facet_bits import CHUNK, Hits, chunked, unpacked
from imagelab.catalog.facet_costs import RANGES, label as range_label
from imagelab.catalog.facet_days import days
from imagelab.catalog.facet_rows import counted_rows
from imagelab.catalog.folding import folded_value
from imagelab.catalog.slices import Reads, by_range, rows
from imagelab.domain.frozen import frozen
from imagelab.domain.query_chips import is_fit, term_of

FIELDS = (
    "provider",
    "model",
    "quality",
    "size",
    "format",
    "status",
    "rating",
    "cost",
    "tag",
    "month",
    "day",
    "is",
)
MOST_VALUES = 12
# Up to so many hits their rows are read, also where they are few in each chunk of bits; else
# bits are counted.
MOST_LOOKED_UP, MOST_IN_CHUNK = 3_000, 60
_CHUNKS_AT_ONCE = 32
_MARKS = "SELECT chunk, field, value, bits FROM facet WHERE chunk BETWEEN ? AND ?"
# Nearly all assets are of generations that succeeded: the others are counted one by one.
_OTHERWISE = """
    SELECT a.id, g.status FROM generation g CROSS JOIN asset a ON a.generation = g.id
    WHERE g.status IN ('partial', 'failed', 'cancelled', 'unknown', 'running', 'queued')
    AND g.id BETWEEN ? AND ?
"""
_LAST = "SELECT coalesce(max(id), 0) FROM generation"


@frozen
class Value:
    """A value with its count; `term` is how a search says it."""

    value: str
    label: str
    count: int
    term: str


@frozen
class Facet:
    """A field with its values, and how many more there are."""

    field: str
    values: tuple[Value, ...]
    more: int


def facets(reads: Reads, ids: array[int], fields: Collection[str] = FIELDS) -> list[Facet]:
    """The facets of what was found, in their order; those without a value are left out.

    Each read is a slice. What is written meanwhile may be counted or not.
    """
    hits = chunked(ids)
    few = len(ids) <= max(MOST_LOOKED_UP, MOST_IN_CHUNK * len(hits))
    counts = counted_rows(reads, ids) if few else _counted(reads, hits, fields)
    if "rating" in fields and len(ids) > counts["rating"].total():
        counts["rating"]["0"] = len(ids) - counts["rating"].total()
    if "status" in fields and not few:
        counts["status"] = _statuses(reads, hits, counts["generation"].total())
    if {"day", "month"} & set(fields):
        counts["day"] = counts["day"] if few else days(reads, hits)
        for day, count in counts["day"].items():
            counts["month"][day[:7]] += count
    found = [_facet(field, counts[field]) for field in FIELDS if field in fields]
    return [facet for facet in found if facet.values]


def _counted(reads: Reads, hits: Hits, fields: Collection[str]) -> defaultdict[str, Counter[str]]:
    """How many hits have each value, by field; a search knows no case, and neither does this."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for chunk, field, value, bits in _marked(reads, hits):
        if field in fields or field == "generation":
            count = (unpacked(bits) & hits[chunk]).bit_count()
            if count:
                found[field][value] += count
    return defaultdict(
        Counter,
        {
            name: _merged(counts, partial(_with_any, reads, hits, name))
            for name, counts in found.items()
        },
    )


def _marked(reads: Reads, hits: Hits) -> Iterator[tuple[int, str, str, bytes]]:
    chunks = sorted(hits)
    for start in range(0, len(chunks), _CHUNKS_AT_ONCE):
        part = chunks[start : start + _CHUNKS_AT_ONCE]
        with reads.reading() as db:
            found = rows(db, _MARKS, part[0], part[-1])
        yield from (row for row in found if row[0] in hits)


def _merged(counts: Counter[str], with_any: Callable[[Collection[str]], int]) -> Counter[str]:
    """Values that differ only in case are one, by the name it mostly goes by."""
    spelled: defaultdict[str, list[str]] = defaultdict(list)
    for value, _ in counts.most_common():
        spelled[folded_value(value)].append(value)
    merged = Counter({values[0]: counts[values[0]] for values in spelled.values()})
    for values in spelled.values():
        if len(values) > 1:  # an asset may have several of them, and counts once
            merged[values[0]] = with_any(values)
    return merged


def _with_any(reads: Reads, hits: Hits, field: str, values: Collection[str]) -> int:
    met: defaultdict[int, int] = defaultdict(int)
    for chunk, name, value, bits in _marked(reads, hits):
        if name == field and value in values:
            met[chunk] |= unpacked(bits) & hits[chunk]
    return sum(bits.bit_count() for bits in met.values())


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


def _facet(field: str, counts: Counter[str]) -> Facet:
    """Its first values, and how many more there are; of hundreds of days only a dozen are told."""
    names = iter(sorted(counts, key=partial(_rank, field, counts)))
    said = (value for name in names if (value := _value(field, name, counts[name])))
    told = tuple(islice(said, MOST_VALUES))
    return Facet(field, told, sum(map(is_fit, names)))


def _value(field: str, name: str, count: int) -> Value | None:
    """None where no search can say it."""
    term = term_of("date" if field in ("month", "day") else field, name)
    return Value(name, _label(field, name), count, term) if term else None


def _rank(field: str, counts: Counter[str], value: str) -> tuple[float, str]:
    """The most first; stars by their number, days from the newest."""
    match field:
        case "rating":
            return -float(value), value
        case "cost":
            return RANGES.index(value) if value in RANGES else len(RANGES), value
        case "month" | "day":
            return -float(value.replace("-", "")), value
        case _:
            return -counts[value], value


def _label(field: str, value: str) -> str:
    if field == "cost":
        return range_label(value)
    if field != "rating":
        return value
    return "unrated" if value == "0" else "★" * min(int(value), 5)
