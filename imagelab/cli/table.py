"""A table in plain text, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

_GAP = "  "


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = (), indent: int = 3
) -> str:
    """Columns as wide as their widest cell; those in `right` end flush.

    >>> print(table(("what", "cost"), [("fox", "$0.03"), ("koi", "$12.00")], right=[1]))
       what    cost
       fox    $0.03
       koi   $12.00
    """
    lines = [line for line in (head, *rows) if line]
    widths = [max(cells(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(" " * indent + _line(line, widths, right).rstrip() for line in lines)


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: CJK letters two, accents of their own none.

    >>> cells("fox"), cells("狐")
    (3, 2)
    """
    return sum(_width(letter) for letter in text)


def clipped(text: str, most: int) -> str:
    """A text cut to so many columns, with a sign that it was.

    >>> clipped("a fox in the snow", 8), clipped("狐狐狐狐", 6), clipped("fox", 3)
    ('a fox i…', '狐狐…', 'fox')
    """
    if cells(text) <= most:
        return text
    taken = 0
    for position, letter in enumerate(text):
        taken += _width(letter)
        if taken > most - 1:
            return text[:position].rstrip() + "…"
    return text


def _line(line: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    return _GAP.join(
        _padded(cell, width, flush=column in right)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    )


def _padded(cell: str, width: int, *, flush: bool) -> str:
    space = " " * (width - cells(cell))
    return space + cell if flush else cell + space


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
