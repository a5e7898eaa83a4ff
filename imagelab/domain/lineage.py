"""Lineage as values: the assets of a family, and who was made from whom.

A catalog can come from elsewhere, so an edge may lead anywhere, also in a circle: every walk
here passes each asset once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from imagelab.domain.money import Cost, Source, Spend, Unit


class Kin(NamedTuple):
    """One asset of a family, with no more than the whole of it is drawn and added up from."""

    id: int
    kind: str
    generation: int | None
    rejected: int
    cost_nano: int | None
    cost_unit: Unit | None
    cost_source: Source | None

    @property
    def cost(self) -> Cost | None:
        """What it cost; None where that is not known, and for an imported image."""
        if self.cost_nano is None:
            return None
        return Cost.from_nano(
            self.cost_nano, self.cost_unit or "usd", self.cost_source or "reported"
        )


class Edge(NamedTuple):
    """One asset used for another; `masked` where a mask said which part may change."""

    parent: int
    child: int
    role: str
    generation: int
    masked: bool


@dataclass(frozen=True)
class Family:
    """Everything an asset is connected with; `whole` is False where it was cut for its size.

    Members are in the order of their numbers, edges by child and then as they were given.
    """

    focus: int
    members: tuple[Kin, ...]
    edges: tuple[Edge, ...]
    whole: bool = True

    @classmethod
    def of_rows(cls, focus: int, edges: Iterable[tuple[Any, ...]]) -> Family:
        """A family of which only some edges are known, as rows."""
        return cls(focus, (), tuple(map(Edge._make, edges)), whole=False)

    @cached_property
    def kin(self) -> Mapping[int, Kin]:
        """The members by number."""
        return {kin.id: kin for kin in self.members}

    @cached_property
    def parents(self) -> Mapping[int, list[int]]:
        """The parents of each that has any, each once, in the order they were given."""
        return _grouped((edge.child, edge.parent) for edge in self.edges)

    @cached_property
    def children(self) -> Mapping[int, list[int]]:
        """The children of each that has any, the oldest first."""
        return _grouped((edge.parent, edge.child) for edge in self.edges)

    def path(self, number: int) -> list[int]:
        """An asset and all that it was made from, nearest first."""
        return walked([number], self.parents)

    @property
    def cost(self) -> Spend:
        """What the whole family cost."""
        return self.spent(self.kin)

    def spent(self, numbers: Iterable[int]) -> Spend:
        """What some of it cost; imported images cost nothing and are not unknown."""
        nano = {"usd": 0, "credits": 0}
        unknown = 0
        for number in numbers:
            kin = self.kin.get(number)
            if kin is None or kin.kind == "imported":
                continue
            if kin.cost_nano is None:
                unknown += 1
            else:
                nano[kin.cost_unit or "usd"] += kin.cost_nano
        return Spend(_plain(nano["usd"]), _plain(nano["credits"]), unknown)


def walked(starts: Iterable[int], ways: Mapping[int, list[int]]) -> list[int]:
    """All that can be reached, each once, nearest first.

    >>> walked([3], {3: [2, 1], 2: [1], 1: [3]})
    [3, 2, 1]
    """
    seen = dict.fromkeys(starts)
    waiting = deque(seen)
    while waiting:
        for other in ways.get(waiting.popleft(), ()):
            if other not in seen:
                seen[other] = None
                waiting.append(other)
    return list(seen)


def verb(edge: Edge, others: Iterable[Edge]) -> str:
    """What was done along an edge, in a word; `others` are all edges to the same child.

    >>> edge = Edge(1, 2, "input", 1, True)
    >>> verb(edge, [edge]), verb(edge._replace(role="reference"), [])
    ('edit with a mask', 'vary')
    """
    match edge.role:
        case "reroll":
            return "regenerate"
        case "mask":
            return "mask"
        case "reference":
            changes = any(other.role == "input" for other in others)
            return "reference" if changes else "vary"
        case _:
            return "edit with a mask" if edge.masked else "edit"


def _plain(nano: int) -> Decimal:
    return Cost.from_nano(nano).amount


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    groups: dict[int, dict[int, None]] = {}
    for one, other in pairs:
        groups.setdefault(one, {})[other] = None
    return {one: list(others) for one, others in groups.items()}
