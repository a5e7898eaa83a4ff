"""The tables of batches, a migration told in `schema` among the others."""

from __future__ import annotations

from imagelab.catalog.runs import Runs


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
            quote_unit TEXT NOT NULL,
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
