"""Images from elsewhere with their story: kept once by content, linked to what they were made from.

A link to an image that is not here yet waits for it by name, and is made in the transaction
that keeps it; one that would close a circle is never made.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imagelab import clock
from imagelab.catalog import blobs, indexing, thumbnails
from imagelab.catalog.blobs import Blob
from imagelab.catalog.entries import money_columns
from imagelab.domain.brought import Ancestor, Brought
from imagelab.domain.frozen import frozen
from imagelab.domain.ids import is_uuid, uuid7
from imagelab.domain.place import Left
from imagelab.domain.request import canonical

_INSERT = """
    INSERT INTO asset (uuid, kind, blob, provider, model, quality, background, format, width,
    height, size_bytes, prompt, caption, note, params, seed, reported, edit, cost_nano,
    cost_unit, cost_source, rating, created_at)
    VALUES (?, 'imported', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# Nothing of it was paid for here, which is known, and so no unknown.
_GENERATION = """
    INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params, resolved,
    fingerprint, cost_nano, cost_unit, cost_source, boot, pid, process_start, created_at)
    SELECT ?, 'succeeded', coalesce(provider, 'imported'), coalesce(model, 'imported'), '', prompt,
    1, params, '{}', '', 0, 'usd', 'reported', '', 0, 0, created_at FROM asset WHERE id = ?
"""
_BY_CONTENT = (
    "SELECT a.id, a.blob FROM blob b JOIN asset a ON a.blob = b.id WHERE b.sha256 = ? "
    "ORDER BY a.id LIMIT 1"
)
_ABOVE = """
    WITH RECURSIVE up (id) AS (
        SELECT ? UNION SELECT i.asset FROM up JOIN asset a ON a.id = up.id
        JOIN input i ON i.generation = a.generation WHERE i.asset IS NOT NULL
    )
    SELECT 1 FROM up WHERE id = ? LIMIT 1
"""


@frozen
class Arrived:
    """An image ready to be kept: its bytes, its story, where it was read, and if it is left there."""

    blob: Blob
    told: Brought
    path: str | None = None
    left: Left | None = None


def keep(db: sqlite3.Connection, images: Iterable[Arrived]) -> list[tuple[int, bool]]:
    """Each asset's number, and whether it is new here; what is here already stays as it is."""
    kept: list[tuple[int, bool]] = []
    for image in images:
        there = _there(db, image)
        kept.append((_insert(db, image), True) if there is None else (there, False))
    new = [asset for asset, is_new in kept if is_new]
    indexing.add_all(db, new)
    if new and db.execute("SELECT 1 FROM awaited LIMIT 1").fetchone():
        for asset in new:
            _link_those_waiting(db, asset)
    return kept


def known(db: sqlite3.Connection, hashes: Sequence[str]) -> dict[str, int]:
    """The assets that have these contents, and have them still; few, for it is one read."""
    found = db.execute(
        "SELECT b.sha256, min(a.id) FROM json_each(?) AS asked CROSS JOIN blob b "
        "ON b.sha256 = asked.value JOIN asset a ON a.blob = b.id "
        "WHERE b.id NOT IN (SELECT blob FROM emptied) GROUP BY b.sha256",
        (json.dumps(hashes),),
    )
    return {row[0]: row[1] for row in found.fetchall()}


def story(db: sqlite3.Connection, asset: int) -> Mapping[str, Any] | None:
    """Whose words an imported image came with, where it was read, and the words."""
    row = db.execute("SELECT tool, path, words FROM brought WHERE asset = ?", (asset,)).fetchone()
    return {"tool": row[0], "path": row[1], "words": json.loads(row[2])} if row else None


def _there(db: sqlite3.Connection, image: Arrived) -> int | None:
    found = db.execute(_BY_CONTENT, (image.blob.sha256,)).fetchone()
    if found:
        blobs.come_again(db, found[1], image.blob.data, image.left)
        return int(found[0])
    return _named(db, image.told.name) if image.told.copy else None


def _named(db: sqlite3.Connection, name: str | None) -> int | None:
    """The asset that is called so, here or where it came from."""
    found = db.execute(
        "SELECT id FROM asset WHERE uuid = ?1 UNION ALL "
        "SELECT asset FROM brought WHERE name = ?1 LIMIT 1",
        (name,),
    ).fetchone()
    return int(found[0]) if found else None


def _insert(db: sqlite3.Connection, image: Arrived) -> int:
    asset, told = _insert_row(db, image), image.told
    db.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(asset, name) for name in told.tags])
    thumbnails.recall(db, asset)
    db.execute(
        "INSERT INTO brought VALUES (?, ?, ?, ?, ?, ?)",
        (asset, told.tool, told.name, image.path, canonical(dict(told.words)), clock.now_us()),
    )
    for position, parent in enumerate(told.parents):
        _link(db, asset, position, parent)
    return asset


