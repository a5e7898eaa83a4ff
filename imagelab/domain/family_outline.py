"""A family as a nested list: every member once, under the first parent that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from imagelab.domain.frozen import frozen
from imagelab.domain.lineage import Edge, Family, verb


@frozen
class Entry:
    """One line: how deep it stands, the member, and each parent with what was done to it."""

    depth: int
    number: int
    parents: tuple[tuple[int, str], ...]


def outline(family: Family, shown: Sequence[int]) -> list[Entry]:
    """The members in the order one reads them, the oldest branch first; a circle is cut open."""
    drawn = set(shown)
    above = parents_of(family, drawn)
    branches: dict[int, list[int]] = {}
    tops: list[int] = []
    for number in shown:
        parents = [parent for parent, _ in above.get(number, ()) if parent in drawn]
        (branches.setdefault(parents[0], []) if parents else tops).append(number)
    entries: list[Entry] = []
    seen: set[int] = set()
    for start in (*tops, *shown):  # whoever stands in a circle is under nobody
        waiting = [(0, start)]
        while waiting:
            depth, number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            entries.append(Entry(depth, number, tuple(above.get(number, ()))))
            waiting += [(depth + 1, child) for child in reversed(branches.get(number, ()))]
    return entries


def parents_of(family: Family, numbers: set[int]) -> dict[int, list[tuple[int, str]]]:
    """The parents of some members, each with what was done to it in a word."""
    edges: dict[int, list[Edge]] = {}
    for edge in family.edges:
        if edge.child in numbers:
            edges.setdefault(edge.child, []).append(edge)
    return {
        child: list({edge.parent: (edge.parent, verb(edge, mine)) for edge in mine}.values())
        for child, mine in edges.items()
    }
