"""The order of what is found, and how a page continues where the last one ended.

What is unknown comes last in either direction, which SQL's own order does not do, so a key
that can be NULL is read in two segments: the known, then the unknown. Equal ones follow
their numbers, in the direction of the last key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeAlias

from imagelab.domain.frozen import frozen
from imagelab.domain.query_tree import SortKey
from imagelab.errors import QueryError

Key: TypeAlias = tuple[str, bool]  # a column, and whether it falls
Cursor: TypeAlias = tuple[int | None, ...]  # the sort values of a row, its number last

COLUMNS: dict[SortKey, str] = {
    "date": "a.created_at",
    "cost": "a.cost_nano",
    "rating": "a.rating",
}
STARS = range(6)
_NULLABLE = ("cost", "rating")
_DEFAULT: tuple[tuple[SortKey, bool], ...] = (("id", True),)


@frozen
class Segment:
    """One stretch of the order, as the pieces of a SELECT."""

    columns: str
    condition: str
    values: tuple[int | None, ...]
    order: str


def segments(
    sort: Sequence[tuple[SortKey, bool]],
    after: Cursor | None,
    number: str,
    stars: Collection[int] = STARS,
) -> list[Segment]:
    """The stretches to read one after the other, from the beginning or after a row.

    `number` is the column of the assets' numbers; `stars` are those that can be found, 0 for
    the unrated.
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
    if first == "rating":
        return _by_stars(keys, columns, after, stars, falls=falls)
    inner = after[1:] if after is not None and after[0] is None else None
    condition, values = _after(keys[1:], inner)
    unknown = Segment(columns, _and(f"{column} IS NULL", condition), values, _order(keys[1:]))
    if inner is not None:
        return [unknown]
    told = _and(f"{column} IS NOT NULL", known.condition)
    return [Segment(columns, told, known.values, known.order), unknown]


def _by_stars(
    keys: Sequence[Key],
    columns: str,
    after: Cursor | None,
    possible: Collection[int],
    *,
    falls: bool,
) -> list[Segment]:
    """A stretch for each number of stars, since few stars are shared by many; the unrated last."""
    (column, _), *inner = keys
    stars: list[int | None] = [*(range(5, 0, -1) if falls else range(1, 6)), None]
    told = []
    for star in stars[stars.index(after[0]) if after and after[0] in stars else 0 :]:
        if (star or 0) not in possible:
            continue
        within = after[1:] if after is not None and after[0] == star else None
        # The unrated are many: + keeps SQLite from sorting them all, where an index has the order.
        unrated = f"{column} IS NULL" if len(inner) == 1 else f"+{column} IS NULL"
        held = unrated if star is None else f"{column} = {star:d}"
        told += _held(held, inner, columns, within)
    return told


def _held(held: str, keys: Sequence[Key], columns: str, after: Cursor | None) -> list[Segment]:
    """The stretches among what shares a first key; a cost that is known is what an index goes by."""
    cost = COLUMNS["cost"]
    if keys[0][0] != f"({cost} IS NULL)":
        condition, values = _after(keys, after)
        return [Segment(columns, _and(held, condition), values, _order(keys))]
    _, (_, falls), *rest = keys
    told = []
    if after is None or not after[0]:
        known = [(cost, falls), *rest]
        condition, values = _after(known, after[1:] if after is not None else None)
        condition = _and(f"{held} AND {cost} IS NOT NULL", condition)
        told.append(Segment(columns, condition, values, _order(known)))
    condition, values = _after(rest, after[2:] if after is not None and after[0] else None)
    condition = _and(f"{held} AND {cost} IS NULL", condition)
    return [*told, Segment(columns, condition, values, _order(rest))]


def ended_by_number(sort: Sequence[tuple[SortKey, bool]]) -> list[tuple[SortKey, bool]]:
    """The keys up to the number, which ends every order since no two are the same."""
    told: dict[SortKey, bool] = {}
    for key, falls in sort or _DEFAULT:
        told.setdefault(key, falls)
        if key == "id":
            return list(told.items())
    return [*told.items(), ("id", list(told.values())[-1])]


def _rest(key: SortKey, falls: bool, number: str) -> list[Key]:  # noqa: FBT001 - half of a pair
    column = COLUMNS.get(key, number)
    if key not in _NULLABLE:
        return [(column, falls)]
    return [(f"({column} IS NULL)", False), (f"coalesce({column}, 0)", falls)]


def _after(keys: Sequence[Key], row: Cursor | None) -> tuple[str, tuple[int | None, ...]]:
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


def _order(keys: Sequence[Key]) -> str:
    return ", ".join(f"{column} {'DESC' if falls else 'ASC'}" for column, falls in keys)


def _and(one: str, other: str) -> str:
    return f"{one} AND {other}" if other else one
