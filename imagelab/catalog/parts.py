"""The two kinds of thing a search is made of in SQL, and how they combine.

What the text index finds combines into one MATCH. Conditions combine into SQL; one may be
NULL where nothing is known, so its negation is `NOT coalesce(condition, 0)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from imagelab.catalog import words
from imagelab.domain.frozen import frozen

_MATCHED = "SELECT rowid FROM text_index WHERE text_index MATCH ?"


@frozen
class Found:
    """What a search of the text index finds, or, if negative, all that it does not.

    `also` is a condition that holds for all it finds, where a row tells sooner than the index.
    """

    match: str
    negative: bool = False
    also: Where | None = None


@frozen
class Where:
    """A condition on the row `a` of asset.

    A listable one mostly holds for few rows, which an index gives: they may be listed first.
    `wider` holds for at least as many and is told by an index alone; `walked` is the same
    condition for rows that are walked over. Both bind the same values.
    """

    sql: str
    values: tuple[object, ...] = ()
    listable: bool = False
    wider: str = ""
    walked: str = ""


Part: TypeAlias = Found | Where


def negated(part: Part | None) -> Part | None:
    """All but this; what says nothing says nothing negated either."""
    match part:
        case Found(expression, negative):
            return Found(expression, negative=not negative)
        case Where(sql, values):
            return Where(f"NOT coalesce(({sql}), 0)", values)
        case None:
            return None


def either(parts: Iterable[Part | None]) -> Part | None:
    """Any of these; what says nothing is left out."""
    told = [part for part in parts if part]
    if len(told) < 2:
        return told[0] if told else None
    found = [part for part in told if isinstance(part, Found)]
    if len(found) == len(told):
        match = " OR ".join(f"({joined([part])})" for part in found)
        alsos = [part.also for part in found if part.also]
        also = _combined(alsos, " OR ") if len(alsos) == len(found) else None
        return Found(match, also=also)
    wheres = [_where(part) for part in told]
    return _combined(wheres, " OR ", listable=all(where.listable for where in wheres))


def both(parts: Sequence[Part]) -> Part | None:
    """All of these as one part."""
    if len(parts) < 2:
        return parts[0] if parts else None
    found = [part for part in parts if isinstance(part, Found)]
    if len(found) == len(parts):
        return Found(joined(found))
    return _combined([_where(part) for part in parts], " AND ")


def between(where: Where, first: int, last: int) -> Where:
    """The same condition, where only rows from one number to another are asked about."""
    matched = f"{_MATCHED} AND rowid BETWEEN {first:d} AND {last:d}"
    return replace(where, sql=where.sql.replace(_MATCHED, matched))


def matches(where: Where) -> bool:
    """Whether the condition looks into the text index by itself."""
    return _MATCHED in where.sql


def joined(parts: Sequence[Found]) -> str:
    """One search of the index: what must be found, less what must not."""
    wanted = [f"({part.match})" for part in parts if not part.negative]
    unwanted = [f"({part.match})" for part in parts if part.negative]
    base = " AND ".join(wanted) or words.every_row()
    return f"({base}) NOT ({' OR '.join(unwanted)})" if unwanted else base


def _combined(wheres: Sequence[Where], sign: str, *, listable: bool = False) -> Where:
    return Where(
        sign.join(f"({where.sql})" for where in wheres),
        tuple(value for where in wheres for value in where.values),
        listable=listable,
    )


def _where(part: Part) -> Where:
    return part if isinstance(part, Where) else Where(f"a.id IN ({_MATCHED})", (joined([part]),))
