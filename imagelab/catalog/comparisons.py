"""Judgements as rows: one more, one taken back, and those between some assets.

Each function is a step in a transaction of its caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from imagelab import clock
from imagelab.catalog.slices import Reads, by_range
from imagelab.domain.comparison import Comparison
from imagelab.domain.frozen import frozen
from imagelab.domain.ids import uuid7

_AMONG = (
    "SELECT id, left_asset, right_asset, winner FROM comparison WHERE undone_at IS NULL "
    "AND left_asset IN (SELECT value FROM json_each(?1)) "
    "AND right_asset IN (SELECT value FROM json_each(?1)) ORDER BY id"
)
_IN_FULL = (
    "SELECT c.uuid, l.uuid AS left, r.uuid AS right, w.uuid AS winner, c.axes, c.about, "
    "c.judged_at FROM comparison c JOIN asset l ON l.id = c.left_asset "
    "JOIN asset r ON r.id = c.right_asset LEFT JOIN asset w ON w.id = c.winner "
    "WHERE c.undone_at IS NULL AND "
)
_OF_ASSETS = f"""
    {_IN_FULL} c.left_asset IN (SELECT id FROM asset WHERE uuid IN (SELECT value FROM json_each(?1)))
    AND c.right_asset IN (SELECT id FROM asset WHERE uuid IN (SELECT value FROM json_each(?1)))
    ORDER BY c.id
"""  # noqa: S608 - constants


@frozen
class Judged:
    """A judgement by the numbers of its assets; no winner is a tie."""

    id: int
    left: int
    right: int
    winner: int | None


def record(
    db: sqlite3.Connection,
    left: int,
    right: int,
    winner: int | None,
    *,
    axes: Sequence[str],
    about: str,
    seed: int,
) -> int:
    """Keep a judgement; its number."""
    added = db.execute(
        "INSERT INTO comparison (uuid, left_asset, right_asset, winner, axes, about, seed, "
        "judged_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (uuid7(), left, right, winner, json.dumps(list(axes)), about, seed, clock.now_us()),
    )
    assert added.lastrowid is not None
    return added.lastrowid


def take_back(db: sqlite3.Connection, number: int) -> None:
    """It does not count any more; the row stays."""
    db.execute(
        "UPDATE comparison SET undone_at = ? WHERE id = ? AND undone_at IS NULL",
        (clock.now_us(), number),
    )


def among(db: sqlite3.Connection, assets: Sequence[int]) -> list[Judged]:
    """What was said of any two of these assets, in the order it was."""
    return [Judged(*row) for row in db.execute(_AMONG, (json.dumps(list(assets)),))]


def comparisons(db: sqlite3.Connection, uuids: Sequence[str]) -> list[Comparison]:
    """The same by uuids, in full: what a dataset of preferences is made of."""
    return [_comparison(row) for row in db.execute(_OF_ASSETS, (json.dumps(list(uuids)),))]


def every(reads: Reads) -> list[Comparison]:
    """All that stand, in the order they were said; read in short slices."""
    with reads.reading() as db:
        last = db.execute("SELECT coalesce(max(id), 0) FROM comparison").fetchone()[0]
    return [one for part in by_range(reads, 1, last, _between) for one in part]


def _between(db: sqlite3.Connection, first: int, last: int) -> list[Comparison]:
    sql = f"{_IN_FULL} c.id BETWEEN ? AND ? ORDER BY c.id"
    return [_comparison(row) for row in db.execute(sql, (first, last))]


def _comparison(row: sqlite3.Row) -> Comparison:
    return Comparison(
        row["uuid"],
        row["left"],
        row["right"],
        row["winner"],
        tuple(json.loads(row["axes"])),
        row["about"],
        clock.from_us(row["judged_at"]),
    )
