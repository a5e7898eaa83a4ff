"""How the rows of a batch stand, as the grid of a sweep shows them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from imagelab import clock
from imagelab.catalog import arguments, batch_standing, rows
from imagelab.catalog.answer import Answer
from imagelab.catalog.arguments import Asked
from imagelab.catalog.slices import Reads
from imagelab.catalog.tiles import tiles
from imagelab.domain.cost_words import about, price
from imagelab.domain.money import Cost, Spend
from imagelab.domain.records import FINAL, GenerationRow
from imagelab.domain.text import one_line

MAX_BATCHES = 1000  # reruns of one sweep
MAX_CELLS = 120
# A letter a row, so that ten thousand cells are ten kilobytes.
LETTERS = {
    "waiting": "w",
    "unsent": "n",
    "queued": "q",
    "running": "r",
    "succeeded": "s",
    "partial": "p",
    "failed": "f",
    "cancelled": "c",
    "unknown": "u",
}
_STATUSES = (
    "SELECT CASE r.state WHEN 'begun' THEN g.status ELSE r.state END FROM batch_row r "
    "LEFT JOIN generation g ON g.id = r.generation WHERE r.batch = ? ORDER BY r.position"
)
_ROWS = (
    "SELECT position, state, generation, quote_likely, quote_unit FROM batch_row "
    "WHERE batch = ? AND position IN (SELECT value FROM json_each(?)) ORDER BY position"
)
_ASSETS = (
    "SELECT generation, id FROM asset WHERE generation IN (SELECT value FROM json_each(?)) "
    "ORDER BY generation, id"
)
_ERROR_CHARACTERS = 600


class SweepPages:
    """Answers what the grid of a sweep asks about its batches, from any thread."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def standings(self, asked: Asked) -> Answer:
        """How every row of some batches stands, a letter each, and what they cost together."""
        numbers = arguments.numbers(asked, MAX_BATCHES)
        with self._reads.reading() as db:
            found = {number: _letters(db, number) for number in numbers}
            spent = sum((batch_standing.standing(db, n).spent for n in numbers), Spend())
        told = [{"id": number, "rows": letters} for number, letters in found.items()]
        return Answer({"batches": told, "spent": str(spent)})

    def cells(self, asked: Asked) -> Answer:
        """Some rows of a batch with their images; positions that are not there are left out."""
        batch = arguments.whole(asked, "batch", 0)
        places = arguments.places(asked, MAX_CELLS)
        with self._reads.reading() as db:
            return Answer({"batch": batch, "cells": _cells(db, batch, places)})


def _letters(db: sqlite3.Connection, batch: int) -> str:
    return "".join(LETTERS.get(row[0], "u") for row in db.execute(_STATUSES, (batch,)))


def _cells(db: sqlite3.Connection, batch: int, places: Sequence[int]) -> list[dict[str, Any]]:
    found = db.execute(_ROWS, (batch, json.dumps(list(places)))).fetchall()
    numbers = [row["generation"] for row in found if row["generation"] is not None]
    made = {row.id: row for row in rows.generations(db, list(dict.fromkeys(numbers)))}
    images: dict[int, list[int]] = {}
    for generation, asset in db.execute(_ASSETS, (json.dumps(numbers),)):
        images.setdefault(generation, []).append(asset)
    shown = _tiles(db, [number for numbers in images.values() for number in numbers])
    return [_cell(row, made.get(row["generation"]), images, shown) for row in found]


def _tiles(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    return {tile.id: asdict(tile) for tile in tiles(db, numbers)}


def _cell(
    row: sqlite3.Row,
    made: GenerationRow | None,
    images: dict[int, list[int]],
    shown: dict[int, dict[str, Any]],
) -> dict[str, Any]:
    if row["state"] != "begun" or made is None:
        likely = row["quote_likely"]
        quoted = None if likely is None else Cost.from_nano(likely, row["quote_unit"])
        said = f"≈ {about(quoted)}" if quoted else "price unknown"
        return {"position": row["position"], "status": row["state"], "price": said, "tiles": []}
    return {
        "position": row["position"],
        "status": made.status,
        "price": price(made),
        "seconds": None if made.status in FINAL else _elapsed(made),
        "error": one_line(made.error, _ERROR_CHARACTERS) if made.error else "",
        "n": made.n,
        "tiles": [shown[number] for number in images.get(made.id, ()) if number in shown],
    }


def _elapsed(row: GenerationRow) -> float:
    since = row.sent_at or row.created_at
    return max(0.0, (clock.now() - since).total_seconds())
