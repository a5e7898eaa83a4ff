"""What was found out about images in two catalogs: of each value, what was told last.

A value has the moment in which it was told, and so has its being taken away; both come along, so
that a third catalog is met by the same rule, whatever the order.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from imagelab.catalog import annotation, merge_values as values
from imagelab.catalog.annotation import KINDS, MOST, Column, ColumnKind, Value
from imagelab.catalog.curation import Writes
from imagelab.catalog.merge_curation import Conflict
from imagelab.catalog.merge_plan import scanned
from imagelab.catalog.merge_read import Source, judged
from imagelab.catalog.merge_values import NotGoodError
from imagelab.catalog.slices import rows
from imagelab.domain.dataset_columns import can_be_column
from imagelab.domain.frozen import frozen

_AT_ONCE = 1_000  # values in a transaction
_MOST_CHARACTERS = 100_000
_TYPES: Mapping[ColumnKind, tuple[type, ...]] = {
    "whole": (int,),
    "real": (int, float),
    "text": (str,),
    "flag": (int,),
    "moment": (int,),
}
_COLUMNS = "SELECT id, name, kind, at FROM annotated"
_ENDS = "SELECT min(asset), max(asset) FROM {} WHERE field = {:d}"
_TOLD = """
    SELECT a.id, a.uuid, n.value, n.at FROM annotation AS n JOIN asset AS a ON a.id = n.asset
    WHERE n.field = {:d} AND n.asset BETWEEN ? AND ?
"""
_GONE = """
    SELECT a.id, a.uuid, NULL, n.at FROM unannotated AS n JOIN asset AS a ON a.id = n.asset
    WHERE n.field = {:d} AND n.asset BETWEEN ? AND ?
"""
_OURS = """
    SELECT a.uuid, a.id, n.value, CASE WHEN n.at = 0 THEN f.at ELSE coalesce(n.at, u.at, 0) END
    FROM json_each(?) AS near JOIN asset AS a ON a.uuid = near.value JOIN annotated AS f ON f.id = ?
    LEFT JOIN annotation AS n ON n.field = f.id AND n.asset = a.id
    LEFT JOIN unannotated AS u ON u.field = f.id AND u.asset = a.id
