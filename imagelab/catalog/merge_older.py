"""A catalog of an older schema, brought up to date as a copy: its rows, in tables of our own.

The copy has the older tables as our own migrations make them, never as the file says, and takes
rows only; originals stay where they are, and the file is not touched.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imagelab.catalog import schema
from imagelab.catalog.merge_plan import scanned
from imagelab.catalog.merge_source import Foreign, columns

_AT_ONCE = 1_000


class Older:
    """The rows of an older catalog as this version has them; in a file of SQLite's own, for now."""

    def __init__(self, foreign: Foreign, left_out: Counter[str]) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA trusted_schema=OFF")
        self._db.execute("BEGIN")
        for migration in schema.MIGRATIONS[: foreign.version]:
            migration(self._db)
        self._db.execute("DELETE FROM about")
        for table, names in columns(foreign.version).items():
            self._copy(foreign, table, names, left_out)
        for migration in schema.MIGRATIONS[foreign.version :]:
            migration(self._db)
        self._db.execute("COMMIT")
        self._db.row_factory = sqlite3.Row

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The copy, which nobody else has."""
        yield self._db

    def close(self) -> None:
        """Let the copy go."""
        self._db.close()

    def _copy(
        self, foreign: Foreign, table: str, names: Sequence[str], left_out: Counter[str]
    ) -> None:
        key = _key(self._db, table)
        taken = ", ".join("x'00'" if (table, n) == ("blob", "data") else f'"{n}"' for n in names)
        marks = ", ".join("?" * len(names))
        sql = f'INSERT OR IGNORE INTO "{table}" VALUES ({marks})'  # noqa: S608 - a table of ours
        part: list[Any] = []
        if key is None:  # a table of a few rows, by name
            with foreign.reading() as db:
                part = db.execute(f'SELECT {taken} FROM "{table}"').fetchmany(_AT_ONCE)  # noqa: S608 - a table of ours
        else:
            found = scanned(
                foreign,
                f'SELECT min("{key}"), max("{key}") FROM "{table}"',  # noqa: S608 - a table of ours
                f'SELECT {taken} FROM "{table}" WHERE "{key}" BETWEEN ? AND ?',  # noqa: S608 - a table of ours
                left_out,
            )
            for row in found:
                part.append(row)
                if len(part) == _AT_ONCE:
                    self._add(sql, part, left_out)
                    part = []
        self._add(sql, part, left_out)

    def _add(self, sql: str, part: Sequence[Any], left_out: Counter[str]) -> None:
        try:
            self._db.executemany(sql, [tuple(row) for row in part])
        except sqlite3.Error:
            if len(part) == 1:
                left_out["row with a value of the wrong type"] += 1
                return
            half = len(part) // 2
            self._add(sql, part[:half], left_out)
            self._add(sql, part[half:], left_out)


def _key(db: sqlite3.Connection, table: str) -> str | None:
    """The whole number that rows of a table are found by; the first of several."""
    told = db.execute(f'PRAGMA table_info("{table}")').fetchall()
    found = sorted((row[5], row[1]) for row in told if row[5] and row[2] == "INTEGER")
    return found[0][1] if found else None
