"""Batches, sweeps and saved searches of another catalog. None of its rows waits to be sent."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from imagelab.catalog import merge_values as values
from imagelab.catalog.curation import Writes
from imagelab.catalog.merge_plan import by_uuid, scanned
from imagelab.catalog.merge_read import Source, fetched, judged
from imagelab.catalog.merge_rows import MERGED
from imagelab.catalog.merge_values import NotGoodError, Row
from imagelab.catalog.searches import MAX_NAME
from imagelab.catalog.slices import rows
from imagelab.domain.batch import batch_fingerprint
from imagelab.domain.query import parse
from imagelab.domain.text import one_line
from imagelab.errors import QueryError

_ENDS = "SELECT min(id), max(id) FROM batch"
_NUMBERS = "SELECT id FROM batch WHERE id BETWEEN ? AND ?"
_BATCHES = "SELECT * FROM batch WHERE id IN (SELECT value FROM json_each(?))"
_ROWS = "SELECT * FROM batch_row WHERE batch IN (SELECT value FROM json_each(?)) ORDER BY position"
_UUIDS = "SELECT id, uuid FROM generation WHERE id IN (SELECT value FROM json_each(?))"
_HERE = (
    "SELECT uuid, id, fingerprint FROM generation WHERE uuid IN (SELECT value FROM json_each(?))"
)
_SEARCHES = "SELECT name, query, created_at FROM saved_search"
_AT_ONCE = 2_000  # rows of a batch in a transaction


def take_batches(catalog: Writes, source: Source, left_out: Counter[str]) -> int:
    """Take in the batches that are not here; how many those were.

    One that was left half taken in is completed.
    """
    taken = 0
    for (number,) in scanned(source.reads, _ENDS, _NUMBERS, left_out):
        found = fetched(source.reads, _BATCHES, [number], left_out)
        for batch in judged(values.batch, found, "batch", left_out):
            told = fetched(source.reads, _ROWS, [number], left_out)
            taken += _take(catalog, source, batch, judged(values.batch_row, told, "row", left_out))
    return taken


def take_searches(catalog: Writes, source: Source, left_out: Counter[str]) -> int:
    """Take in saved searches; of two by one name, the one that was saved later."""
    try:
        with source.reads.reading() as db:
            found = [dict(row) for row in db.execute(_SEARCHES).fetchall()]
    except sqlite3.Error:
        left_out["saved search that cannot be read"] += 1
        return 0
    good = judged(_search, found, "saved search", left_out)
    with catalog.writing() as db:
        before = db.total_changes
        db.executemany(
            "INSERT INTO saved_search VALUES (:name, :query, :created_at) ON CONFLICT (name) "
            "DO UPDATE SET query = excluded.query, created_at = excluded.created_at "
            "WHERE (excluded.created_at, excluded.query) > (created_at, query)",
            good,
        )
        return db.total_changes - before


def _take(catalog: Writes, source: Source, batch: Row, told: Sequence[Row]) -> int:
    names = _names(source, told)
    here = by_uuid(catalog, _HERE, sorted(set(names.values())))
    made = [_row(row, {n: here[u] for n, u in names.items() if u in here}) for row in told]
    with catalog.writing() as db:
        number, new = _batch(db, batch, made)
    missing = made if number is not None else []
    for start in range(0, len(missing), _AT_ONCE):
        with catalog.writing() as db:
            db.executemany(
                "INSERT OR IGNORE INTO batch_row (batch, position, name, fingerprint, same_as, "
                "quote_low, quote_likely, quote_high, provider, quote_unit, state, generation, "
                "earlier) VALUES (:batch, :position, :name, :fingerprint, :same_as, :quote_low, "
                ":quote_likely, :quote_high, :provider, :quote_unit, :state, :generation, :earlier)",
                [row | {"batch": number} for row in missing[start : start + _AT_ONCE]],
            )
    return int(new)


def _batch(db: sqlite3.Connection, batch: Row, made: Sequence[Row]) -> tuple[int | None, bool]:
    """The batch's number here, if its rows may come, and whether it is new."""
    found = rows(db, "SELECT id, boot FROM batch WHERE uuid = ?", batch["uuid"])
    if found:
        return (found[0][0] if found[0][1] == MERGED else None), False
    status = "cancelled" if batch["status"] == "cancelled" else "ended"
    known = batch_fingerprint([row["fingerprint"] for row in made])
    added = db.execute(
        "INSERT INTO batch (uuid, fingerprint, status, term, boot, pid, process_start, notebook, "
        "created_at, finished_at) VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?)",
        (
            *(batch["uuid"], known, status, batch["term"], MERGED, batch["notebook"]),
            *(batch["created_at"], batch["finished_at"] or batch["created_at"]),
        ),
    )
    return added.lastrowid, True


def _row(row: Row, here: Mapping[int, Sequence[object]]) -> Row:
    """A row of a batch with numbers of this catalog; without its generation it was never sent."""
    number, known = here.get(row["generation"], (None, None))
    begun = number is not None and known == row["fingerprint"]
    earlier = [here[old][0] for old in row["earlier"] if old in here]
    return row | {
        "state": "begun" if begun else "unsent",
        "generation": number if begun else None,
        "earlier": json.dumps(earlier),
    }


def _names(source: Source, told: Sequence[Row]) -> dict[int, str]:
    """The uuids of the generations that rows name by number."""
    wanted = {row["generation"] for row in told} | {old for row in told for old in row["earlier"]}
    numbers = sorted(number for number in wanted if number is not None)
    found = defaultdict[int, str](str)
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        found |= {r["id"]: r["uuid"] for r in fetched(source.reads, _UUIDS, part, Counter())}
    return found


def _search(row: Row) -> Row:
    name, query = row["name"], row["query"]
    if type(name) is not str or not name or one_line(name, MAX_NAME) != name:
        raise NotGoodError("under a name that cannot be shown")
    try:
        parse(query if type(query) is str else "(")
    except QueryError:
        raise NotGoodError("that cannot be read") from None
    return {"name": name, "query": query, "created_at": values.moment(row["created_at"])}
