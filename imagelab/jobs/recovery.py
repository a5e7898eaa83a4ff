"""What nobody works on any more: claimed by exactly one process, and settled where it can be.

Opening a catalog reads what was staged, polls and downloads; it never pays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from imagelab import killpoints
from imagelab.catalog import journal, leases, staging, unsent
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.entries import tell
from imagelab.domain.frozen import frozen
from imagelab.domain.life import Lease, Owner
from imagelab.jobs.lease import Watched, lives
from imagelab.jobs.owner import carried, this_process


@frozen
class Orphan:
    """An open generation that nobody works on; what it asked for is read once it is claimed.

    `reopen` are calls, by uuid, that had ended without an outcome and are to be asked for again.
    """

    generation: int
    uuid: str
    provider: str
    owner: Owner
    reopen: tuple[str, ...] = ()


def orphans(db: sqlite3.Connection, watched: Watched) -> list[Orphan]:
    """The open generations that nobody works on, oldest first."""
    rows = db.execute(
        "SELECT id, uuid, provider, boot, pid, process_start FROM generation "
        "WHERE status IN ('queued', 'running') ORDER BY id"
    ).fetchall()
    found = [
        Orphan(
            row["id"],
            row["uuid"],
            row["provider"],
            Owner(row["boot"], row["pid"], row["process_start"]),
        )
        for row in rows
    ]
    owners = {orphan.owner for orphan in found}
    living = {owner for owner in owners if lives(owner, leases.lease_of(db, owner), watched)}
    return [orphan for orphan in found if _abandoned(orphan, living)]


def claim(db: sqlite3.Connection, orphan: Orphan, lease: Lease) -> bool:
    """Become the owner; False if another process was faster."""
    was, owner = orphan.owner, lease.owner
    leases.renew(db, lease)
    changed = db.execute(
        "UPDATE generation SET boot = ?, pid = ?, process_start = ? "
        "WHERE id = ? AND boot = ? AND pid = ? AND process_start = ?",
        (owner.boot, owner.pid, owner.start, orphan.generation, was.boot, was.pid, was.start),
    )
    if changed.rowcount != 1:
        return False
    tell(db, orphan.generation, None, None, "claimed")
    for call in orphan.reopen:
        journal.reopen(db, call)
    killpoints.reach("claiming")
    return True


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


def word_of_unsent(catalog: Catalog, call: str) -> str | None:
    """Why an earlier run did not post a call, if it left word that can be believed."""
    why = staging.unsent(catalog.staging, call)
    with catalog.reading() as db:
        return why if why and unsent.once_at_most(db, call) else None


def clear(folder: Path, calls: Iterable[str]) -> None:
    """Remove staged replies that a process did not live to remove."""
    for call in calls:
        staging.remove(folder, call)


def _abandoned(orphan: Orphan, living: set[Owner]) -> bool:
    if orphan.owner == this_process():
        return not carried(orphan.uuid)
    return orphan.owner not in living
