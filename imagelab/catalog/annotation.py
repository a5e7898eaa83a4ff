"""Columns that were joined to assets from outside: kept, replaced, read back and dropped."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from imagelab import clock
from imagelab.catalog.curation import Writes
from imagelab.catalog.slices import Reads, rows
from imagelab.domain.columns import Kind
from imagelab.domain.frozen import frozen
from imagelab.errors import AssetNotFoundError, RequestError

ColumnKind = Literal["whole", "real", "text", "flag", "moment"]
Value = int | float | str | None

KINDS: Mapping[ColumnKind, Kind] = {
    "whole": "whole",
    "real": "real",
    "text": "text",
    "flag": "flag",
    "moment": "moment",
}
SAID: Mapping[ColumnKind, str] = {
    "whole": "whole numbers",
    "real": "numbers",
    "text": "text",
    "flag": "true and false",
    "moment": "moments",
}
MOST = 100  # columns: each is read for every row of every frame
_AT_ONCE = 2_000  # values in a transaction, about 5 µs each
_DROPPED = "-"  # what the name of a column begins with that is on its way out
_COLUMNS = "SELECT id, name, kind FROM annotated WHERE name NOT GLOB '-*' ORDER BY id"
_RANGE = "SELECT asset, value FROM annotation WHERE field = ? AND asset BETWEEN ? AND ?"
_LIST = (
    "SELECT n.asset, n.value FROM json_each(?) AS near "
    "CROSS JOIN annotation AS n ON n.field = ? AND n.asset = near.value"
)
_NUMBERS = (
    "SELECT near.value, a.id FROM json_each(?) AS near LEFT JOIN asset AS a ON a.{} = near.value"
)
_SOME_DROPPED = """
    DELETE FROM {0} WHERE field = ?1 AND asset <= coalesce(
        (SELECT asset FROM {0} WHERE field = ?1 ORDER BY asset LIMIT 1 OFFSET ?2),
        (SELECT max(asset) FROM {0} WHERE field = ?1))
"""


@frozen
class Column:
    """A column that is there."""

    id: int
    name: str
    kind: ColumnKind


@frozen
class Given:
    """A column that is brought: its values stand beside the assets' numbers; None takes one away."""

    name: str
    kind: ColumnKind
    values: Sequence[Value]


def columns(db: sqlite3.Connection) -> list[Column]:
    """The columns that are there, in the order they came."""
    return [Column(*row) for row in rows(db, _COLUMNS)]


def values(db: sqlite3.Connection, column: Column, numbers: Sequence[int]) -> dict[int, Any]:
    """What it says of these assets; those it says nothing of are left out. One read: few."""
    low, high = min(numbers), max(numbers)
    if high - low + 1 == len(numbers):
        return dict(rows(db, _RANGE, column.id, low, high))
    return dict(rows(db, _LIST, json.dumps(list(numbers)), column.id))


