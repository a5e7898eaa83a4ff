"""The tables of work under way: who carries it."""

from __future__ import annotations

from imagelab.catalog.schema_parts import Runs


def m007_leases(db: Runs) -> None:
    """Which processes still work on what they own."""
    db.execute(
        """
        CREATE TABLE lease (
            boot TEXT NOT NULL, pid INTEGER NOT NULL, process_start INTEGER NOT NULL,
            host TEXT NOT NULL,
            space TEXT NOT NULL,        -- the namespace in which pid is a number of its own
            until_us INTEGER NOT NULL,  -- on the owner's monotonic clock
            beats INTEGER NOT NULL,
            PRIMARY KEY (boot, pid, process_start)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute(
        "CREATE INDEX call_open ON call (state, generation) "
        "WHERE state NOT IN ('done', 'failed', 'cancelled')"
    )
