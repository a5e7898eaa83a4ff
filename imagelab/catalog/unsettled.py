"""What is not settled: generations under way, and calls that ended without an outcome."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from imagelab.catalog import leases
from imagelab.clock import from_us
from imagelab.domain.frozen import frozen
from imagelab.domain.life import CALL_FINAL, Lease, Owner

# The second half is the first again, in the words of the index of what is open.
_UNKNOWN = "state = 'unknown' AND state NOT IN ('done', 'failed', 'cancelled')"


@frozen
class Unsettled:
    """A generation with what is open of it.

    `open` are calls under way, `unknown` calls whose outcome nobody knows, by uuid.
    `lease` is the last word of the process that owns it.
    """

    generation: int
    uuid: str
    provider: str
    owner: Owner
    lease: Lease | None
    open: tuple[str, ...]
    unknown: tuple[str, ...]
    sent_at: datetime | None


def unsettled(db: sqlite3.Connection) -> list[Unsettled]:
    """Every generation with something open or unknown, oldest first."""
    numbers = db.execute(
        "SELECT id FROM generation WHERE status IN ('queued', 'running') "  # noqa: S608 - a constant
        f"UNION SELECT generation FROM call WHERE {_UNKNOWN} ORDER BY 1"
    ).fetchall()
    return [_unsettled(db, number[0]) for number in numbers]


def count_unknown(db: sqlite3.Connection) -> int:
    """How many generations have a call whose outcome nobody knows."""
    found = db.execute(f"SELECT count(DISTINCT generation) FROM call WHERE {_UNKNOWN}")  # noqa: S608 - a constant
    return int(found.fetchone()[0])


def is_copy(db: sqlite3.Connection) -> bool:
    """Whether this catalog is a copy of another, which alone may send anything again."""
    return db.execute("SELECT 1 FROM about WHERE name = 'copied_from'").fetchone() is not None


def _unsettled(db: sqlite3.Connection, number: int) -> Unsettled:
    row = db.execute("SELECT * FROM generation WHERE id = ?", (number,)).fetchone()
    calls = db.execute(
        "SELECT uuid, state, sent_at FROM call WHERE generation = ? ORDER BY position", (number,)
    ).fetchall()
    owner = Owner(row["boot"], row["pid"], row["process_start"])
    sent = [call["sent_at"] for call in calls if call["sent_at"] is not None]
    return Unsettled(
        number,
        row["uuid"],
        row["provider"],
        owner,
        leases.lease_of(db, owner),
        tuple(call["uuid"] for call in calls if call["state"] not in CALL_FINAL),
        tuple(call["uuid"] for call in calls if call["state"] == "unknown"),
        from_us(min(sent)) if sent else None,
    )
