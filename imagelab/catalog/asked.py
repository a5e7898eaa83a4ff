"""Finding generations, also those that brought no image and are in no index of images.

Rows are read a slice at a time and tested outside the lock, a few µs each; where a search
names statuses, an index leaves the others out.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from typing import Any

from imagelab.catalog.asked_rows import Asked, row_test
from imagelab.catalog.folding import folded_value
from imagelab.catalog.slices import Reads, by_range, rows
from imagelab.catalog.stems import Stems
from imagelab.domain.query import Query
from imagelab.domain.query_tree import And, Choice, Is, Node

_COLUMNS = ", ".join(field.name for field in fields(Asked))
# What was carried out elsewhere has no fingerprint, and is nobody's request here.
_RANGE = "FROM generation WHERE id BETWEEN ? AND ? AND fingerprint <> ''"
_NUMBERS = f"SELECT id {_RANGE} ORDER BY id"
_ROWS = f"SELECT {_COLUMNS} {_RANGE}"
_OF_STATUS = f"{_ROWS} AND status IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants; values are bound


def asked_ids(reads: Reads, query: Query) -> array[int]:
    """The numbers of the generations a search finds, newest first; no read is longer than a slice."""
    with reads.reading() as db:
        top = db.execute("SELECT coalesce(max(id), 0) FROM generation").fetchone()[0]
    found = array("q")
    test = row_test(query.tree, Stems())
    if test is None:
        for part in by_range(reads, 1, top, _numbers):
            found.extend(number for (number,) in part)
    else:
        for part in by_range(reads, 1, top, partial(_rows, statuses=_statuses(query.tree))):
            found.extend(sorted(row.id for row in map(_asked, part) if test(row)))
    return found[::-1]


def _asked(row: Sequence[Any]) -> Asked:
    return Asked(*row)


def _numbers(db: sqlite3.Connection, first: int, last: int) -> list[Any]:
    return rows(db, _NUMBERS, first, last)


def _rows(
    db: sqlite3.Connection, first: int, last: int, statuses: Sequence[str] | None
) -> list[Any]:
    if statuses is None:
        return rows(db, _ROWS, first, last)
    return rows(db, _OF_STATUS, first, last, json.dumps(statuses))


def _statuses(node: Node) -> Sequence[str] | None:
    """The statuses that all it finds are of, where it names them whole."""
    match node:
        case Is():
            return ("failed",)
        case Choice("status", patterns) if all(len(p.pieces) == 1 for p in patterns):
            return [folded_value(pattern.pieces[0]) for pattern in patterns]
        case And(nodes):
            found = map(_statuses, nodes)
            return next((statuses for statuses in found if statuses is not None), None)
        case _:
            return None
