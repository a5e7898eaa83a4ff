"""An image that has arrived becomes a row: kept at once, whatever becomes of its siblings."""

from __future__ import annotations

import json
import sqlite3

from imagelab import clock, killpoints
from imagelab.catalog import blobs, indexing, thumbnails
from imagelab.catalog.blobs import Blob
from imagelab.catalog.entries import call_row, generation_row, money_columns, tell
from imagelab.domain.arrival import Arrival
from imagelab.domain.ids import uuid7
from imagelab.domain.request import canonical


def keep_image(db: sqlite3.Connection, call: str, arrival: Arrival, blob: Blob) -> int:
    """Keep one image with its row, its place in the index and its tags; the asset's number.

    An image that is kept already, by the vendor's id or else by place and bytes, stays one.
    """
    row = call_row(db, call)
    there = _kept_already(db, row, arrival, blob)
    if there is not None:
        return there
    asset = _insert_asset(db, row, _position(db, row, arrival), arrival, blob)
    tags = json.loads(generation_row(db, row["generation"])["tags"])
    db.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(asset, name) for name in tags])
    thumbnails.recall(db, asset)
    indexing.add(db, asset)
    tell(db, row["generation"], row["id"], row["state"], "kept", f"#{asset}")
    killpoints.reach("keeping")
    return asset


def _kept_already(
    db: sqlite3.Connection, call: sqlite3.Row, arrival: Arrival, blob: Blob
) -> int | None:
    if arrival.remote is not None:
        found = db.execute(
            "SELECT id FROM asset WHERE generation = ? AND call = ? AND remote = ?",
            (call["generation"], call["id"], arrival.remote),
        ).fetchone()
    else:
        found = db.execute(
            "SELECT id FROM asset WHERE call = ? AND position = ? "
            "AND blob = (SELECT id FROM blob WHERE sha256 = ?)",
            (call["id"], call["position"] + arrival.index, blob.sha256),
        ).fetchone()
    return int(found[0]) if found else None


def _position(db: sqlite3.Connection, call: sqlite3.Row, arrival: Arrival) -> int:
    """Its place among the generation's images; behind all of them where that is not free.

    A vendor may send more images than were asked for, or list them in another order when it
    is asked again. None of them is dropped for that.
    """
    wanted = int(call["position"] + arrival.index)
    taken = db.execute(
        "SELECT 1 FROM asset WHERE generation = ? AND position = ?", (call["generation"], wanted)
    ).fetchone()
    if not taken and arrival.index < call["n"]:
        return wanted
    behind = db.execute(
        "SELECT max(coalesce(max(a.position) + 1, 0), g.n) FROM generation g "
        "LEFT JOIN asset a ON a.generation = g.id WHERE g.id = ?",
        (call["generation"],),
    ).fetchone()
    return int(behind[0])


def _insert_asset(
    db: sqlite3.Connection, call: sqlite3.Row, position: int, arrival: Arrival, blob: Blob
) -> int:
    made = generation_row(db, call["generation"])
    resolved = json.loads(made["resolved"])
    edit = db.execute(
        "SELECT 1 FROM input WHERE generation = ? AND role <> 'reroll'", (made["id"],)
    ).fetchone()
    added = db.execute(
        "INSERT INTO asset (uuid, kind, blob, generation, call, position, provider, model, "
        "quality, background, format, width, height, size_bytes, prompt, params, remote, seed, "
        "flagged, reported, edit, late, cost_nano, cost_unit, cost_source, created_at, stack) VALUES "
        "(?, 'made', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            uuid7(),
            blobs.keep(db, blob),
            made["id"],
            call["id"],
            position,
            made["provider"],
            made["model"],
            resolved.get("quality"),
            resolved.get("background"),
            blob.format,
            blob.width,
            blob.height,
            len(blob.data),
            made["prompt"],
            made["params"],
            arrival.remote,
            arrival.seed,
            arrival.flagged,
            canonical(dict(arrival.reported)),
            bool(edit),
            arrival.late,
            *money_columns(arrival.cost),
            clock.now_us(),
            _stack(db, made["recipe"]),
        ),
    )
    assert added.lastrowid is not None
    return added.lastrowid


def _stack(db: sqlite3.Connection, recipe: str | None) -> int | None:
    """The number of the first generation that asked the same."""
    found = db.execute("SELECT min(id) FROM generation WHERE recipe = ?", (recipe,)).fetchone()
    return None if found[0] is None else int(found[0])
