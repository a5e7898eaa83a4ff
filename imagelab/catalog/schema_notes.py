"""The tables of what was found out about images elsewhere: columns joined by asset."""

from __future__ import annotations

from imagelab.catalog.schema_parts import Runs


def m015_annotations(db: Runs) -> None:
    """Columns that `lab.annotate` brought, each of one kind, and their values; NULL is no row."""
    db.execute(
        """
        CREATE TABLE annotated (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('whole', 'real', 'text', 'flag', 'moment')),
            at INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE annotation (
            field INTEGER NOT NULL REFERENCES annotated(id) ON DELETE CASCADE,
            asset INTEGER NOT NULL REFERENCES asset(id),
            value ANY NOT NULL,         -- of the column's kind; a moment in microseconds, a flag 0 or 1
            PRIMARY KEY (field, asset)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX annotation_value ON annotation (field, value)")


def m016_annotated_when(db: Runs) -> None:
    """When each value was told, and when one was taken away, so that a merge knows the later."""
    db.execute(
        "ALTER TABLE annotation ADD COLUMN at INTEGER NOT NULL DEFAULT 0"
    )  # 0: as its column
    db.execute(
        """
        CREATE TABLE unannotated (
            field INTEGER NOT NULL REFERENCES annotated(id) ON DELETE CASCADE,
            asset INTEGER NOT NULL REFERENCES asset(id),
            at INTEGER NOT NULL,
            PRIMARY KEY (field, asset)
        ) STRICT, WITHOUT ROWID
        """
    )


def m017_kin(db: Runs) -> None:
    """What a family tells of each member, found by what made it: rows of assets are far apart."""
    db.execute(
        "CREATE INDEX asset_kin ON asset "
        "(generation, id, kind, rejected, cost_nano, cost_unit, cost_source)"
    )
