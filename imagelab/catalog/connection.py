"""One connection a thread, opened, read and written only under the catalog's locks.

Every rule here was measured: the rollback journal with `synchronous=EXTRA`, because WAL
lost acknowledged commits when another part of the process opened the file; `BEGIN
IMMEDIATE`, because an upgraded read cannot wait; no cursor is handed out, because
one half-read holds back every writer.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imagelab.catalog.locks import Locks, beside
from imagelab.errors import CatalogError

BUSY_MILLISECONDS = 30_000
_PREAMBLE = (
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA cache_spill=OFF",
    "PRAGMA mmap_size=0",
    "PRAGMA query_only=ON",
)


class Connections:
    """The way to a catalog file: `reading()` and `writing()`, from any thread.

    The file must exist. A process that was forked from the one that opened it is
    refused, since SQLite's state does not survive a fork.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.locks = Locks(path)
        self._inode = path.stat().st_ino
        self._pid = os.getpid()
        self._mine = threading.local()
        self._all: weakref.WeakSet[sqlite3.Connection] = weakref.WeakSet()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from, all of it one consistent state; fetch before leaving."""
        with self.locks.reading():
            hot = self._hot()
            if not hot:
                yield self._connection()
        if hot:
            self._roll_back()
            with self.reading() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed and durable when the block ends, undone if it raises."""
        with self.locks.writing():
            self._check_file()
            connection = self._connection()
            connection.execute("PRAGMA query_only=OFF")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise
            finally:
                self._read_only(connection)

    def close(self) -> None:
        """Close every thread's connection; a later use is an error."""
        self._closed = True
        for connection in list(self._all):
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        self._check_owner()
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = _opened(self.path)
            self._mine.connection = connection
            self._all.add(connection)
        return connection

    def _check_owner(self) -> None:
        if self._closed:
            raise CatalogError(f"the catalog {self.path.name} was closed; open it again")
        if os.getpid() != self._pid:
            raise CatalogError(
                f"the catalog {self.path.name} was opened by process {self._pid}, and this is "
                f"process {os.getpid()}; open it again here with il.open()"
            )

    def _check_file(self) -> None:
        """A file that was replaced or deleted still takes rows, and loses them."""
        try:
            inode = self.path.stat().st_ino
        except FileNotFoundError:
            inode = None
        if inode != self._inode:
            raise CatalogError(
                f"the catalog {self.path.name} was moved or replaced while it was open; "
                "put it back, or open it again with il.open()"
            )

    def _hot(self) -> bool:
        """Whether a writer died in mid-transaction: nobody writes now, and a journal is there."""
        return beside_journal(self.path).exists()

    def _roll_back(self) -> None:
        """Let SQLite undo the dead writer's transaction while nobody else is near the file."""
        with self.locks.writing():
            self._connection().execute("SELECT count(*) FROM sqlite_master").fetchone()
            if self._hot():  # a journal that SQLite does not find hot is only litter
                with self.writing() as connection:
                    connection.execute("PRAGMA user_version").fetchone()

    def _undo(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")

    def _read_only(self, connection: sqlite3.Connection) -> None:
        if not self._closed:
            connection.execute("PRAGMA query_only=ON")


def beside_journal(path: Path) -> Path:
    """Where SQLite keeps the rollback journal of this file."""
    return path.with_name(f"{path.name}-journal")


def create(path: Path) -> None:
    """Make an empty file that only its owner can read; an existing one is left as it is."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.close(descriptor)


def _opened(path: Path) -> sqlite3.Connection:
    # isolation_level=None: transactions begin where `writing` says so, and nowhere else.
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    for pragma in _PREAMBLE:
        connection.execute(pragma).fetchall()
    connection.row_factory = sqlite3.Row
    return connection


__all__ = ["Connections", "beside", "create"]
