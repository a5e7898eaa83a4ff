"""What providers told of their models when they were asked, as they told it, with the day."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from imagelab.domain.frozen import frozen

_NAME = "models of "  # and the provider's, in the table of what a catalog knows of itself


@frozen
class Told:
    """A provider's documents, and the day they were read; a price is exact, as text or as a decimal."""

    documents: Mapping[str, Any]
    read: date


def keep(db: sqlite3.Connection, provider: str, documents: Mapping[str, Any], read: date) -> None:
    """Keep what a provider told, in place of what it told before."""
    text = json.dumps({"read": read.isoformat(), "documents": documents}, default=str)
    db.execute("DELETE FROM about WHERE name = ?", (_NAME + provider,))
    db.execute("INSERT INTO about VALUES (?, ?)", (_NAME + provider, text))


def read(db: sqlite3.Connection) -> dict[str, Told]:
    """What each provider last told."""
    rows = db.execute("SELECT name, value FROM about WHERE name LIKE ? || '%'", (_NAME,)).fetchall()
    return {row[0].removeprefix(_NAME): _told(row[1]) for row in rows}


def _told(text: str) -> Told:
    kept = json.loads(text, parse_float=Decimal)
    return Told(kept["documents"], date.fromisoformat(kept["read"]))
