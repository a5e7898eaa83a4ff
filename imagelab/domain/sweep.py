"""A sweep as values: a template with names in braces, and the grid of everything they can be."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping

from imagelab.domain.frozen import frozen
from imagelab.errors import RequestError, listed

_MOST_TOLD = 12  # values in one sentence
_BRACES = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")


@frozen
class Axis:
    """What varies in one direction: its values, and how each is written where it is shown.

    With `in_prompt` the values fill the template, else they are a parameter's.
    """

    name: str
    values: tuple[object, ...]
    labels: tuple[str, ...]
    in_prompt: bool

    def place(self, value: object) -> int:
        """Where a value stands; RequestError says which there are."""
        for place, known in enumerate(self.values):
            if same(known, value):
                return place
        shown = listed(self.labels[:_MOST_TOLD])
        more = (
            f" and {len(self.labels) - _MOST_TOLD:,} more" if len(self.labels) > _MOST_TOLD else ""
        )
        raise RequestError(
            f"{self.name}={value!r} is not in this sweep; {self.name} is {shown}{more}"
        )


@frozen
class Grid:
    """A template and its axes; cells are counted row by row, the last axis fastest."""

    template: str
    axes: tuple[Axis, ...]

    @property
    def varied(self) -> tuple[Axis, ...]:
        """The axes of more than one value."""
        return tuple(axis for axis in self.axes if len(axis.values) > 1)

    def __len__(self) -> int:
        return math.prod(len(axis.values) for axis in self.axes)

    def cells(self) -> Iterator[tuple[int, ...]]:
        """For each cell where it stands on each axis."""
        return itertools.product(*(range(len(axis.values)) for axis in self.axes))

    def prompt(self, cell: tuple[int, ...]) -> str:
        """The template, filled for a cell."""
        pairs = zip(self.axes, cell, strict=True)
        return fill(self.template, {a.name: str(a.values[at]) for a, at in pairs if a.in_prompt})

    def params(self, cell: tuple[int, ...]) -> dict[str, object]:
        """What a cell says beside its prompt."""
        pairs = zip(self.axes, cell, strict=True)
        return {axis.name: axis.values[at] for axis, at in pairs if not axis.in_prompt}

    def find(self, given: Mapping[str, object]) -> list[int]:
        """The numbers of the cells that have these values; what is not named may be anything.

        RequestError for an axis or a value that is not there.
        """
        names = [axis.name for axis in self.axes]
        unknown = next((name for name in given if name not in names), None)
        if unknown is not None:
            raise RequestError(f"this sweep has no axis {unknown!r}; it has {listed(names)}")
        wanted = [a.place(given[a.name]) if a.name in given else None for a in self.axes]
        return [
            number
            for number, cell in enumerate(self.cells())
            if all(want in (None, at) for want, at in zip(wanted, cell, strict=True))
        ]


def names_in(template: str) -> tuple[str, ...]:
    """The names a template has in braces, each once; RequestError for a brace that is no name's.

    >>> names_in("a {animal} in {style}, {{as it is}}, {animal}")
    ('animal', 'style')
    """
    for found in _BRACES.findall(template):
        if found not in ("{{", "}}") and not found[1:-1].isidentifier():
            raise RequestError(
                f"{found!r} in the template is not a name in braces, such as {{animal}}; write "
                "{{ and }} for braces themselves"
            )
    named = (found[1:-1] for found in _BRACES.findall(template))
    return tuple(dict.fromkeys(name for name in named if name))


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with its names replaced, once: what is put in is not read again.

    >>> fill("a {animal}, {{drawn}}", {"animal": "{fox}"})
    'a {fox}, {drawn}'
    """

    def put(found: re.Match[str]) -> str:
        text = found[0]
        return text[0] if text in ("{{", "}}") else words[text[1:-1]]

    return _BRACES.sub(put, template)


def same(one: object, other: object) -> bool:
    """Whether two values are one; an array, which answers with an array, is only itself."""
    return one is other or (one == other) is True