def of_assets(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What every column says of these assets, by name; a flag as a bool, a moment as one. Few."""
    said: dict[int, dict[str, Any]] = {number: {} for number in numbers}
    for column in columns(db) if numbers else ():
        for number, value in values(db, column, numbers).items():
            said[number][column.name] = _meant(column.kind, value)
    return said


def _meant(kind: ColumnKind, value: Any) -> Any:  # noqa: ANN401 - of a row
    match kind:
        case "flag":
            return bool(value)
        case "moment":
            return clock.from_us(value)
        case "real":
            return float(value)
        case _:
            return value


def numbers_of(reads: Reads, named: Sequence[str] | Sequence[int], by: str) -> list[int]:
    """The assets' numbers by `by`, which is `"uuid"` or `"id"`; AssetNotFoundError names one that is not."""
    found: list[int] = []
    for start in range(0, len(named), _AT_ONCE):
        part = json.dumps(list(named[start : start + _AT_ONCE]))
        with reads.reading() as db:
            known = dict(rows(db, _NUMBERS.format(by), part))
        for name in named[start : start + _AT_ONCE]:
            if known.get(name) is None:
                raise AssetNotFoundError(
                    f"no asset of this catalog has the {by} {name!r}, and nothing was annotated; "
                    "leave its row out, or add the image first"
                )
        found += [known[name] for name in named[start : start + _AT_ONCE]]
    return found


def annotate(
    catalog: Writes, numbers: Sequence[int], given: Sequence[Given], dropped: Sequence[str] = ()
) -> None:
    """Keep these columns of these assets; what they said of them before is replaced.

    Those in `dropped` are taken away first, with all they say. RequestError, before anything is
    changed, where one that is there holds something else. Short transactions: what was done
    before it was stopped stays, and the same again does the rest.
    """
    with catalog.writing() as db:
        db.executemany(
            "UPDATE annotated SET name = ? || id WHERE name = ?",
            [(_DROPPED, name) for name in dropped],
        )
        fields = _fields(db, given)
    _clear(catalog)
    for column in given:
        for start in range(0, len(numbers), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            said = list(zip(numbers[part], column.values[part], strict=True))
            with catalog.writing() as db:
                _write(db, fields[column.name], said)


def _clear(catalog: Writes) -> None:
    """Delete what is on its way out bit by bit, also what an earlier run left of it."""
    with catalog.reading() as db:
        going = [row[0] for row in rows(db, "SELECT id FROM annotated WHERE name GLOB '-*'")]
    for number in going:
        for table in ("annotation", "unannotated"):
            left = True
            while left:
                with catalog.writing() as db:
                    sql = _SOME_DROPPED.format(table)
                    left = db.execute(sql, (number, _AT_ONCE)).rowcount > 0
        with catalog.writing() as db:
            db.execute("DELETE FROM annotated WHERE id = ?", (number,))


def _write(db: sqlite3.Connection, field: int, said: Sequence[tuple[int, Value]]) -> None:
    """Keep values of a column, said just now; None takes one away, and when that was is kept."""
    now = clock.now_us()
    db.executemany(
        "INSERT INTO annotation VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "value = excluded.value, at = excluded.at WHERE value IS NOT excluded.value",
        [(field, number, value, now) for number, value in said if value is not None],
    )
    db.executemany(
        "DELETE FROM unannotated WHERE field = ? AND asset = ?",
        [(field, number) for number, value in said if value is not None],
    )
    gone = [(field, number) for number, value in said if value is None]
    db.executemany(
        "INSERT INTO unannotated SELECT field, asset, ? FROM annotation WHERE field = ? AND asset = ?",
        [(now, *one) for one in gone],
    )
    db.executemany("DELETE FROM annotation WHERE field = ? AND asset = ?", gone)


def _fields(db: sqlite3.Connection, given: Sequence[Given]) -> dict[str, int]:
    """The numbers of the columns, which are made where they are not there."""
    there = {column.name: column for column in columns(db)}
    if len(there.keys() | {column.name for column in given}) > MOST:
        raise RequestError(
            f"a catalog has at most {MOST} columns from outside, and {len(there)} are there; "
            "lab.annotate(drop=[…]) takes some away"
        )
    for column in given:
        _settle(db, there.get(column.name), column)
    return {column.name: column.id for column in columns(db)}


def _settle(db: sqlite3.Connection, there: Column | None, given: Given) -> None:
    """Have the column be there and hold what is given."""
    empty = all(value is None for value in given.values)
    if not empty and there is not None and not fitting(there.kind, given.kind):
        raise RequestError(
            f"the column {given.name!r} holds {SAID[there.kind]}, and is given "
            f"{SAID[given.kind]}; give it another name, or lab.annotate(drop=[{given.name!r}]) first"
        )
    make(db, there, given.name, given.kind)


def fitting(one: ColumnKind, other: ColumnKind) -> bool:
    """Whether both can stand in one column; whole numbers are numbers too."""
    return one == other or {one, other} == {"whole", "real"}


def make(db: sqlite3.Connection, there: Column | None, name: str, kind: ColumnKind) -> None:
    """Have a column be there that holds the kind too; one that does not fit stays as it is."""
    if there is None:
        db.execute(
            "INSERT INTO annotated (name, kind, at) VALUES (?, ?, ?)", (name, kind, clock.now_us())
        )
    elif there.kind != kind and fitting(there.kind, kind):
        db.execute("UPDATE annotated SET kind = 'real' WHERE id = ?", (there.id,))
