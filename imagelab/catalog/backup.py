"""Copies a catalog while others work with it: rows of one moment, then originals by hash.

The file at the destination is at every moment the old backup or the new one. A run that was
killed goes on with the originals it has copied; a second one copies only what is new.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from imagelab import clock, killpoints
from imagelab.catalog import backup_originals, backup_rows, folders, staging
from imagelab.catalog.backup_place import Place, check_room, place_for
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.checks import refused
from imagelab.catalog.locks import Locks, beside
from imagelab.domain.frozen import frozen
from imagelab.domain.markup import report
from imagelab.domain.text import counted, file_size
from imagelab.errors import CatalogBusyError, CatalogError

_TRIES = 3  # rows are read again where originals they name were removed meanwhile
_SIDE_FILES = ("lock", "gate")


@frozen
class Backup:
    """One backup that was made: where, of how much, and what is to be said of it.

    `copied` counts originals that were not there before, `copied_bytes` their bytes;
    `under_way` generations that stand as unknown in the copy, `altered` originals that no
    longer have the bytes of their hash; `stored` originals that lie in a store, and only there.
    """

    path: Path
    assets: int
    originals: int
    copied: int
    copied_bytes: int
    seconds: float
    under_way: int = 0
    altered: int = 0
    stored: int = 0

    def __str__(self) -> str:
        """As a person reads it."""
        new = f"{counted(self.copied, 'new original')} copied ({file_size(self.copied_bytes)})"
        told = f"{self.path}: {counted(self.assets, 'asset')}; {new} in {self.seconds:.1f} s"
        if self.under_way:
            told += f"; under way, and unknown in the copy: {counted(self.under_way, 'generation')}"
        if self.altered:
            told += (
                f"; {counted(self.altered, 'original')} no longer as kept, copied as found:"
                " lab.verify(deep=True) names them"
            )
        if self.stored:
            told += (
                f"; {counted(self.stored, 'original')} only in a store, where the copy reads them "
                "too: lab.offload(None) takes them back first"
            )
        return told

    def __repr__(self) -> str:
        return f"Backup({self})"

    def _repr_html_(self) -> str:
        return report(str(self))


def back_up(catalog: Catalog, path: Path, check: Callable[[], None] = lambda: None) -> Backup:
    """Make the backup at an absolute path, or bring it up to date.

    `check` is called between steps, and may raise to stop it. Raises CatalogError where the
    destination is not this catalog's to write, or has no room.
    """
    try:
        return _backed_up(catalog, path, check)
    except OSError as error:
        raise refused(path, error) from error


def _backed_up(catalog: Catalog, path: Path, check: Callable[[], None]) -> Backup:
    began = clock.monotonic()
    place = place_for(catalog, path)
    place.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folders.sync(place.path.parent.parent)
    with _only_one(place.path):
        check_room(catalog, place)
        place.prepare(catalog.mode)
        copied = _copied(catalog, place, check)
        under_way = _switch(catalog, place)
        assets, originals, stored = _counts(place)
        _take_place(place)
    return Backup(
        place.path,
        assets,
        originals,
        copied.count,
        copied.size_bytes,
        clock.monotonic() - began,
        under_way,
        copied.altered,
        stored,
    )


def _copied(catalog: Catalog, place: Place, check: Callable[[], None]) -> backup_originals.Copied:
    """Everything that the rows name is in the copy, or beside it."""
    copied = backup_originals.Copied()
    for _ in range(_TRIES):
        backup_rows.set_aside(catalog, place.aside)
        with place.reading() as db:
            backup_rows.check_not_ahead(db, place.path)
        killpoints.reach("backup_rows")
        check()
        copied += backup_originals.copy(catalog, place, check)
        if not copied.gone:
            _copy_replies(catalog, place)
            return copied
    raise CatalogError(
        f"originals were removed from {catalog.path.name} as fast as they could be copied; the "
        "last backup stands as it was. Try again when nothing is being removed"
    )


def _copy_replies(catalog: Catalog, place: Place) -> None:
    """Staged replies of calls that are not settled may be the only copy of what was paid for."""
    folder = place.path.with_name("staging")
    if folder.resolve() == catalog.staging.resolve():
        return
    with place.reading() as db:
        open_, settled = backup_rows.calls(db)
    for call in open_:
        staging.copy(catalog.staging, folder, call)
    for call in set(staging.all_staged(folder)) & settled:
        staging.remove(folder, call)


def _switch(catalog: Catalog, place: Place) -> int:
    """The copy's rows are exchanged for the new ones; how many generations were under way."""
    with place.writing() as db:
        backup_rows.check_not_ahead(db, place.path)
        under_way = backup_rows.exchange(db, catalog.path)
        killpoints.reach("backup_switch")
    return under_way


def _counts(place: Place) -> tuple[int, int, int]:
    """Assets, originals, and those of them that are not in the copy itself."""
    with place.reading() as db:
        assets, originals, stored = db.execute(
            "SELECT (SELECT count(*) FROM main.asset), (SELECT count(*) FROM main.blob), "
            "(SELECT count(*) FROM main.offloaded)"
        ).fetchone()
    return int(assets), int(originals), int(stored)


def _take_place(place: Place) -> None:
    """A first copy gets its name only now that it is whole; what lay beside it goes."""
    if place.copy != place.path:
        with Locks(place.copy).writing(), Locks(place.path).writing():
            if place.path.exists():
                raise CatalogError(
                    f"{str(place.path)!r} was made by somebody else meanwhile; the backup lies "
                    f"beside it as {place.copy.name}. Name another file, and make it again"
                )
            place.copy.replace(place.path)
            folders.sync(place.path.parent)
        for kind in _SIDE_FILES:
            beside(place.copy, kind).unlink(missing_ok=True)
    place.aside.unlink(missing_ok=True)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Nobody else makes the same backup meanwhile; the lock ends with the process."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(beside(path, "copying"), flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CatalogBusyError(
            f"the backup {path.name} is being made by another process just now; nothing was done "
            "here, and nothing needs to be"
        ) from None
    finally:
        os.close(descriptor)
