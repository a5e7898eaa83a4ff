"""Families as tests say them: who was made from whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imagelab.domain.lineage import Edge, Family, Kin


def family(parents: Mapping[int, Sequence[int]], focus: int = 1) -> Family:
    """Each member with its parents, the first changed and the others looked at; all cost $0.01."""
    members = sorted({*parents, *(p for above in parents.values() for p in above)})
    kin = tuple(Kin(n, "made", n, 0, 10_000_000, "usd", "reported") for n in members)
    edges = tuple(
        Edge(parent, child, "reference" if place else "input", child, masked=False)
        for child in sorted(parents)
        for place, parent in enumerate(parents[child])
    )
    return Family(focus, kin, edges)


def chain(length: int, focus: int = 1) -> Family:
    """A line in which each was made from the one before."""
    return family({number: [number - 1] for number in range(2, length + 1)}, focus)
