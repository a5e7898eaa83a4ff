"""Backups: made when asked, and kept up by whoever opens the catalog when one is due."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

from imagelab import clock
from imagelab.catalog import backup_plan
from imagelab.catalog.backup import Backup, back_up
from imagelab.catalog.backup_place import destination
from imagelab.catalog.backup_plan import Plan
from imagelab.catalog.catalog import Catalog
from imagelab.domain.text import counted
from imagelab.errors import CatalogBusyError, CatalogError, ImagelabError, RequestError
from imagelab.jobs.owner import alive, this_process
from imagelab.lab.engine import Engine

NEVER = "never"
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MOST = timedelta(days=3650)
_log = logging.getLogger(__name__)


def make(catalog: Catalog, dest: object = None, every: str | None = None) -> Backup | None:
    """Make a backup, and keep it up from now on where `every` says how often.

    `dest` is a file or a folder; None is the backup that is kept up already. `every` is such
    as `"12h"` or `"7d"`; `"never"` keeps none up, and without `dest` nothing is copied then.
    """
    interval = interval_of(every) if every not in (None, NEVER) else None
    path = _destination(catalog, dest, every)
    if every == NEVER:
        with catalog.writing() as db:
            backup_plan.forget(db)
    if path is None:
        return None
    backup = back_up(catalog, path)
    if catalog.read_only:
        return backup
    with catalog.writing() as db:
        if interval is not None:
            backup_plan.remember(db, path, interval)
        backup_plan.made(db, path)
    return backup


def interval_of(every: object) -> timedelta:
    """How often, from such as `"7d"`; RequestError for anything else.

    >>> interval_of("12h") == timedelta(hours=12)
    True
    """
    found = re.fullmatch(r"([1-9][0-9]{0,4})([hdw])", every) if isinstance(every, str) else None
    interval = int(found[1]) * _UNITS[found[2]] if found else None
    if interval is None or interval > _MOST:
        raise RequestError(
            f"every={every!r} is no interval; hours, days or weeks are taken, such as '12h', '7d' "
            "or '2w', and 'never' keeps no backup up"
        )
    return interval


def keep_up(engine: Engine) -> None:
    """Make the backup in the background if it is due and nobody else is at it."""
    if engine.catalog.read_only:  # what was made could not be noted
        return
    with engine.catalog.reading() as db:
        plan = backup_plan.read(db)
    if plan is None or not plan.due or (plan.claim and alive(plan.claim)):
        return
    with engine.catalog.writing() as db:
        plan = _claimed(db)
    if plan is not None:
        _Keeper(engine, plan).start()


def told(engine: Engine) -> str | None:
    """What is to be said of the backup when the catalog is opened; None while all is well."""
    with engine.catalog.reading() as db:
        plan = backup_plan.read(db)
    if plan is None or plan.error is None or not plan.due:
        return None
    if plan.last is None:
        return f"the backup to {plan.dest} was never made: {plan.error}"
    days = max(0, (clock.now() - plan.last).days)
    return f"the backup to {plan.dest} is {counted(days, 'day')} old: {plan.error}"


class _Keeper:
    """A backup under way in a thread of its own, which ends when its lab is closed."""

    def __init__(self, engine: Engine, plan: Plan) -> None:
        self._catalog, self._plan = engine.catalog, plan
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, name="imagelab-backup", daemon=True)
        engine.at_close(self._leave)

    def start(self) -> None:
        self._thread.start()

    def _leave(self) -> None:
        self._leaving.set()
        self._thread.join()

    def _check(self) -> None:
        if self._leaving.is_set():
            raise _LeavingError

    def _run(self) -> None:
        error: str | None = None
        try:
            _check_there(self._plan.dest)
            back_up(self._catalog, self._plan.dest, self._check)
        except (_LeavingError, CatalogBusyError) as reason:  # the next opening goes on with it
            _log.debug("the backup waits: %r", reason)
            self._end(done=False, error=None)
            return
        except (ImagelabError, OSError, sqlite3.Error) as reason:
            error = str(reason)
            _log.warning("no backup: %s", error)
        self._end(done=error is None, error=error)

    def _end(self, *, done: bool, error: str | None) -> None:
        try:
            with self._catalog.writing() as db:
                backup_plan.release(db)
                if done:
                    backup_plan.made(db, self._plan.dest)
                if error is not None:
                    backup_plan.failed(db, error)
        except ImagelabError as reason:  # the claim ends with this process
            _log.warning("what became of the backup could not be noted: %s", reason)


class _LeavingError(Exception):
    """The lab is being closed."""


def _check_there(dest: Path) -> None:
    """Where a disk is not attached, its folder may be there: nobody wants a copy in it."""
    if not dest.exists():
        raise CatalogError(
            "it is not there now; attach its disk, or have lab.backup() make it anew"
        )


def _claimed(db: sqlite3.Connection) -> Plan | None:
    """The plan, if it is still due and now ours to carry out."""
    plan = backup_plan.read(db)
    if plan is None or not plan.due or (plan.claim and alive(plan.claim)):
        return None
    backup_plan.claim(db, this_process())
    return plan


def _destination(catalog: Catalog, dest: object, every: str | None) -> Path | None:
    if dest is None:
        with catalog.reading() as db:
            plan = backup_plan.read(db)
        if plan is not None or every == NEVER:
            return plan.dest if plan is not None and every != NEVER else None
        raise RequestError(
            "no backup is kept up yet, so say where it goes: lab.backup('backups/'), or "
            "lab.backup('backups/', every='7d') to have it kept up"
        )
    if not isinstance(dest, str | os.PathLike) or not str(dest):
        raise RequestError(f"dest={dest!r} is not a path; name a file or a folder")
    return destination(catalog, os.fspath(dest))
