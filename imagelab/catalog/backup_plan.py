"""The backup that a catalog wants kept up: where, how often, when last, and why not since."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from imagelab import clock
from imagelab.domain.frozen import frozen
from imagelab.domain.life import Owner

_NAMES = ("dest", "every", "last", "error", "claim")


@frozen
class Plan:
    """A backup to be kept up; `last` is None while none was made, `error` why the last try failed."""

    dest: Path
    every: timedelta
    last: datetime | None = None
    error: str | None = None
    claim: Owner | None = None

    @property
    def due(self) -> bool:
        """Whether it is time; a clock that was put back counts as time too."""
        if self.last is None:
            return True
        return not timedelta() <= clock.now() - self.last < self.every


def read(db: sqlite3.Connection) -> Plan | None:
    """The plan; None where no backup is to be kept up."""
    found = db.execute("SELECT name, value FROM about WHERE name LIKE 'backup_%'").fetchall()
    kept = {name.removeprefix("backup_"): value for name, value in found}
    if "dest" not in kept or "every" not in kept:
        return None
    return Plan(
        Path(kept["dest"]),
        timedelta(seconds=int(kept["every"])),
        datetime.fromisoformat(kept["last"]) if "last" in kept else None,
        kept.get("error"),
        Owner(*json.loads(kept["claim"])) if "claim" in kept else None,
    )


def remember(db: sqlite3.Connection, dest: Path, every: timedelta) -> None:
    """Keep a backup up from now on, instead of any other."""
    there = read(db)
    if there is None or there.dest != dest:
        forget(db)
    _note(db, "dest", str(dest))
    _note(db, "every", str(int(every.total_seconds())))


def forget(db: sqlite3.Connection) -> None:
    """Keep no backup up."""
    for name in _NAMES:
        _drop(db, name)


def claim(db: sqlite3.Connection, owner: Owner) -> None:
    """Have it be this process that makes the backup now."""
    _note(db, "claim", json.dumps([owner.boot, owner.pid, owner.start]))


def release(db: sqlite3.Connection) -> None:
    """Nobody makes it any more."""
    _drop(db, "claim")


def made(db: sqlite3.Connection, dest: Path) -> None:
    """The backup was made, whoever asked for it; one that goes elsewhere changes nothing."""
    plan = read(db)
    if plan is not None and plan.dest == dest:
        _note(db, "last", clock.now().isoformat())
        _drop(db, "error")


def failed(db: sqlite3.Connection, why: str) -> None:
    """It could not be made, and this is to be said when the catalog is opened."""
    if read(db) is not None:
        _note(db, "error", why)


def _note(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (f"backup_{name}", value))


def _drop(db: sqlite3.Connection, name: str) -> None:
    db.execute("DELETE FROM about WHERE name = ?", (f"backup_{name}",))
