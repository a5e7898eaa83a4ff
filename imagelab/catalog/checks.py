"""What a file must be before anything in it is believed, asked on a connection of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imagelab.catalog import schema
from imagelab.domain.text import one_line
from imagelab.errors import CatalogBusyError, CatalogError, CatalogVersionError


@contextmanager
def checking(path: Path, *, looking: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection for making and checking, closed before anybody else is let in.

    With `looking` one that changes nothing, and undoes nothing.
    """
    mode = "ro" if looking else "rwc"
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
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


def check_kind(db: sqlite3.Connection, path: Path) -> None:
    """CatalogError for somebody else's database, CatalogVersionError for a newer catalog."""
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if tables and application != schema.APPLICATION_ID:
        raise no_catalog(path)
    found = version(db)
    if found > schema.VERSION:
        raise CatalogVersionError(
            f"{path.name} was written by a newer imagelab (schema {found}, this version knows "
            f"{schema.VERSION}); nothing in it was changed. Upgrade imagelab to open it"
        )


def check_acts(db: sqlite3.Connection, path: Path) -> None:
    """CatalogError for one that would do more than was asked: no catalog of ours has a trigger."""
    found = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' OR type = 'view' AND name IN "
        "('about', 'asset', 'blob', 'call', 'event', 'generation', 'input', 'ledger', 'tag', "
        "'text_index', 'thumbnail') LIMIT 1"
    ).fetchone()
    if found:
        raise CatalogError(
            f"{path.name!r} has the trigger or view {one_line(str(found[0]), 60)!r}, which would act "
            "on its own and is in no catalog of imagelab's; nothing in it was run or changed. "
            "lab.merge() of another catalog takes in what is good of it"
        )


def check_current(db: sqlite3.Connection, path: Path, read_only: str | None = None) -> None:
    """The errors of `check_kind` and `check_acts`, and CatalogVersionError for an older catalog."""
    check_kind(db, path)
    check_acts(db, path)
    found = version(db)
    if found == 0:
        raise no_catalog(path)
    if found != schema.VERSION:
        remedy = (
            f"its {read_only} is read-only. Copy it to a folder that can be written, and il.open() "
            "there"
            if read_only
            else "il.open()"
        )
        raise CatalogVersionError(
            f"{path.name} was written by an older imagelab (schema {found}, this version reads "
            f"{schema.VERSION}); {remedy} brings it up to date"
        )


def version(db: sqlite3.Connection) -> int:
    """The version of its schema; 0 for a file that has none yet."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def no_catalog(path: Path) -> CatalogError:
    """What is said of a file that is something else."""
    return CatalogError(
        f"{path.name!r} is not an imagelab catalog; nothing in it was changed. Name another file, "
        "and it will be made"
    )


def refused(path: Path, error: OSError) -> CatalogError:
    """What is said where the system does not let us at the file."""
    return CatalogError(
        f"the catalog {path.name} cannot be opened in {str(path.parent)!r}: {error.strerror}; "
        "nothing in it was changed. It needs a folder that can be read and written"
    )


def _translated(error: sqlite3.DatabaseError, path: Path) -> CatalogError:
    """SQLite's word for what is wrong with the file, as a sentence with what to do."""
    match error.sqlite_errorcode & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return no_catalog(path)
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
            return CatalogError(
                f"the catalog {path.name} cannot be opened: {error}; see to its disk, then open it "
                "again"
            )
