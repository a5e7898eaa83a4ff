"""The tables of looking through a catalog: what was said of images, and how to take it back."""

from __future__ import annotations

from imagelab.catalog.schema_parts import Runs


def m009_acts(db: Runs) -> None:
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


def m010_trash(db: Runs) -> None:
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
