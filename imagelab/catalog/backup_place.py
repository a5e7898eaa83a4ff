"""Where a backup goes, and every reason why it may not go there, said before anything is copied."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imagelab.catalog import slices
from imagelab.catalog.catalog import Catalog, Mode, open_catalog
from imagelab.catalog.checks import check_kind, checking, version
from imagelab.catalog.locks import Locks, beside
from imagelab.domain.frozen import frozen
from imagelab.domain.text import file_size
from imagelab.errors import CatalogError, CatalogModeError

_SPARE_BYTES = 8_000_000  # for lock files, journals and whatever else writes to that disk


@frozen
class Place:
    """The backup's path, and the file that is worked on: a first copy has no name yet."""

    path: Path
    copy: Path
    uuid: str

    @property
    def aside(self) -> Path:
        """Where the new rows wait for their originals."""
        return beside(self.path, "rows")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The copy to read, with the new rows beside it as `aside.of_…`."""
        with Locks(self.copy).reading(), checking(self.copy) as db:
            self._attach(db)
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The same to write, one transaction; CatalogError where the disk is full."""
        with Locks(self.copy).writing(), checking(self.copy) as db:
            self._attach(db)
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except sqlite3.OperationalError as error:  # what was begun is undone by closing
                raise told_if_full(error, self.path) from error

    def prepare(self, mode: Mode) -> None:
        """Have a catalog there to copy into, which says whose copy it is."""
        if self.copy != self.path and _uuid_in(self.copy) != self.uuid:
            self.copy.unlink(missing_ok=True)  # a run that was killed before it had copied anything
        open_catalog(self.copy, mode).close()
        with Locks(self.copy).writing(), checking(self.copy) as db:
            db.execute("UPDATE about SET value = ? WHERE name = 'uuid'", (self.uuid,))

    def _attach(self, db: sqlite3.Connection) -> None:
        db.row_factory = sqlite3.Row
        db.execute("ATTACH ? AS aside", (str(self.aside),))


def destination(catalog: Catalog, dest: str) -> Path:
    """The backup's file, absolute; in a folder it is called as the catalog is.

    What is not there yet is a folder if its name has no suffix.
    """
    path = Path(dest).expanduser()
    folder = path.is_dir() or dest.endswith(os.sep) or not (path.suffix or path.exists())
    return (path / catalog.path.name if folder else path).resolve()


def place_for(catalog: Catalog, path: Path) -> Place:
    """What is worked on to have a backup at an absolute path.

    Raises CatalogError that says why it cannot be there.
    """
    if path == catalog.path.resolve() or (path.exists() and path.samefile(catalog.path)):
        raise CatalogError(
            f"{str(path)!r} is the catalog itself; a backup goes to another file, best on another "
            "disk"
        )
    with catalog.reading() as db:
        uuid = _about(db)["uuid"]
    if path.exists():
        _check_ours(path, catalog, uuid)
        return Place(path, path, uuid)
    copy = beside(path, "part")
    if copy.exists() and _has_rows(copy):
        _check_ours(copy, catalog, uuid)
    return Place(path, copy, uuid)


def check_room(catalog: Catalog, place: Place) -> None:
    """CatalogError where the disk has not room for what is to be copied.

    Originals that are not there yet, and the rows twice: aside, and in the copy.
    """
    originals = _originals_bytes(catalog)
    rows = max(0, catalog.path.stat().st_size - originals)
    needed = max(0, originals - _bytes_there(place.copy)) + 2 * rows + _SPARE_BYTES
    found = os.statvfs(place.path.parent)
    free = found.f_bavail * found.f_frsize
    if free < needed:
        raise CatalogError(
            f"{str(place.path.parent)!r} has {file_size(free)} free, and the backup may need "
            f"{file_size(needed)}; nothing was copied. Free some space, or name another folder"
        )


def told_if_full(error: sqlite3.OperationalError, path: Path) -> Exception:
    """What is said where the backup's disk is full; whatever else went wrong, as it is."""
    if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
        return error
    return CatalogError(
        f"the disk of {str(path.parent)!r} is full; the last backup stands as it was. Free some "
        "space, and make it again: it goes on where it was"
    )


def _check_ours(path: Path, catalog: Catalog, uuid: str) -> None:
    with Locks(path).writing(), checking(path) as db:  # a crash may have to be undone
        check_kind(db, path)
        about = _about(db) if version(db) else {}
    if not about:
        raise CatalogError(
            f"{str(path)!r} is there and is no backup; name another file, and it will be made"
        )
    mode = about.get("mode")
    if mode != catalog.mode:
        raise CatalogModeError(
            f"{str(path)!r} is a {mode} catalog and {catalog.path.name} is a {catalog.mode} one; "
            "neither is copied over the other. Name another file"
        )
    if about["uuid"] != uuid:
        raise CatalogError(
            f"{str(path)!r} belongs to another catalog ({about['uuid']}), and this one is {uuid}; "
            "name another file"
        )
    if "copied_at" not in about:
        raise CatalogError(
            f"{str(path)!r} is no backup: it is the catalog that this one was copied from, and "
            "would be lost. Name another file"
        )


def _about(db: sqlite3.Connection) -> dict[str, str]:
    return dict(slices.rows(db, "SELECT name, value FROM about"))


def _uuid_in(copy: Path) -> str | None:
    if not copy.exists():
        return None
    with Locks(copy).writing(), checking(copy) as db:
        return _about(db).get("uuid") if version(db) else None


def _has_rows(copy: Path) -> bool:
    with Locks(copy).writing(), checking(copy) as db:
        check_kind(db, copy)
        return bool(version(db)) and bool(db.execute("SELECT 1 FROM asset LIMIT 1").fetchone())


def _originals_bytes(catalog: Catalog) -> int:
    with catalog.reading() as db:
        last = db.execute("SELECT coalesce(max(id), 0) FROM blob").fetchone()[0]
    found = slices.by_range(catalog, 1, last, _size_between)
    return sum(found)


def _size_between(db: sqlite3.Connection, first: int, last: int) -> int:
    asked = (
        "SELECT coalesce(sum(size_bytes), 0) FROM blob WHERE id BETWEEN ? AND ? "
        "AND id NOT IN (SELECT blob FROM emptied UNION ALL SELECT blob FROM offloaded)"
    )
    return int(db.execute(asked, (first, last)).fetchone()[0])


def _bytes_there(copy: Path) -> int:
    if not copy.exists():
        return 0
    with Locks(copy).reading(), checking(copy) as db:
        if not version(db):
            return 0
        return int(db.execute("SELECT coalesce(sum(size_bytes), 0) FROM blob").fetchone()[0])