"""


@frozen
class _Theirs:
    """A column of the other catalog: its number, name and kind there, and when it was made."""

    id: int
    name: str
    kind: ColumnKind
    at: int


@frozen
class _Told:
    """What is said there of one asset, None where it was taken away, and when."""

    uuid: str
    value: Value
    at: int


def settle(catalog: Writes, source: Source, left_out: Counter[str]) -> tuple[int, list[Conflict]]:
    """Have the later value stand; how many values changed here, and what both had told."""
    changed, conflicts = 0, list[Conflict]()
    for theirs in _columns(source, left_out):
        told = _told(source, theirs, left_out)
        first = next(told, None)
        ours = _ours(catalog, theirs, left_out) if first is not None else None
        while first is not None and ours is not None:
            part = [first, *islice(told, _AT_ONCE - 1)]
            with catalog.writing() as db:
                changed += _settle(db, ours, part, conflicts)
            first = next(told, None)
    return changed, conflicts


def _columns(source: Source, left_out: Counter[str]) -> list[_Theirs]:
    """The columns there that can be columns here, in an order that is theirs everywhere."""
    try:
        with source.reads.reading() as db:
            found = rows(db, _COLUMNS)
    except sqlite3.Error:
        left_out["column that cannot be read"] += 1
        return []
    going = [row for row in found if isinstance(row[1], str) and row[1].startswith("-")]
    good = judged(_column, [row for row in found if row not in going], "column", left_out)
    return sorted(good, key=lambda one: one.name)


def _column(row: Sequence[Any]) -> _Theirs:
    number, name, kind, at = row
    if not can_be_column(name) or type(number) is not int:
        raise NotGoodError("under a name that no column can have")
    if kind not in KINDS:
        raise NotGoodError("of a kind that there is not")
    return _Theirs(number, name, kind, values.moment(at))


def _ours(catalog: Writes, theirs: _Theirs, left_out: Counter[str]) -> Column | None:
    """The column here that is theirs too, made where there is none; None where it cannot be."""
    with catalog.writing() as db:
        there = {column.name: column for column in annotation.columns(db)}
        known = there.get(theirs.name)
        if known is None and len(there) >= MOST:
            left_out["column beyond as many as a catalog has"] += 1
            return None
        if known is not None and not annotation.fitting(known.kind, theirs.kind):
            left_out[f"column that holds {annotation.SAID[known.kind]} here"] += 1
            return None
        annotation.make(db, known, theirs.name, theirs.kind)
        return next(one for one in annotation.columns(db) if one.name == theirs.name)


def _told(source: Source, column: _Theirs, left_out: Counter[str]) -> Iterator[_Told]:
    """What a column says there of the assets that are wanted, a slice at a time."""
    for table, sql in (("annotation", _TOLD), ("unannotated", _GONE)):
        ends = _ENDS.format(table, column.id)
        for number, uuid, value, at in scanned(source.reads, ends, sql.format(column.id), left_out):
            if source.assets is not None and number not in source.assets:
                continue
            try:
                yield _judged(column, uuid, value, at, gone=table == "unannotated")
            except NotGoodError as reason:
                left_out[f"value of a column {reason}"] += 1


def _judged(column: _Theirs, uuid: object, value: Any, at: object, *, gone: bool) -> _Told:  # noqa: ANN401 - of a row
    moment = values.moment(at) or column.at
    if gone:
        return _Told(values.uuid(uuid), None, moment)
    if type(value) not in _TYPES[column.kind] or value != value:  # noqa: PLR0124 - only NaN is not itself
        raise NotGoodError("of the wrong type")
    if column.kind == "text" and len(value) > _MOST_CHARACTERS:
        raise NotGoodError("that is too long")
    if column.kind == "flag" and value not in (0, 1):
        raise NotGoodError("of the wrong type")
    if column.kind == "moment":
        values.calendar(value)
    return _Told(values.uuid(uuid), value, moment)


def _settle(
    db: sqlite3.Connection, column: Column, told: Sequence[_Told], conflicts: list[Conflict]
) -> int:
    """Write what is later there; how many values are others than before."""
    theirs = {one.uuid: one for one in told}
    taken, changed = list[tuple[int, _Told]](), 0
    for uuid, number, value, at in rows(db, _OURS, json.dumps(list(theirs)), column.id):
        other = theirs[uuid]
        later = (other.at, _rank(other.value)) > (at, _rank(value))
        if value != other.value and at:
            what = f"col.{column.name}"
            conflicts.append(Conflict(number, what, value, other.value, later))
        if later:
            taken.append((number, other))
            changed += value != other.value
    _write(db, column.id, taken)
    return changed


def _rank(value: Value) -> tuple[bool, bool, float, str]:
    """Which of two values told in the same moment stands: something before nothing."""
    if isinstance(value, str):
        return True, True, 0.0, value
    return value is not None, False, float(value or 0), ""


def _write(db: sqlite3.Connection, field: int, taken: Sequence[tuple[int, _Told]]) -> None:
    for here, gone in (("annotation", "unannotated"), ("unannotated", "annotation")):
        some = [pair for pair in taken if (pair[1].value is None) == (here == "unannotated")]
        db.executemany(
            f"DELETE FROM {gone} WHERE field = ? AND asset = ?",  # noqa: S608 - the tables above
            [(field, number) for number, _ in some],
        )
    db.executemany(
        "INSERT OR REPLACE INTO annotation VALUES (?, ?, ?, ?)",
        [(field, number, one.value, one.at) for number, one in taken if one.value is not None],
    )
    db.executemany(
        "INSERT OR REPLACE INTO unannotated VALUES (?, ?, ?)",
        [(field, number, one.at) for number, one in taken if one.value is None],
    )
