"""The tables of what came from elsewhere: its own words, and the parents it still waits for."""

from __future__ import annotations

from imagelab.catalog.schema_parts import Runs


def m011_brought(db: Runs) -> None:
    """An imported image's words as they came, what it was called there, and what it was made from.

    A picture with parents has a generation of its own, carried out elsewhere: it has no
    fingerprint, so that it is nobody's request here.
    """
    db.execute(
        """
        CREATE TABLE brought (
            asset INTEGER PRIMARY KEY REFERENCES asset(id),
            tool TEXT,                  -- who wrote the words
            name TEXT,                  -- what it is called there: a uuid of ours, or a file
            path TEXT,                  -- where it was read
            words TEXT NOT NULL,        -- JSON: the texts as they came
            at INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE INDEX brought_name ON brought (name, asset) WHERE name IS NOT NULL")
    db.execute(
        """
        CREATE TABLE awaited (
            parent TEXT NOT NULL,       -- what it is called there
            child INTEGER NOT NULL REFERENCES asset(id),
            position INTEGER NOT NULL,
            role TEXT NOT NULL,
            PRIMARY KEY (parent, child)
        ) STRICT, WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX awaited_child ON awaited (child)")
    db.execute("DROP VIEW generations")
    db.execute(
        """
        CREATE VIEW generations AS
        SELECT id, uuid, status, provider, model, native, prompt, n, quality, params, resolved, used, extra,
               quote_low / 1e9 AS quote_low, quote_likely / 1e9 AS quote_likely,
               quote_high / 1e9 AS quote_high, quote_unit,
               CASE WHEN cost_unit = 'usd' THEN cost_nano / 1e9 END AS cost_usd,
               CASE WHEN cost_unit = 'credits' THEN cost_nano / 1e9 END AS cost_credits,
               cost_source, error_kind, error, notebook,
               (finished_at - sent_at) / 1e6 AS seconds,
               datetime(created_at / 1e6, 'unixepoch') AS created_at
        FROM generation WHERE fingerprint <> ''
        """
    )
