"""Presets: what a studio's form said, kept under a name; under none what was sent last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from imagelab import clock
from imagelab.catalog.slices import rows
from imagelab.domain.request import canonical
from imagelab.domain.text import one_line
from imagelab.errors import RequestError

MAX_NAME = 60  # characters
LAST = ""


def names(db: sqlite3.Connection) -> list[str]:
    """Every name, in alphabetical order."""
    sql = "SELECT name FROM preset WHERE name != '' ORDER BY name COLLATE NOCASE, name"
    return [row[0] for row in rows(db, sql)]


def read(db: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    """What is kept under a name; None where that is nothing, or nothing that can be read."""
    found = db.execute("SELECT said FROM preset WHERE name = ?", (name,)).fetchone()
    try:
        said = json.loads(found[0]) if found else None
    except ValueError:  # a catalog from elsewhere may hold anything
        return None
    return said if isinstance(said, dict) else None


def save(db: sqlite3.Connection, name: str, said: Mapping[str, Any]) -> None:
    """Keep it, in place of what went by that name before; RequestError for a name that is none."""
    if not name.strip() or one_line(name, MAX_NAME) != name:
        raise RequestError(
            f"{name[:40]!r} is no name for a preset: it is one line of 1 to {MAX_NAME} characters"
        )
    _keep(db, name, said)


def remember(db: sqlite3.Connection, said: Mapping[str, Any]) -> None:
    """Keep what was sent last."""
    _keep(db, LAST, said)


def delete(db: sqlite3.Connection, name: str) -> None:
    """Forget one; RequestError where none goes by that name."""
    if name == LAST or not db.execute("DELETE FROM preset WHERE name = ?", (name,)).rowcount:
        known = ", ".join(repr(one) for one in names(db)) or "none"
        raise RequestError(f"no preset is named {name!r:.60}; there are: {known}")


def _keep(db: sqlite3.Connection, name: str, said: Mapping[str, Any]) -> None:
    db.execute(
        "INSERT INTO preset VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "said = excluded.said, at = excluded.at",
        (name, canonical(dict(said)), clock.now_us()),
    )
