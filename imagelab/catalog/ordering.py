"""The order of what is found, and how a page continues where the last one ended.

What is unknown comes last in either direction, which SQL's own order does not do, so a key
that can be NULL is read in two segments: the known, then the unknown. Equal ones follow
their numbers, in the direction of the last key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from imagelab.domain.query_tree import SortKey
from imagelab.errors import QueryError

Cursor: TypeAlias = tuple[int | None, ...]  # the sort values of a row, its number last

COLUMNS: dict[SortKey, str] = {
    "date": "a.created_at",
    "cost": "a.cost_nano",
    "rating": "a.rating",
}
_NULLABLE = ("cost", "rating")
_DEFAULT: tuple[tuple[SortKey, bool], ...] = (("id", True),)


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of the order, as the pieces of a SELECT."""

    columns: str
    condition: str
    values: tuple[int | None, ...]
    order: str


def segments(
    sort: Sequence[tuple[SortKey, bool]], after: Cursor | None, number: str
) -> list[Segment]:
    """The stretches to read one after the other, from the beginning or after a row.

    `number` is the column of the assets' numbers.
    """
    (first, falls), *rest = ended_by_number(sort)
    column = COLUMNS.get(first, number)
    keys = [(column, falls), *(key for pair in rest for key in _rest(*pair, number))]
    if after is not None and len(after) != len(keys):
        raise QueryError("this page belongs to a search in another order; begin again", 0)
    columns = ", ".join(sql for sql, _ in keys)
    known = Segment(columns, *_after(keys, after), _order(keys))
    if first not in _NULLABLE:
        return [known]
    inner = after[1:] if after is not None and after[0] is None else None
    condition, values = _after(keys[1:], inner)
    unknown = Segment(columns, _and(f"{column} IS NULL", condition), values, _order(keys[1:]))
    if inner is not None:
        return [unknown]
    told = _and(f"{column} IS NOT NULL", known.condition)
    return [Segment(columns, told, known.values, known.order), unknown]


def ended_by_number(sort: Sequence[tuple[SortKey, bool]]) -> list[tuple[SortKey, bool]]:
    """The keys up to the number, which ends every order since no two are the same."""
    told: dict[SortKey, bool] = {}
    for key, falls in sort or _DEFAULT:
        told.setdefault(key, falls)
        if key == "id":
            return list(told.items())
    return [*told.items(), ("id", list(told.values())[-1])]


def _rest(key: SortKey, falls: bool, number: str) -> list[tuple[str, bool]]:  # noqa: FBT001 - half of a pair
    column = COLUMNS.get(key, number)
    if key not in _NULLABLE:
        return [(column, falls)]
    return [(f"({column} IS NULL)", False), (f"coalesce({column}, 0)", falls)]


def _after(
    keys: Sequence[tuple[str, bool]], row: Cursor | None
) -> tuple[str, tuple[int | None, ...]]:
    """The condition of coming later than a row. Its first part is what an index can seek by."""
    if row is None:
        return "", ()
    (column, falls), value = keys[0], row[0]
    sign = "<" if falls else ">"
    if len(keys) == 1:
        return f"{column} {sign} ?", (value,)
    later, values = _after(keys[1:], row[1:])
    sql = f"({column} {sign}= ? AND ({column} {sign} ? OR ({later})))"
    return sql, (value, value, *values)


def _order(keys: Sequence[tuple[str, bool]]) -> str:
    return ", ".join(f"{column} {'DESC' if falls else 'ASC'}" for column, falls in keys)


def _and(one: str, other: str) -> str:
    return f"{one} AND {other}" if other else one
