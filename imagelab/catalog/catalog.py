"""The catalog: one SQLite file that knows every generation and asset, made and opened here."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

from imagelab.catalog import schema
from imagelab.catalog.connection import Connections
from imagelab.catalog.locks import Locks
from imagelab.errors import CatalogBusyError, CatalogError, CatalogModeError, CatalogVersionError

Mode = Literal["real", "sandbox"]


class Catalog:
    """An open catalog. What is done in it are functions over the connection it lends."""

    def __init__(self, path: Path, mode: Mode, *, unclean: bool) -> None:
        self.path, self.mode, self.unclean = path, mode, unclean
        self._connections = Connections(path)

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """Read one consistent state; fetch everything before the block ends."""
        return self._connections.reading()

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Write one transaction, durable when the block ends."""
        return self._connections.writing()

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
    newer imagelab wrote it, CatalogError where it is not a catalog at all.
    """
    if path.is_dir():
        raise CatalogError(
            f"{path.name!r} is a folder; a catalog is a file, such as {path.name}/catalog.db"
        )
    try:
        return _opened(path, mode)
    except OSError as error:
        raise CatalogError(
            f"the catalog {path.name} cannot be opened in {str(path.parent)!r}: {error.strerror}; "
            "it needs a folder that can be read and written"
        ) from error


def _opened(path: Path, mode: Mode | None) -> Catalog:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Locks(path).writing():
        _create(path)
        unclean = path.with_name(f"{path.name}-journal").exists()
        with _own(path) as db:
            _check_kind(db, path)
            if _version(db):
                _check_mode(_mode(db, path), mode, path)
            _upgrade(db, mode or "real")
            found = _mode(db, path)
    return Catalog(path, found, unclean=unclean)


def _check_mode(found: Mode, asked: Mode | None, path: Path) -> None:
    if asked not in (None, found):
        raise CatalogModeError(
            f"{path.name} is a {found} catalog, and {asked} was asked for; "
            f"open it with sandbox={found == 'sandbox'}, or name another file"
        )


def _create(path: Path) -> None:
    """An empty file that only its owner can read; one that is there is not touched."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


@contextmanager
def _own(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for making and checking, closed before anybody else is let in."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA busy_timeout=30000")
        db.execute("PRAGMA synchronous=EXTRA")
        db.execute("PRAGMA trusted_schema=OFF")
        db.execute("PRAGMA cell_size_check=ON")
        yield db
    except sqlite3.DatabaseError as error:
        raise _translated(error, path) from error
    finally:
        db.close()


def _check_kind(db: sqlite3.Connection, path: Path) -> None:
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if tables and application != schema.APPLICATION_ID:
        raise _no_catalog(path)
    version = _version(db)
    if version > schema.VERSION:
        raise CatalogVersionError(
            f"{path.name} was written by a newer imagelab (schema {version}, this version knows "
            f"{schema.VERSION}); upgrade imagelab to open it"
        )


def _upgrade(db: sqlite3.Connection, mode: Mode) -> None:
    """Bring the schema up to date in one transaction: the old one or the new one, never between."""
    version = _version(db)
    if version == schema.VERSION:
        return
    # sqlite-utils loads pandas where it is installed; only a new or older file needs it.
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - see above

    if version == 0:
        db.execute(f"PRAGMA page_size={schema.PAGE_BYTES}")
        db.execute("PRAGMA auto_vacuum=INCREMENTAL")
    migrations = Migrations("imagelab")
    for migration in schema.MIGRATIONS:
        migrations()(migration)
    db.execute("BEGIN IMMEDIATE")
    migrations.apply(Database(db, execute_plugins=False))
    if version == 0:
        db.execute("INSERT INTO about VALUES ('mode', ?)", (mode,))
    db.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={schema.VERSION}")
    db.execute("COMMIT")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _mode(db: sqlite3.Connection, path: Path) -> Mode:
    """Real or sandbox; a guess might ask a vendor for what was meant for the sandbox."""
    match db.execute("SELECT value FROM about WHERE name = 'mode'").fetchone():
        case ("sandbox",):
            return "sandbox"
        case ("real",):
            return "real"
        case _:
            raise _no_catalog(path)


def _translated(error: sqlite3.DatabaseError, path: Path) -> CatalogError:
    """SQLite's word for what is wrong with the file, as a sentence with what to do."""
    match error.sqlite_errorcode & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return _no_catalog(path)
        case sqlite3.SQLITE_CORRUPT:
            return CatalogError(f"the catalog {path.name} is damaged; restore it from a backup")
        case sqlite3.SQLITE_FULL:
            return CatalogError(
                f"the disk of {path.name} is full; free some space, then open it again"
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CatalogBusyError(
                f"the catalog {path.name} is held by another program; close it there, then open "
                "it again"
            )
        case _:
            return CatalogError(f"the catalog {path.name} cannot be opened: {error}")


def _no_catalog(path: Path) -> CatalogError:
    return CatalogError(
        f"{path.name!r} is not an imagelab catalog; name another file, and it will be made"
    )
