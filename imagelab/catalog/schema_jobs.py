"""The tables of work under way: who carries it, and what was asked for as one batch."""

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


def m008_batches(db: Runs) -> None:
    """Many requests reserved as one, each row with the generation it became."""
    db.execute(
        """
        CREATE TABLE batch (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid TEXT NOT NULL UNIQUE,
            fingerprint TEXT NOT NULL,
            status TEXT NOT NULL,       -- open: rows may be sent; ended; cancelled
            term INTEGER NOT NULL,      -- counts those who sent it, one after the other
            boot TEXT NOT NULL, pid INTEGER NOT NULL, process_start INTEGER NOT NULL,
            notebook TEXT,
            created_at INTEGER NOT NULL,
            finished_at INTEGER
        ) STRICT
        """
    )
    db.execute("CREATE INDEX batch_fingerprint ON batch (fingerprint, id)")
    db.execute("CREATE INDEX batch_open ON batch (id) WHERE status = 'open'")
    db.execute(
        """
        CREATE TABLE batch_row (
            batch INTEGER NOT NULL REFERENCES batch(id),
            position INTEGER NOT NULL,
            name TEXT NOT NULL,         -- of the row in the index it came with
            fingerprint TEXT NOT NULL,
            same_as INTEGER,            -- the position of an equal row whose generation is shared
            quote_low INTEGER, quote_likely INTEGER, quote_high INTEGER,
            provider TEXT NOT NULL, quote_unit TEXT NOT NULL,
            state TEXT NOT NULL,        -- unsent; waiting: reserved; begun: has a generation
            generation INTEGER REFERENCES generation(id),
            earlier TEXT NOT NULL DEFAULT '[]',  -- generations of it that failed, oldest first
            PRIMARY KEY (batch, position)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX batch_row_waiting ON batch_row (batch) WHERE state = 'waiting'")
    db.execute(
        "CREATE INDEX batch_row_same ON batch_row (batch, same_as) WHERE same_as IS NOT NULL"
    )
