"""Where the members of a family are drawn: in columns from left to right, no two in one place.

A member stands in the column after the last of its parents, one without any right before its
first child, and half-way down what came of
it. Rows are given out along the first parent of each, so that branches stay apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from imagelab.domain.frozen import frozen
from imagelab.domain.lineage import Family


@frozen
class Layout:
    """The column and the row of each member; rows can be halves and less."""

    columns: Mapping[int, int]
    rows: Mapping[int, float]
    width: int
    height: int


def laid_out(family: Family, shown: Sequence[int]) -> Layout:
    """The places of some members of a family, in a time that grows as their number does.

    A parent that is not shown is as if it were not there.
    """
    drawn = set(shown)
    parents = {
        number: [p for p in family.parents.get(number, ()) if p in drawn and p != number]
        for number in shown
    }
    columns = _beside_children(_columns(parents), parents)
    rows, height = _rows(parents, columns)
    width = max(columns.values(), default=-1) + 1
    return Layout(columns, rows, width, height)


def _columns(parents: Mapping[int, list[int]]) -> dict[int, int]:
    """One more than the furthest parent's; what stands in a circle follows those that do not."""
    children = _turned(parents)
    missing = {number: len(above) for number, above in parents.items()}
    columns: dict[int, int] = {}
    ready = deque(number for number, count in missing.items() if not count)
    circles = iter(parents)
    while len(columns) < len(parents):
        if not ready:
            ready.append(next(number for number in circles if number not in columns))
        number = ready.popleft()
        if number in columns:
            continue
        columns[number] = 1 + max((columns.get(p, -1) for p in parents[number]), default=-1)
        for child in children.get(number, ()):
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)
    return columns


def _beside_children(columns: dict[int, int], parents: Mapping[int, list[int]]) -> dict[int, int]:
    """What was made from nothing here stands right before the first that was made from it."""
    first: dict[int, int] = {}
    for number, above in parents.items():
        for parent in above:
            first[parent] = min(first.get(parent, columns[number]), columns[number])
    return {
        number: column if parents[number] else max(0, first.get(number, 1) - 1)
        for number, column in columns.items()
    }


def _rows(
    parents: Mapping[int, list[int]], columns: Mapping[int, int]
) -> tuple[dict[int, float], int]:
    """What has no branch of its own takes the next row; the others stand amid theirs."""
    # Along the first parent that stands to the left: in a circle there need not be any.
    first = {
        number: next((p for p in above if columns[p] < columns[number]), None)
        for number, above in parents.items()
    }
    branches = _turned({n: [p] for n, p in first.items() if p is not None})
    rows: dict[int, float] = {}
    height = 0
    for number in _branches_first(first, branches):
        below = branches.get(number)
        if below:
            rows[number] = (rows[below[0]] + rows[below[-1]]) / 2
        else:
            rows[number] = float(height)
            height += 1
    return rows, height


def _branches_first(
    first: Mapping[int, int | None], branches: Mapping[int, list[int]]
) -> Iterable[int]:
    """Each after all that branches off it, without recursion: a chain can be thousands long."""
    order: list[int] = []
    waiting = [number for number, parent in first.items() if parent is None]
    while waiting:
        number = waiting.pop()
        order.append(number)
        waiting += branches.get(number, ())
    return reversed(order)


def _turned(parents: Mapping[int, list[int]]) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for number, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(number)
    return children
