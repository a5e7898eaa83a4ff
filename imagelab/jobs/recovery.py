"""What a dead process left open: claimed by exactly one living one, and settled where it can be.

Opening a catalog reads what was staged, polls and downloads; it never pays.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from imagelab.catalog.requests import open_calls
from imagelab.domain.life import Owner
from imagelab.domain.request import Call
from imagelab.jobs.owner import alive


@dataclass(frozen=True, slots=True)
class Orphan:
    """An open generation of a process that is gone, with its open calls and their states."""

    generation: int
    uuid: str
    provider: str
    owner: Owner
    calls: tuple[tuple[Call, str], ...]


def orphans(db: sqlite3.Connection) -> list[Orphan]:
    """The open generations whose process no longer runs, oldest first."""
    rows = db.execute(
        "SELECT * FROM generation WHERE status IN ('queued', 'running') ORDER BY id"
    ).fetchall()
    owned = [(row, Owner(row["boot"], row["pid"], row["process_start"])) for row in rows]
    return [
        Orphan(row["id"], row["uuid"], row["provider"], owner, open_calls(db, row["id"]))
        for row, owner in owned
        if not alive(owner)
    ]


def claim(db: sqlite3.Connection, orphan: Orphan, owner: Owner) -> bool:
    """Become the owner; False if another process was faster."""
    was = orphan.owner
    changed = db.execute(
        "UPDATE generation SET boot = ?, pid = ?, process_start = ? "
        "WHERE id = ? AND boot = ? AND pid = ? AND process_start = ?",
        (owner.boot, owner.pid, owner.start, orphan.generation, was.boot, was.pid, was.start),
    )
    return changed.rowcount == 1
