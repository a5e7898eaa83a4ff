"""The tables of looking through a catalog: what was said of images, and how to take it back."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from imagelab.catalog.facet_bits import CHUNK, FLAGS, add_many, cost_marks, marks_of
from imagelab.catalog.schema_parts import Runs
from imagelab.domain.request import recipe

BANDS = tuple(f"(likeness >> {shift}) & 65535" for shift in (0, 16, 32, 48))
_MARKED = (
    *("id", "provider", "model", "quality", "format", "width", "height", "rating", "damaged"),
    *("kind", "generation", "cost_nano", "cost_unit", *FLAGS),
)
_ROWS = f"SELECT {', '.join(_MARKED)} FROM asset WHERE id BETWEEN ? AND ?"  # noqa: S608 - the names above
_COSTS = "SELECT id, cost_nano, cost_unit FROM asset WHERE id BETWEEN ? AND ?"
_TAGS = "SELECT asset, name FROM tag WHERE asset BETWEEN ? AND ?"
_ASKED = """
    SELECT provider, native, prompt, resolved, extra, (
        SELECT json_group_array(json_array(i.role, b.sha256)) FROM (
            SELECT role, blob FROM input WHERE generation = g.id ORDER BY position
        ) AS i JOIN blob b ON b.id = i.blob
    ), id FROM generation g ORDER BY id
"""


def m009_gallery(db: Runs) -> None:
    """What a gallery of a million images asks of a catalog, in one upgrade."""
    for step in (acts, trash, stacks, likeness, facets, searches, orders):
        step(db)


def m013_costs(db: Runs) -> None:
    """Which assets cost how much, among the facets."""
    last = _read(db, "SELECT coalesce(max(id), 0) FROM asset")[0][0]
    for start in range(0, last + 1, CHUNK):
        found = _read(db, _COSTS, (start, start + CHUNK - 1))
        marks = [(number, cost_marks(nano, unit)) for number, nano, unit in found]
        add_many(cast("sqlite3.Connection", db), marks)


def acts(db: Runs) -> None:
    """Every act of curation with what stood before it; rows are added, and none is taken away."""
    db.execute(
        """
        CREATE TABLE act (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,         -- rate reject tag untag caption note
            said TEXT NOT NULL,         -- JSON: the stars, the text, the tags, whether rejected
            assets INTEGER NOT NULL,    -- how many it changed
            state TEXT NOT NULL,        -- stands; undone; passed: undone, and others came since
            undone_at INTEGER
        ) STRICT
        """
    )
    db.execute("CREATE INDEX act_state ON act (state, id)")
    db.execute(
        """
        CREATE TABLE act_change (
            act INTEGER NOT NULL REFERENCES act(id),
            asset INTEGER NOT NULL REFERENCES asset(id),
            name TEXT NOT NULL,         -- the tag; empty for what is a column of the asset
            other ANY,                  -- what stands there when the act is taken back, or again
            undone INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (act, asset, name)
        ) STRICT, WITHOUT ROWID
        """
    )


def trash(db: Runs) -> None:
    """Which originals were emptied: their rows stay, with no bytes. What waits is found at once."""
    db.execute(
        """
        CREATE TABLE emptied (
            blob INTEGER PRIMARY KEY REFERENCES blob(id),
            at INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE INDEX asset_waiting ON asset (id) WHERE rejected = 1 AND trashed = 0")
    db.execute("CREATE INDEX input_blob ON input (blob)")


def stacks(db: Runs) -> None:
    """Which images were asked for alike: re-rolls, and the images of one generation."""
    db.execute("ALTER TABLE generation ADD COLUMN recipe TEXT")  # a hash of what was asked
    db.execute("ALTER TABLE asset ADD COLUMN stack INTEGER")  # the first generation of its recipe
    for row in _read(db, _ASKED):
        provider, native, prompt, params, extra, inputs, number = row
        given = [tuple(one) for one in json.loads(inputs)]
        asked = recipe(provider, native, prompt, params, extra, given)
        db.execute("UPDATE generation SET recipe = ? WHERE id = ?", (asked, number))
    db.execute("CREATE INDEX generation_recipe ON generation (recipe, id)")
    db.execute(
        "UPDATE asset SET stack = (SELECT min(first.id) FROM generation AS own "
        "JOIN generation AS first ON first.recipe = own.recipe WHERE own.id = asset.generation) "
        "WHERE generation IS NOT NULL"
    )
    db.execute("CREATE INDEX asset_stack ON asset (stack, id) WHERE stack IS NOT NULL")


def likeness(db: Runs) -> None:
    """How pictures look, by each quarter of its 64 bits, so that what is alike is found by one."""
    for quarter, band in enumerate(BANDS):
        db.execute(
            f"CREATE INDEX thumbnail_band{quarter} ON thumbnail ({band}, likeness) "
            "WHERE likeness IS NOT NULL"
        )


def facets(db: Runs) -> None:
    """Which assets have which value, as bits."""
    db.execute(
        """
        CREATE TABLE facet (
            chunk INTEGER NOT NULL,     -- of 4,096 asset numbers
            field TEXT NOT NULL,
            value TEXT NOT NULL,
            bits BLOB NOT NULL,         -- zero bytes left out, in two bytes; the rest, lowest first
            PRIMARY KEY (chunk, field, value)
        ) STRICT, WITHOUT ROWID
        """
    )
    last = _read(db, "SELECT coalesce(max(id), 0) FROM asset")[0][0]
    for start in range(0, last + 1, CHUNK):
        ends = (start, start + CHUNK - 1)
        tags: defaultdict[int, list[str]] = defaultdict(list)
        for asset, name in _read(db, _TAGS, ends):
            tags[asset].append(name)
        found = [dict(zip(_MARKED, row, strict=True)) for row in _read(db, _ROWS, ends)]
        marks = [(row["id"], marks_of(row, tags[row["id"]])) for row in found]
        add_many(cast("sqlite3.Connection", db), marks)  # all it does is to execute


def searches(db: Runs) -> None:
    """Searches that were given a name."""
    db.execute(
        """
        CREATE TABLE saved_search (
            name TEXT PRIMARY KEY,
            query TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT
        """
    )


def orders(db: Runs) -> None:
    """Orders within the stars, and seeds; none is written to when an image is recorded without."""
    for column in ("cost_nano", "created_at"):
        db.execute(
            f"CREATE INDEX asset_rating_{column} ON asset (rating, {column}, id) "
            "WHERE rating IS NOT NULL"
        )
    db.execute("CREATE INDEX asset_seed ON asset (seed, id) WHERE seed IS NOT NULL")


def _read(db: Runs, sql: str, values: Sequence[object] = ()) -> list[Any]:
    found: Any = db.execute(sql, values)  # a cursor, whichever it is
    return [tuple(row) for row in found.fetchall()]
