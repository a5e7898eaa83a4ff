"""The table of judgements: which of two images somebody liked better, not knowing whose they were."""

from __future__ import annotations

from imagelab.catalog.schema_parts import Runs


def m010_comparisons(db: Runs) -> None:
    """Every blind comparison; rows are added, and one that was taken back says when.

    This is what a dataset of preferences is made of: the prompt is that of either asset (the
    same, where `axes` has nothing that is in it), chosen the winner, rejected the other.
    """
    db.execute(
        """
        CREATE TABLE comparison (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid TEXT NOT NULL UNIQUE,
            left_asset INTEGER NOT NULL REFERENCES asset(id),   -- as they were shown
            right_asset INTEGER NOT NULL REFERENCES asset(id),
            winner INTEGER REFERENCES asset(id),                -- one of the two; NULL for a tie
            axes TEXT NOT NULL,         -- JSON: the names of the axes they differed on
            about TEXT NOT NULL,        -- the sweep's template, or the search
            seed INTEGER NOT NULL,      -- which drew who stood left
            judged_at INTEGER NOT NULL,
            undone_at INTEGER,          -- when it was taken back
            CHECK (left_asset <> right_asset AND winner IN (left_asset, right_asset))
        ) STRICT
        """
    )
    for side in ("left_asset", "right_asset"):
        db.execute(f"CREATE INDEX comparison_{side} ON comparison ({side}) WHERE undone_at IS NULL")
