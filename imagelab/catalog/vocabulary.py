"""The values that fields of a search have in a catalog, to be offered while one types."""

from __future__ import annotations

import sqlite3
from itertools import islice

from imagelab.catalog import annotation
from imagelab.catalog.folding import folded_value
from imagelab.catalog.words import sizes
from imagelab.domain.query_chips import is_fit

RECENT = 3_000  # assets looked at first: what was used last is wanted first
MAX_VALUES = 20
_COLUMNS = ("provider", "model", "quality", "format")
_RECENT = "SELECT {} FROM asset ORDER BY id DESC LIMIT ?"
# A step of the index from one name to the next, however many assets have it.
_TAGS = """
    WITH RECURSIVE names (name) AS (
        SELECT min(name) FROM tag WHERE name >= ?
        UNION ALL
        SELECT (SELECT min(name) FROM tag WHERE name > names.name) FROM names
        WHERE names.name IS NOT NULL
    )
    SELECT name FROM names WHERE name IS NOT NULL LIMIT ?
"""
_MAX_TAGS = 2_000
# A step into each stretch of numbers, so that only this field's rows are read.
_EVER = """
    WITH RECURSIVE stretch (chunk) AS (
        SELECT max(chunk) FROM facet
        UNION ALL SELECT chunk - 1 FROM stretch WHERE chunk > 0
    )
    SELECT DISTINCT value FROM stretch CROSS JOIN facet USING (chunk) WHERE field = ?
"""
_PARAMS = """
    SELECT DISTINCT j.key FROM (SELECT params FROM asset ORDER BY id DESC LIMIT ?) AS a,
    json_each(CASE WHEN json_valid(a.params) THEN a.params END) AS j
"""


def values(db: sqlite3.Connection, field: str, prefix: str) -> list[str]:
    """The values of a field that begin so, whatever their case; those of late come first.

    The values of `param.` are the names that recent requests have used, of `col.` the columns.
    What no search can say is not among them, and takes no place.
    """
    wanted = folded_value(prefix)
    begun = (value for value in _all(db, field) if folded_value(value).startswith(wanted))
    return list(islice(filter(is_fit, begun), MAX_VALUES))


def ever(db: sqlite3.Connection, field: str) -> list[str]:
    """Every value that any asset has in a field of words; the newest stretch of numbers first."""
    return [row[0] for row in db.execute(_EVER, (field,)).fetchall()]


def _all(db: sqlite3.Connection, field: str) -> list[str]:
    if field == "tag":
        return [row[0] for row in db.execute(_TAGS, ("", _MAX_TAGS)).fetchall()]
    if field == "size":
        recent = _recent(db, "width, height")
        late = [name for row in recent for name in sizes(*row)]
        return list(dict.fromkeys([*late, *ever(db, field)]))
    if field in _COLUMNS:
        late = [row[0] for row in _recent(db, field) if row[0]]
        return list(dict.fromkeys([*late, *ever(db, field)]))
    if field in ("width", "height"):
        return list(dict.fromkeys(str(row[0]) for row in _recent(db, field)))
    return _names(db, field)


def _names(db: sqlite3.Connection, opening: str) -> list[str]:
    """What can follow `col.` and `param.`."""
    if opening == "col.":
        return [column.name for column in annotation.columns(db)]
    if opening == "param.":
        return [row[0] for row in db.execute(_PARAMS, (RECENT,)).fetchall()]
    return []


def _recent(db: sqlite3.Connection, columns: str) -> list[sqlite3.Row]:
    return db.execute(_RECENT.format(columns), (RECENT,)).fetchall()
