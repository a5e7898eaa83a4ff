"""The catalog: one SQLite file that knows every generation and asset, made and opened here."""

from __future__ import annotations

import os
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

from imagelab import killpoints
from imagelab.catalog import folders, schema
from imagelab.catalog.checks import (
    check_acts,
    check_current,
    check_kind,
    checking,
    no_catalog,
    refused,
    version,
)
from imagelab.catalog.connection import Connections
from imagelab.catalog.locks import Locks
from imagelab.catalog.looking import left_hot, left_in_mid_write, what_is_read_only
from imagelab.errors import CatalogError, CatalogModeError

Mode = Literal["real", "sandbox"]


class Catalog:
    """An open catalog. What is done in it are functions over the connection it lends.

    `read_only` is what of it cannot be written: its disk, folder or file; else None. Then it is
    open for looking only, and writing is a CatalogError.
    """

    def __init__(
        self, path: Path, mode: Mode, *, unclean: bool, read_only: str | None = None
    ) -> None:
        self.path, self.mode, self.unclean, self.read_only = path, mode, unclean, read_only
        self._connections = Connections(path, read_only)

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """Read one consistent state; fetch everything before the block ends."""
        return self._connections.reading()

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Write one transaction, durable when the block ends."""
        return self._connections.writing()

    def check_open(self) -> None:
        """CatalogError where it was closed."""
        self._connections.check_owner()

    @property
    def staging(self) -> Path:
        """The folder of replies that are not yet in the catalog."""
        return self.path.with_name("staging")

    def quick_check(self) -> str:
        """SQLite's own opinion of the file: "ok", or what it found."""
        with self.reading() as db:
            found = db.execute("PRAGMA quick_check(1)").fetchone()
        return str(found[0])

    def close(self) -> None:
        """Close every connection to the file."""
        self._connections.close()


def open_catalog(path: Path, mode: Mode | None) -> Catalog:
    """Open the catalog at a path, or make it; `mode=None` follows the file.

    Raises CatalogModeError where the file is of the other mode, CatalogVersionError where a
    newer imagelab wrote it, CatalogError where it is not a catalog at all. One that cannot be
    written is opened for looking only: see `looking`.
    """
    if path.is_dir():
        raise CatalogError(
            f"{path.name!r} is a folder; a catalog is a file, such as {path.name}/catalog.db"
        )
    try:
        return _opened(path, mode)
    except OSError as error:
        raise refused(path, error) from error


def check_mode(found: Mode, asked: Mode | None, path: Path) -> None:
    """CatalogModeError where another mode was asked for than the file is of."""
    if asked not in (None, found):
        raise CatalogModeError(
            f"{path.name} is a {found} catalog, and {asked} was asked for; "
            f"open it with sandbox={found == 'sandbox'}, or name another file"
        )


def mode_of(db: sqlite3.Connection, path: Path) -> Mode:
    """Real or sandbox; a guess might ask a vendor for what was meant for the sandbox."""
    match db.execute("SELECT value FROM about WHERE name = 'mode'").fetchone():
        case ("sandbox",):
            return "sandbox"
        case ("real",):
            return "real"
        case _:
            raise no_catalog(path)


def looked_at(path: Path, mode: Mode | None, read_only: str) -> Mode:
    """The mode of a catalog that cannot be written; the errors of `open_catalog`."""
    with Locks(path, looking=True).reading():
        if left_hot(path):
            raise left_in_mid_write(path, read_only)
        with checking(path, looking=True) as db:
            check_current(db, path, read_only)
            found = mode_of(db, path)
    check_mode(found, mode, path)
    return found


def _opened(path: Path, mode: Mode | None) -> Catalog:
    read_only = what_is_read_only(path)
    if read_only:
        found = looked_at(path, mode, read_only)
        return Catalog(path, found, unclean=False, read_only=read_only)
    folders.make(path.parent)
    with Locks(path).writing():
        _create(path)
        unclean = path.with_name(f"{path.name}-journal").exists()
        with checking(path) as db:
            check_kind(db, path)
            check_acts(db, path)
            if version(db) >= schema.ABOUT:
                check_mode(mode_of(db, path), mode, path)
            elif version(db) and mode is None:
                raise no_catalog(path)  # it does not say, and nobody did
            _upgrade(db, mode or "real")
            found = mode_of(db, path)
    return Catalog(path, found, unclean=unclean)


def _create(path: Path) -> None:
    """An empty file that only its owner can read; one that is there is not touched."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _upgrade(db: sqlite3.Connection, mode: Mode) -> None:
    """Bring the schema up to date in one transaction: the old one or the new one, never between."""
    found = version(db)
    if found == schema.VERSION:
        return
    # sqlite-utils loads pandas where it is installed; only a new or older file needs it.
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - see above

    if found == 0:
        db.execute(f"PRAGMA page_size={schema.PAGE_BYTES}")
        db.execute("PRAGMA auto_vacuum=INCREMENTAL")
    migrations = Migrations("imagelab")
    for migration in schema.MIGRATIONS:
        migrations()(migration)
    db.execute("BEGIN IMMEDIATE")
    db.set_trace_callback(lambda _: killpoints.reach("migrating"))
    migrations.apply(Database(db, execute_plugins=False))
    if found < schema.ABOUT:
        db.execute("INSERT INTO about VALUES ('mode', ?)", (mode,))
    db.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={schema.VERSION}")
    db.execute("COMMIT")
    db.set_trace_callback(None)
