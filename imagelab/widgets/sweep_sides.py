"""Which cells of a sweep are in which row and column, as its axes are laid out."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any


class Sides:
    """Rows, columns, and of every further axis the value that is shown; as `sweep_axes.js` has it."""

    def __init__(
        self, axes: Sequence[Mapping[str, Any]], rows: str, columns: str, tab: Mapping[str, Any]
    ) -> None:
        names = [axis["name"] for axis in axes]
        self._counts = [len(axis["labels"]) for axis in axes]
        self._rows = names.index(rows) if rows else None
        self._columns = names.index(columns) if columns and columns != rows else None
        sides = (self._rows, self._columns)
        further = [at for at, count in enumerate(self._counts) if count > 1 and at not in sides]
        self._tabs = {at: self._shown(at, tab.get(names[at])) for at in further}
        self._names = names

    @property
    def named(self) -> list[Any]:
        """What lies where, so that a page can tell whether it is what it shows."""
        rows, columns = (
            "" if at is None else self._names[at] for at in (self._rows, self._columns)
        )
        return [rows, columns, [[self._names[at], shown] for at, shown in self._tabs.items()]]

    def cells(self) -> dict[str, list[list[int]]]:
        """The numbers of the cells of each row and of each column.

        >>> axes = [{"name": "animal", "labels": ["fox", "owl"]}, {"name": "ink", "labels": "ab"}]
        >>> Sides(axes, "animal", "ink", {}).cells()
        {'rows': [[0, 1], [2, 3]], 'columns': [[0, 2], [1, 3]]}
        """
        rows = [list[int]() for _ in range(self._length(self._rows))]
        columns = [list[int]() for _ in range(self._length(self._columns))]
        for number, cell in enumerate(itertools.product(*map(range, self._counts))):
            if all(cell[at] == shown for at, shown in self._tabs.items()):
                rows[0 if self._rows is None else cell[self._rows]].append(number)
                columns[0 if self._columns is None else cell[self._columns]].append(number)
        return {"rows": rows, "columns": columns}

    def _length(self, axis: int | None) -> int:
        return 1 if axis is None else self._counts[axis]

    def _shown(self, axis: int, wanted: object) -> int:
        """What a page says is foreign: a place that is none is the first."""
        return wanted if type(wanted) is int and 0 <= wanted < self._counts[axis] else 0
