"""The rows that a merge writes: their columns, and what of a generation is made anew."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from imagelab.catalog import offloads
from imagelab.catalog.merge_bundle import Original
from imagelab.catalog.merge_values import Row
from imagelab.catalog.slices import rows

MERGED = "merged"  # in the place of a process, on what came from another catalog
OPEN = ("queued", "running")
GENERATION = (
    *("id", "uuid", "status", "provider", "model", "native", "prompt", "n", "quality", "params"),
    *("resolved", "used", "extra", "tags", "fingerprint", "quote_low", "quote_likely"),
    *("quote_high", "quote_unit", "quote_basis", "cost_nano", "cost_unit", "cost_source"),
    *("error_kind", "error", "boot", "pid", "process_start", "notebook", "created_at", "sent_at"),
    *("finished_at", "recipe"),
)
CALL = (
    *("id", "uuid", "generation", "key", "position", "n", "state", "method", "url", "body"),
    *("body_sha256", "remote", "http_status", "request_id", "images", "charged", "cost_nano"),
    *("cost_unit", "cost_source", "cost_raw", "error_kind", "error", "sent_at", "finished_at"),
)
ASSET = (
    *("id", "uuid", "kind", "blob", "generation", "call", "position", "provider", "model"),
    *("quality", "background", "format", "width", "height", "size_bytes", "prompt", "caption"),
    *("note", "params", "remote", "seed", "flagged", "reported", "edit", "transparent", "damaged"),
    *("late", "cost_nano", "cost_unit", "cost_source", "rating", "rejected", "trashed"),
    *("created_at", "stack"),
)
LINE = (
    *("generation", "call", "position", "asset", "at", "amount_nano", "unit", "source"),
    *("high_nano", "note"),
)
EVENT = ("generation", "call", "at", "was", "became", "note")
SETTLED = (
    *("status", "used", "error_kind", "error", "sent_at", "finished_at", "quote_low"),
    *("quote_likely", "quote_high", "quote_unit", "quote_basis"),
)
ENDED = (
    *("state", "http_status", "request_id", "charged", "cost_nano", "cost_unit", "cost_source"),
    *("cost_raw", "error_kind", "error", "sent_at", "finished_at", "remote"),
)
LOOK = ("format", "width", "height", "size_bytes", "trashed", "transparent", "damaged")
LOOKED = """
    SELECT b.id, b.format, b.width, b.height, b.size_bytes, e.blob IS NOT NULL,
    coalesce(t.transparent, 0), t.damaged FROM blob b LEFT JOIN emptied e ON e.blob = b.id
    LEFT JOIN thumbnail t ON t.blob = b.id WHERE b.id IN (SELECT value FROM json_each(?))
"""


@dataclass(slots=True)
class Numbers:
    """What is numbered here of what has other numbers there, by those.

    `fresh` are generations that are written now, `better` those that were known and of which the
    other catalog knows more; both by their numbers here.
    """

    generations: dict[int, int] = field(default_factory=dict)
    calls: dict[int, int] = field(default_factory=dict)
    assets: dict[int, int] = field(default_factory=dict)
    fresh: set[int] = field(default_factory=set)
    better: set[int] = field(default_factory=set)


def found(db: sqlite3.Connection, sql: str, names: Iterable[str]) -> list[Any]:
    """The rows of a statement that ends with the column that is to be one of the names."""
    these = "IN (SELECT value FROM json_each(?))"
    return rows(db, f"{sql} {these}", json.dumps(list(names)))


def next_number(db: sqlite3.Connection, table: str) -> int:
    """The number that comes after every one that was ever given."""
    sql = (
        f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), "  # noqa: S608 - a table of ours
        "coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0))"
    )
    return int(rows(db, sql, table)[0][0]) + 1


def insert(
    db: sqlite3.Connection, table: str, names: Sequence[str], made: Sequence[Mapping[str, Any]]
) -> None:
    """Add rows, but for those that take a place which only one can have."""
    insert_values(db, table, names, map(itemgetter(*names), made))


def insert_values(
    db: sqlite3.Connection, table: str, names: Sequence[str], made: Iterable[tuple[Any, ...]]
) -> None:
    """The same of values in the order of the names: binding by place takes a fifth of by name."""
    marks = ", ".join("?" * len(names))
    sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of ours
    db.executemany(sql, made)


def update(db: sqlite3.Connection, table: str, number: int, names: Sequence[str], row: Row) -> None:
    """Have some columns of a row be as in another."""
    told = ", ".join(f"{name} = :{name}" for name in names)
    db.execute(f"UPDATE {table} SET {told} WHERE id = :id", row | {"id": number})  # noqa: S608 - names of ours


def grouped(these: Iterable[Row], name: str) -> Mapping[int, list[Row]]:
    """Rows by the value of a column."""
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for row in these:
        groups[row[name]].append(row)
    return groups


def free(taken: set[int], wanted: int) -> int:
    """The place it had, or the next behind all that are taken.

    >>> free({0, 1}, 1), free({0, 1}, 5)
    (2, 5)
    """
    place = max(taken) + 1 if wanted in taken else wanted
    taken.add(place)
    return place


def written(row: Row) -> Row:
    """A generation as it is written: nobody's work."""
    return row | {
        "status": "unknown" if row["status"] in OPEN else row["status"],
        "finished_at": row["finished_at"] or row["created_at"],
        "boot": MERGED,
        "pid": 0,
        "process_start": 0,
    }


def insert_original(db: sqlite3.Connection, number: int, one: Original) -> None:
    """A new original under its number, with its small picture."""
    facts = (one.sha256, one.format, one.width, one.height, one.size_bytes, one.data or b"")
    db.execute(
        "INSERT INTO blob (id, sha256, format, width, height, size_bytes, data) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, *facts),
    )
    if one.emptied_at is not None:
        db.execute("INSERT INTO emptied VALUES (?, ?)", (number, one.emptied_at))
    if one.url is not None:
        offloads.note(db, number, offloads.store(db, "told", one.url), one.name)
    if one.small is not None or one.emptied_at is not None:
        look = (one.likeness, one.transparent, one.media_type, one.small)
        db.execute(
            "INSERT INTO thumbnail (blob, likeness, transparent, media_type, data) "
            "VALUES (?, ?, ?, ?, ?)",
            (number, *look),
        )
