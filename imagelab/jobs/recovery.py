"""What nobody works on any more: claimed by exactly one process, and settled where it can be.

Opening a catalog reads what was staged, polls and downloads; it never pays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from imagelab.catalog import staging
from imagelab.domain.life import Owner
from imagelab.jobs.owner import abandoned


@dataclass(frozen=True, slots=True)
class Orphan:
    """An open generation that nobody works on; what it asked for is read once it is claimed."""

    generation: int
    uuid: str
    provider: str
    owner: Owner


def orphans(db: sqlite3.Connection) -> list[Orphan]:
    """The open generations that nobody works on, oldest first."""
    rows = db.execute(
        "SELECT id, uuid, provider, boot, pid, process_start FROM generation "
        "WHERE status IN ('queued', 'running') ORDER BY id"
    ).fetchall()
    owned = [(row, Owner(row["boot"], row["pid"], row["process_start"])) for row in rows]
    return [
        Orphan(row["id"], row["uuid"], row["provider"], owner)
        for row, owner in owned
        if abandoned(owner, row["uuid"])
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


def release(db: sqlite3.Connection, generation: str, owner: Owner) -> None:
    """Own it no more, so that any process may claim it; one that is settled stays as it is."""
    db.execute(
        "UPDATE generation SET boot = 'nobody', pid = 0, process_start = 0 WHERE uuid = ? "
        "AND status IN ('queued', 'running') AND boot = ? AND pid = ? AND process_start = ?",
        (generation, owner.boot, owner.pid, owner.start),
    )


def read_through(db: sqlite3.Connection, calls: Iterable[str]) -> list[str]:
    """Those of the calls whose staged reply nobody will need: settled, and nothing open about it."""
    return [
        call
        for call in calls
        if db.execute(
            "SELECT 1 FROM call WHERE uuid = ? AND (state IN ('done', 'cancelled') "
            "OR (state = 'failed' AND charged = 'no'))",
            (call,),
        ).fetchone()
    ]


def clear(folder: Path, calls: Iterable[str]) -> None:
    """Remove staged replies that a process did not live to remove."""
    for call in calls:
        staging.remove(folder, call)
