"""The table of what a studio remembers."""

from __future__ import annotations

from imagelab.catalog.schema_parts import Runs


def m012_presets(db: Runs) -> None:
    """Sets of parameters that were given a name; without one, what was sent last."""
    db.execute(
        """
        CREATE TABLE preset (
            name TEXT PRIMARY KEY,      -- empty: what was sent last
            said TEXT NOT NULL,         -- JSON: model, n, params, and the last prompt
            at INTEGER NOT NULL
        ) STRICT
        """
    )
