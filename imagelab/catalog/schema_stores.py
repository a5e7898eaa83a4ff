"""The tables of originals that lie elsewhere: in which store, and under what name there."""

from __future__ import annotations

from imagelab.catalog.schema_parts import Runs


def m014_stores(db: Runs) -> None:
    """Where originals lie that are not in the file. No credential is ever among it.

    A row in `offloaded` stands for an original whose bytes are empty here, and for no other.
    """
    db.execute(
        """
        CREATE TABLE store (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,         -- 'moved' into it, 'left' where they were, 'told' by another catalog
            url TEXT NOT NULL,          -- file:///folder or s3://bucket/prefix
            at INTEGER NOT NULL,
            UNIQUE (url, kind)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE offloaded (
            blob INTEGER PRIMARY KEY REFERENCES blob(id),
            store INTEGER NOT NULL REFERENCES store(id),
            name TEXT NOT NULL,         -- what it is called there, with slashes
            at INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE INDEX offloaded_store ON offloaded (store, blob)")
