"""Other people's SQL: read-only, stopped when its time is up, its answer fetched at once."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from imagelab import clock
from imagelab.catalog.catalog import Catalog
from imagelab.errors import SqlError

Parameters = Sequence[Any] | Mapping[str, Any]

# What a reading statement may do; everything else is refused before it runs.
_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }
)
_TOLD = frozenset({"table_info", "table_xinfo", "table_list", "index_list", "index_info"})
_READS = (
    "lab.sql() only reads: one SELECT over assets, generations, edges and spend; "
    "ratings and tags are changed with the verbs of an asset"
)
_WRITES_A_VIEW = re.compile(r"cannot modify \w+ because it is a view")
_STEPS_BETWEEN_LOOKS = 10_000


def run(
    catalog: Catalog, sql: str, params: Parameters, timeout: float
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows of one SELECT; SqlError says why there are none.

    The catalog stays locked for writers while it runs, so it is stopped after `timeout`
    seconds.
    """
    _check(sql, params, timeout)
    with catalog.reading() as db:
        deadline = clock.monotonic() + timeout
        db.set_authorizer(_authorize)
        db.set_progress_handler(lambda: clock.monotonic() > deadline, _STEPS_BETWEEN_LOOKS)
        try:
            cursor = db.execute(sql, params)
            found = cursor.fetchall()
            columns = [column[0] for column in cursor.description or ()]
        except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeError) as error:
            raise _sentence(error, timeout) from error
        finally:
            db.set_authorizer(None)
            db.set_progress_handler(None, 0)
    if not columns:
        raise SqlError(f"{sql!r} is no statement; give one SELECT")
    return columns, [tuple(row) for row in found]


def _check(sql: object, params: object, timeout: object) -> None:
    if not isinstance(sql, str):
        raise SqlError(f"{sql!r} is not a text; give one SELECT")
    if isinstance(params, str) or not isinstance(params, Sequence | Mapping):
        raise SqlError(
            f"params={params!r:.80} is not a list or a dict; give params=[…], one for each ?"
        )
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout > 0:
        raise SqlError(f"timeout={timeout!r} is not a number of seconds above 0")


def _authorize(action: int, first: str | None, *_: str | None) -> int:
    if action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first in _TOLD):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _sentence(error: Exception, timeout: float) -> SqlError:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_INTERRUPT:
        return SqlError(
            f"the statement was stopped after {timeout:g} s, so that others can write; narrow it, "
            "or pass a longer timeout="
        )
    if code == sqlite3.SQLITE_AUTH:
        return SqlError(_READS)
    if _WRITES_A_VIEW.search(str(error)):
        return SqlError(_READS)
    return SqlError(f"SQLite does not run that: {error}")
