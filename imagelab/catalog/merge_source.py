"""Another's catalog opened to be taken in: a hostile file, out of which only values come.

It is read, never written: no trigger of it fires, no view of it is asked, no function of its
schema is trusted. The tables must be plain ones with our columns; their rows are judged as values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path

from imagelab.catalog import schema
from imagelab.catalog.catalog import Mode, mode_of
from imagelab.catalog.checks import check_kind, no_catalog, version
from imagelab.catalog.locks import Locks
from imagelab.errors import CatalogError, RequestError

MOST_ORIGINAL_BYTES = 300_000_000
_MOST_CELL_BYTES = 1_000_000
TABLES = (
    *("about", "blob", "thumbnail", "generation", "call", "event", "asset", "input", "tag"),
    *("ledger", "batch", "batch_row", "act", "act_change", "emptied", "saved_search"),
    *("comparison", "brought", "awaited", "preset", "store", "offloaded"),
    *("annotated", "annotation", "unannotated"),
)
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _MOST_CELL_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
_PRAGMAS = (
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    "cache_size=-16000",
    "query_only=ON",
)
_READ = {*TABLES, "json_each"}
_FUNCTIONS = {"length", "coalesce", "max", "min", "count"}


class Foreign:
    """A catalog of somebody else, of this version's schema or an older one; for one thread.

    Raises CatalogError where it cannot be taken in at all, before anything is read of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._locks = _locks(path)
        self._db = _connected(path)
        try:
            with self.reading() as db:
                self.version = self._checked(db)
                self.mode: Mode = mode_of(db, path)
                # Its own table is declared at its first use, which is not ours to allow later.
                db.execute("SELECT value FROM json_each('[]')").fetchall()
                db.row_factory = sqlite3.Row
                db.set_authorizer(_allowed)
        except sqlite3.Error as error:
            self._db.close()
            raise _damaged(path, str(error)) from error
        except BaseException:
            self._db.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state, to read from; sqlite3's own errors where a row cannot be."""
        with self._locks():
            self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                self._db.execute("ROLLBACK")

    def original(self, sha256: str) -> bytes | None:
        """The bytes it has under a hash, whatever they are; None where there are none."""
        with self.reading() as db:
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_ORIGINAL_BYTES)
            try:
                found = db.execute("SELECT data FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
            finally:
                db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_CELL_BYTES)
        return found[0] if found and isinstance(found[0], bytes) and found[0] else None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _checked(self, db: sqlite3.Connection) -> int:
        check_kind(db, self.path)
        found = version(db)
        if found < schema.ABOUT:
            raise no_catalog(self.path)
        _check_tables(db, self.path, found)
        told = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if told != "ok":
            raise _damaged(self.path, str(told))
        return found


@cache
def columns(number: int) -> dict[str, tuple[str, ...]]:
    """The tables of our schema at a version, each with the names of its columns."""
    db = sqlite3.connect(":memory:")
    try:
        for migration in schema.MIGRATIONS[:number]:
            migration(db)
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {
            name: tuple(row[1] for row in db.execute(f'PRAGMA table_info("{name}")'))
            for name in names
            if name in TABLES
        }
    finally:
        db.close()


def _check_tables(db: sqlite3.Connection, path: Path, number: int) -> None:
    """Each of our tables is there as a table, with our columns and none that is computed."""
    kinds = {row[1]: row[2] for row in db.execute("PRAGMA main.table_list")}
    for name, wanted in columns(number).items():
        found = db.execute(f'PRAGMA main.table_xinfo("{name}")').fetchall()
        stored = {row[1] for row in found if row[6] == 0}
        if kinds.get(name) != "table" or len(stored) < len(found) or not stored >= set(wanted):
            raise CatalogError(
                f"{path.name!r} says it is a catalog and its {name!r} is not a catalog's; nothing "
                "was taken from it. Ask whoever made it for a copy by lab.backup()"
            )


def _connected(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise RequestError(f"there is no catalog at {str(path)!r} to take in; name its file")
    if _left_hot(path):
        raise CatalogError(
            f"{path.name!r} was left in the middle of a write, and nothing of another's file is "
            "changed here; open it once with il.open(), or take a copy of it by lab.backup()"
        )
    try:
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30
        )
    except sqlite3.Error as error:
        raise _damaged(path, str(error)) from error
    for limit, most in _LIMITS.items():
        db.setlimit(limit, most)
    try:
        for pragma in _PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        db.close()
        raise _damaged(path, str(error)) from error
    return db


def _locks(path: Path) -> Callable[[], AbstractContextManager[None]]:
    """The locks of whoever works with it; none where its folder cannot be written."""
    locks = Locks(path)
    try:
        with locks.reading():
            return locks.reading
    except OSError:
        return nullcontext


def _left_hot(path: Path) -> bool:
    """A journal that begins with a zero was never needed."""
    journal = path.with_name(f"{path.name}-journal")
    if not journal.is_file():
        return journal.exists()
    with journal.open("rb") as file:
        return file.read(1) not in (b"", b"\x00")


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Our own reading, and nothing that a schema might do beside it."""
    match action:
        case sqlite3.SQLITE_READ:
            fine = first in _READ
        case sqlite3.SQLITE_FUNCTION:
            fine = second in _FUNCTIONS
        case _:
            fine = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION)
    return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY


def _damaged(path: Path, why: str) -> CatalogError:
    return CatalogError(
        f"the catalog {path.name} cannot be taken in ({why:.200}); nothing was changed. Have its "
        "owner look at it with lab.verify(), or give a copy by lab.backup()"
    )
