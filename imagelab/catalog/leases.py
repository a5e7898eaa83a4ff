"""Leases: which processes still work on the generations they own.

A row a process, renewed while it carries anything. Who may take a generation up is judged by
the jobs, which know clocks and processes; here it is only kept.
"""

from __future__ import annotations

import sqlite3

from imagelab.domain.life import Lease, Owner

_OWNER = "boot = ? AND pid = ? AND process_start = ?"


def renew(db: sqlite3.Connection, lease: Lease) -> None:
    """Keep the newest word of a process, counting how often it was given."""
    owner = lease.owner
    db.execute(
        "INSERT INTO lease VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET "
        "until_us = max(until_us, excluded.until_us), beats = beats + 1",
        (owner.boot, owner.pid, owner.start, lease.host, lease.space, lease.until_us),
    )


def lease_of(db: sqlite3.Connection, owner: Owner) -> Lease | None:
    """The last word of a process; None if it gave none, or has left."""
    row = db.execute(f"SELECT * FROM lease WHERE {_OWNER}", _key(owner)).fetchone()  # noqa: S608 - our own words
    if row is None:
        return None
    return Lease(owner, row["host"], row["space"], row["until_us"], row["beats"])


def give_up(db: sqlite3.Connection, owner: Owner) -> None:
    """A process leaves: it owns no generation any more."""
    db.execute(f"DELETE FROM lease WHERE {_OWNER}", _key(owner))  # noqa: S608 - our own words


def owns(db: sqlite3.Connection, generation: int, owner: Owner) -> bool:
    """Whether an open generation is still this process's."""
    found = db.execute(
        f"SELECT 1 FROM generation WHERE id = ? AND status IN ('queued', 'running') AND {_OWNER}",  # noqa: S608 - our own words
        (generation, *_key(owner)),
    ).fetchone()
    return found is not None


def _key(owner: Owner) -> tuple[str, int, int]:
    return owner.boot, owner.pid, owner.start
