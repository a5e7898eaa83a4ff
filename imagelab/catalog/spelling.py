"""Stars in a field's value spelled out: the values there are that fit, which an index finds.

Few different values stand in a catalog, however many assets have them; a search for each of
them is a look-up, where one for all that begin so is a walk over every asset.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from imagelab.catalog import vocabulary
from imagelab.catalog.judging import fits, pattern_text
from imagelab.domain.query_tree import And, Choice, Node, Not, Or, Pattern

MOST = 200  # values in place of one pattern; of more, the pattern is looked for
_FIELDS = ("provider", "model", "quality", "format", "size", "tag")
_SHAPES = ("square", "landscape", "portrait")

Known = Callable[[str], list[str]]


def spelled_out(db: sqlite3.Connection, tree: Node) -> Node:
    """The same search, with its starred values in full where that are not too many."""
    return _spelled(tree, lambda field: _values(db, field))


def _spelled(node: Node, known: Known) -> Node:
    match node:
        case Not(inner):
            return Not(_spelled(inner, known))
        case And(nodes):
            return And(tuple(_spelled(inner, known) for inner in nodes))
        case Or(nodes):
            return Or(tuple(_spelled(inner, known) for inner in nodes))
        case Choice(field, patterns) if field in _FIELDS and _is_open(patterns):
            values = known(field)
            return Choice(field, tuple(p for one in patterns for p in _in_full(one, values)))
        case _:
            return node


def _is_open(patterns: tuple[Pattern, ...]) -> bool:
    return any(len(pattern.pieces) > 1 for pattern in patterns)


def _in_full(pattern: Pattern, values: list[str]) -> tuple[Pattern, ...]:
    """What nothing fits stays a value that nothing has: its own text."""
    if len(pattern.pieces) == 1:
        return (pattern,)
    wanted = pattern_text(pattern.pieces)
    found = [value for value in values if fits(value, wanted)]
    if len(found) > MOST:
        return (pattern,)
    return tuple(Pattern((value,)) for value in found) or (Pattern(("*".join(pattern.pieces),)),)


def _values(db: sqlite3.Connection, field: str) -> list[str]:
    shapes = _SHAPES if field == "size" else ()
    return [*vocabulary.ever(db, field), *shapes]
