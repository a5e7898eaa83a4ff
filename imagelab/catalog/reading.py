"""A catalog opened to be looked at, from a process that is not the lab's: never made, never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imagelab.catalog.catalog import Mode, check_mode, looked_at, mode_of
from imagelab.catalog.checks import check_current, checking, refused
from imagelab.catalog.connection import Connections
from imagelab.catalog.locks import Locks
from imagelab.catalog.looking import what_is_read_only
from imagelab.errors import CatalogError


class Reader:
    """A catalog that can only be read, from any thread."""

    def __init__(self, path: Path, read_only: str | None = None) -> None:
        self.path = path
        self._connections = Connections(path, read_only)
        self._inode = path.stat().st_ino

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read one consistent state; fetch everything before the block ends."""
        self._check_file()
        with self._connections.reading() as db:
            yield db

    def close(self) -> None:
        """Close every connection to the file."""
        self._connections.close()

    def _check_file(self) -> None:
        """SQLite would make a file that is gone anew, and empty."""
        try:
            there = self.path.stat().st_ino == self._inode
        except OSError:
            there = False
        if not there:
            raise CatalogError(
                f"the catalog {self.path.name} was moved or replaced while it was open; open it again"
            )


def open_to_read(path: Path, mode: Mode | None = None) -> Reader:
    """Open the catalog at a path to read it, as it is; `mode=None` follows the file.

    Raises CatalogError where there is none, CatalogVersionError where its schema is
    another version than this one's, CatalogModeError where it is of the other mode.
    """
    if not path.is_file():
        raise CatalogError(f"there is no catalog at {str(path)!r}; il.open() makes one")
    try:
        read_only = what_is_read_only(path)
        if read_only:
            looked_at(path, mode, read_only)
        else:
            with Locks(path).writing(), checking(path) as db:  # SQLite may have to undo a crash
                check_current(db, path)
                check_mode(mode_of(db, path), mode, path)
        return Reader(path, read_only)
    except OSError as error:
        raise refused(path, error) from error
