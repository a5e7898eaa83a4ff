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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from imagelab.catalog.locks import Locks
from imagelab.catalog.looking import for_looking_only, left_hot, left_in_mid_write
from imagelab.errors import CatalogBusyError, CatalogError

BUSY_MILLISECONDS = 30_000
_PREAMBLE = (
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA cache_spill=OFF",
    "PRAGMA cache_size=-16000",  # the usual 2 MB hold fewer pages than a write of many rows needs
    "PRAGMA mmap_size=0",
    "PRAGMA query_only=ON",
)


class Connections:
    """The way to a catalog file: `reading()` and `writing()`, from any thread.

    The file must exist. A process that was forked from the one that opened it is
    refused, since SQLite's state does not survive a fork. `read_only` is what of it cannot be
    written, or None.
    """

    def __init__(self, path: Path, read_only: str | None = None) -> None:
        self.path, self.read_only = path, read_only
        self.locks = Locks(path, looking=bool(read_only))
        self._inode = path.stat().st_ino
        self._pid = os.getpid()
        self._mine = threading.local()
        self._all: weakref.WeakSet[_Owned] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from, all of it one consistent state; fetch before leaving."""
        if self.locks.alone:
            yield self._own().connection
            return
        with self.locks.reading():
            if not left_hot(self.path):
                with self._lent() as connection:
                    yield connection
                return
        if self.read_only:
            raise left_in_mid_write(self.path, self.read_only)
        # A writer died in mid-transaction. SQLite undoes its work at the next read, and
        # must be alone with the file for that.
        with self.locks.writing(), self._lent() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed and durable when the block ends, undone if it raises."""
        if self.read_only:
            raise for_looking_only(self.path, self.read_only)
        with self.locks.writing():
            self._check_file()
            with self._lent() as connection:
                try:
                    connection.execute("PRAGMA query_only=OFF")
                    connection.execute("BEGIN IMMEDIATE")
                    yield connection
                    connection.execute("COMMIT")
                except BaseException as error:
                    self._give_up(connection, error)
                    raise
                finally:
                    self._read_only()

    def close(self) -> None:
        """Close every thread's connection, what it is doing interrupted; later use is an error."""
        self._closed = True
        with self._lock:
            every = list(self._all)
        for owned in every:
            owned.end()

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, which nobody closes meanwhile; SQLite's errors in our words."""
        try:
            owned = self._own()
        except sqlite3.DatabaseError as error:
            raise _translated(error, self.path) from error
        with owned.lent:
            try:
                self.check_owner()
                yield owned.connection
            except sqlite3.DatabaseError as error:
                self.check_owner()
                raise _translated(error, self.path) from error
            finally:
                owned.connection.close_cursors()

    def _own(self) -> _Owned:
        self.check_owner()
        owned: _Owned | None = getattr(self._mine, "owned", None)
        if owned is None:
            owned = _Owned(_opened(self.path, "ro" if self.read_only else "rw"))
            self._mine.owned = owned
            with self._lock:
                self._all.add(owned)
        return owned

    def check_owner(self) -> None:
        """CatalogError where it was closed, or another process opened it."""
        if self._closed:
            raise CatalogError(f"the catalog {self.path.name} was closed; open it again")
        if os.getpid() != self._pid:
            raise CatalogError(
                f"the catalog {self.path.name} was opened by process {self._pid}, and this is "
                f"process {os.getpid()}; open it again here with il.open()"
            )

    def _check_file(self) -> None:
        """A file that was replaced or deleted would still take rows, and lose them."""
        try:
            inode: int | None = self.path.stat().st_ino
        except FileNotFoundError:
            inode = None
        if inode != self._inode:
            raise CatalogError(
                f"the catalog {self.path.name} was moved or replaced while it was open, and nothing "
                "more is written to it; put it back, or open it again with il.open(). Answers that "
                "were paid for meanwhile lie in staging/ beside it"
            )

    def _give_up(self, connection: sqlite3.Connection, error: BaseException) -> None:
        """Undo, and after an I/O error begin afresh: what this connection believes is worthless."""
        broken = isinstance(error, sqlite3.Error) and _family(error) == sqlite3.SQLITE_IOERR
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            broken = True  # the journal is left, and the next reader undoes it
        if broken:
            connection.close()
            self._mine.owned = None

    def _read_only(self) -> None:
        owned: _Owned | None = getattr(self._mine, "owned", None)
        if owned is not None and not self._closed:
            owned.connection.execute("PRAGMA query_only=ON")


class _Connection(sqlite3.Connection):
    """A connection that knows the cursors it gave out."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as its base's
        super().__init__(*args, **options)
        self._given: list[weakref.ref[sqlite3.Cursor]] = []

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:  # noqa: ANN401 - as its base's
        made = super().cursor(factory)
        self._given.append(weakref.ref(made))
        return made

    def execute(self, *statement: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as its base's
        return self.cursor().execute(*statement)  # type: ignore[no-any-return] # a cursor's own

    def executemany(self, *statement: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as its base's
        return self.cursor().executemany(*statement)  # type: ignore[no-any-return] # a cursor's own

    def close_cursors(self) -> None:
        """End every statement: one half-read would hold back every writer."""
        for given in self._given:
            cursor = given()
            if cursor is not None:
                cursor.close()
        self._given.clear()


class _Owned:
    """A connection that closes with the thread it belongs to; `lent` while that thread uses it."""

    def __init__(self, connection: _Connection) -> None:
        self.connection = connection
        self.lent = threading.RLock()

    def end(self) -> None:
        """Interrupt what it does, and close it, unless its own thread was faster."""
        with suppress(sqlite3.ProgrammingError):  # it is closed
            self.connection.interrupt()
        with self.lent:
            self.connection.close()

    def __del__(self) -> None:
        self.connection.close()


def _family(error: sqlite3.Error) -> int:
    # An error of the module's own, such as a closed connection, has no code.
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _translated(error: sqlite3.DatabaseError, path: Path) -> Exception:
    """SQLite's word for what went wrong, as a sentence with what to do."""
    match _family(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CatalogBusyError(
                f"the catalog {path.name} is held by another program; close it there, then repeat "
                "the last step"
            )
        case sqlite3.SQLITE_FULL:
            return CatalogError(
                f"the disk of {path.name} is full; the last step was undone. Free some space, then "
                "repeat it"
            )
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return CatalogError(
                f"the catalog {path.name} cannot be read or written: {error}; see to its disk, then "
                "repeat the last step"
            )
        case sqlite3.SQLITE_READONLY:
            return CatalogError(f"the catalog {path.name} cannot be read or written: {error}")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return CatalogError(
                f"the catalog {path.name} is damaged ({error}); restore it from a backup"
            )
        case _:
            return error


def _opened(path: Path, mode: str) -> _Connection:
    # isolation_level=None: transactions begin where `writing` says so, and nowhere else.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=_Connection,
        timeout=BUSY_MILLISECONDS / 1000,
    )
    try:
        for pragma in _PREAMBLE:
            connection.execute(pragma).fetchall()
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection
