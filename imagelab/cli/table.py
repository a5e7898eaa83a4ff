"""A table in plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """Columns as wide as their widest cell; those in `right` end flush.

    >>> print(table(("what", "cost"), [("fox", "$0.03"), ("koi", "$12")], right=[1]))
       what   cost
       fox   $0.03
       koi     $12
    """
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join("   " + _line(line, widths, right).rstrip() for line in lines)


def _line(line: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    cells = [
        cell.rjust(width) if column in right else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(cells)