def _insert_row(db: sqlite3.Connection, image: Arrived) -> int:
    told, blob, now = image.told, image.blob, clock.now_us()
    made = now if told.created_at is None else min(now, max(0, clock.to_us(told.created_at)))
    added = db.execute(
        _INSERT,
        (
            _uuid(db, told),
            blobs.keep(db, blob, image.left),
            told.provider,
            told.model,
            _word(told.params.get("quality")),
            _word(told.params.get("background")),
            blob.format,
            blob.width,
            blob.height,
            len(blob.data),
            told.prompt,
            told.caption,
            told.note,
            canonical(dict(told.params)),
            told.seed,
            canonical(dict(told.reported)),
            told.edit,
            *money_columns(told.cost),
            told.rating,
            made,
        ),
    )
    assert added.lastrowid is not None
    return added.lastrowid


def _uuid(db: sqlite3.Connection, told: Brought) -> str:
    """Its own where these are its very bytes, and nobody here has it."""
    name = told.name
    if told.whole and name and is_uuid(name):
        taken = db.execute("SELECT 1 FROM asset WHERE uuid = ?", (name,)).fetchone()
        return uuid7() if taken else name
    return uuid7()


def link_all_waiting(db: sqlite3.Connection) -> None:
    """Link whatever waits for an image that is here by now."""
    found = db.execute(
        "SELECT a.id FROM awaited w JOIN asset a ON a.uuid = w.parent UNION "
        "SELECT b.asset FROM awaited w JOIN brought b ON b.name = w.parent"
    ).fetchall()
    for (asset,) in found:
        _link_those_waiting(db, asset)


def _link(db: sqlite3.Connection, child: int, position: int, parent: Ancestor) -> None:
    name, role = parent
    there = _named(db, name)
    if there is not None:
        _record(db, there, child, position, role)
    else:
        db.execute(
            "INSERT OR IGNORE INTO awaited VALUES (?, ?, ?, ?)", (name, child, position, role)
        )


def _link_those_waiting(db: sqlite3.Connection, asset: int) -> None:
    names = db.execute(
        "SELECT uuid FROM asset WHERE id = ?1 UNION SELECT name FROM brought "
        "WHERE asset = ?1 AND name IS NOT NULL",
        (asset,),
    ).fetchall()
    for (name,) in names:
        waiting = db.execute("SELECT * FROM awaited WHERE parent = ?", (name,)).fetchall()
        for row in waiting:
            with indexing.reindexed(db, row["child"]):
                _record(db, asset, row["child"], row["position"], row["role"])
        db.execute("DELETE FROM awaited WHERE parent = ?", (name,))


def _record(db: sqlite3.Connection, parent: int, child: int, position: int, role: str) -> None:
    """An edge, unless it would lead back to where it begins."""
    if db.execute(_ABOVE, (parent, child)).fetchone():
        return
    generation = db.execute("SELECT generation FROM asset WHERE id = ?", (child,)).fetchone()[0]
    if generation is None:
        generation = db.execute(_GENERATION, (uuid7(), child)).lastrowid
        db.execute("UPDATE asset SET generation = ? WHERE id = ?", (generation, child))
    db.execute(
        "INSERT OR IGNORE INTO input SELECT ?, ?, ?, id, blob, NULL FROM asset WHERE id = ?",
        (generation, position, role, parent),
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None
