"""Saved searches: queries that were given a name, kept in the catalog."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from imagelab import clock
from imagelab.catalog.slices import rows
from imagelab.domain.frozen import frozen
from imagelab.domain.query import parse
from imagelab.domain.text import one_line
from imagelab.errors import RequestError, listed

MAX_NAME = 100  # characters


@frozen
class SavedSearch:
    """A query under its name."""

    name: str
    query: str


def all_of(db: sqlite3.Connection) -> list[SavedSearch]:
    """Every saved search, by name."""
    found = rows(db, "SELECT name, query FROM saved_search ORDER BY name COLLATE NOCASE, name")
    return [SavedSearch(*row) for row in found]


def save(db: sqlite3.Connection, name: str, query: str) -> SavedSearch:
    """Keep a query under a name, in place of what went by it before.

    QueryError for a query that cannot be read, RequestError for a name that cannot be shown.
    """
    if not name or one_line(name, MAX_NAME) != name:
        raise RequestError(
            f"{name[:40]!r} is no name for a search: it is one line of 1 to {MAX_NAME} characters"
        )
    parse(query)
    db.execute(
        "INSERT INTO saved_search VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "query = excluded.query",
        (name, query, clock.now_us()),
    )
    return SavedSearch(name, query)


def delete(db: sqlite3.Connection, name: str) -> None:
    """Forget a saved search; RequestError where none goes by that name."""
    if not db.execute("DELETE FROM saved_search WHERE name = ?", (name,)).rowcount:
        raise RequestError(unnamed(name, [one.name for one in all_of(db)]))


def unnamed(name: object, known: Collection[str]) -> str:
    """That no search goes by a name, and which do."""
    there = f"there are: {listed(known)}" if known else "none is saved yet"
    return (
        f"no saved search is named {name!r:.60}; {there}; lab.searches.save(name, query) saves one"
    )
