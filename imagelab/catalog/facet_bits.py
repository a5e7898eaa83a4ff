"""Which assets have which value of a field, as bits: what facets are counted from.

A row has the bits of one value among 4,096 assets whose numbers follow each other, so that a
new asset touches one page, and a million assets with a hundred values are some megabytes.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from imagelab.catalog.facet_costs import ranges_of

CHUNK = 4096  # assets in a row
FLAGS = ("edit", "transparent", "flagged", "rejected", "trashed")
_COLUMNS = ("provider", "model", "quality", "format")
_GET = "SELECT bits FROM facet WHERE chunk = ? AND field = ? AND value = ?"
_PUT = "INSERT OR REPLACE INTO facet (chunk, field, value, bits) VALUES (?, ?, ?, ?)"
_DROP = "DELETE FROM facet WHERE chunk = ? AND field = ? AND value = ?"

Hits: TypeAlias = Mapping[int, int]  # the bits of what was found, by chunk
Mark: TypeAlias = tuple[str, str]  # a field and a value


def marks_of(row: Mapping[str, Any] | sqlite3.Row, tags: Iterable[str]) -> frozenset[Mark]:
    """The fields and values of an asset's row, with its tags."""
    marks = {(name, str(row[name])) for name in _COLUMNS if row[name] is not None}
    marks |= {("is", name) for name in FLAGS if row[name]}
    marks |= {("tag", name) for name in tags}
    marks |= {("size", f"{row['width']}x{row['height']}")}
    marks |= {("rating", str(row["rating"]))} if row["rating"] else set()
    marks |= cost_marks(row["cost_nano"], row["cost_unit"])
    marks |= {("is", "damaged")} if row["damaged"] else set()
    marks |= {("is", "imported")} if row["kind"] == "imported" else set()
    marks |= {("is", "root")} if not row["edit"] else set()
    marks |= {("generation", "")} if row["generation"] is not None else set()
    return frozenset(marks)


def cost_marks(nano: int | None, unit: str | None) -> frozenset[Mark]:
    """Those of what an image cost."""
    return frozenset(("cost", said) for said in ranges_of(nano, unit))


def change(
    db: sqlite3.Connection, asset: int, old: Collection[Mark], new: Collection[Mark]
) -> None:
    """Have an asset stand where it stands now, and not where it stood."""
    chunk, bit = asset // CHUNK, 1 << asset % CHUNK
    for mark in old:
        if mark not in new:
            _store(db, chunk, mark, _bits(db, chunk, mark) & ~bit)
    for mark in new:
        if mark not in old:
            _store(db, chunk, mark, _bits(db, chunk, mark) | bit)


def add_many(db: sqlite3.Connection, assets: Iterable[tuple[int, Iterable[Mark]]]) -> None:
    """Let many new assets stand where they stand, each row of bits written once."""
    found: defaultdict[tuple[int, Mark], int] = defaultdict(int)
    for asset, marks in assets:
        for mark in marks:
            found[asset // CHUNK, mark] |= 1 << asset % CHUNK
    for (chunk, mark), bits in found.items():
        _store(db, chunk, mark, _bits(db, chunk, mark) | bits)


def packed(bits: int) -> bytes:
    r"""A chunk's bits as they are kept: how many zero bytes come first, in two bytes, and the rest.

    >>> packed(1 << 20), unpacked(packed(1 << 20)) == 1 << 20
    (b'\x02\x00\x10', True)
    """
    zeros = ((bits & -bits).bit_length() - 1) // 8
    rest = bits >> 8 * zeros
    return zeros.to_bytes(2, "little") + rest.to_bytes((rest.bit_length() + 7) // 8, "little")


def unpacked(kept: bytes) -> int:
    """The bits of a chunk; those of a foreign catalog that go beyond it are dropped."""
    zeros = min(int.from_bytes(kept[:2], "little"), CHUNK)
    return int.from_bytes(kept[2 : 2 + CHUNK // 8], "little") << 8 * zeros


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


def _bits(db: sqlite3.Connection, chunk: int, mark: Mark) -> int:
    found = db.execute(_GET, (chunk, *mark)).fetchone()
    return unpacked(found[0]) if found else 0


def _store(db: sqlite3.Connection, chunk: int, mark: Mark, bits: int) -> None:
    if bits:
        db.execute(_PUT, (chunk, *mark, packed(bits)))
    else:
        db.execute(_DROP, (chunk, *mark))
