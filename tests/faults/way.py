"""The way of a piece of work that nobody kills: the points it comes by, the faults it meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imagelab import killpoints
from imagelab.sandbox.faults import Faults, Place


@dataclass(frozen=True)
class Way:
    """What was passed, each once."""

    points: frozenset[str]
    faults: frozenset[str]

    def counted(self, fault: str) -> dict[str, int]:
        """As figures; that a fault was not met is told too."""
        points = {came_by(point): 1 for point in killpoints.POINTS if point in self.points}
        return points | ({met(fault): fault in self.faults} if fault else {})


def came_by(point: str) -> str:
    """What a figure of a point is called."""
    return f"came by {point}"


def met(fault: str) -> str:
    """What a figure of a fault is called."""
    return f"met {fault}"


def noted(work: Callable[..., None], *arguments: object) -> Way:
    """Do the work and tell its way; in a child."""
    points: set[str] = set()
    faults: set[str] = set()
    reach, take = killpoints.reach, Faults.take

    def reached(point: str) -> None:
        points.add(point)
        reach(point)

    def taken(left: Faults, place: Place) -> str | None:
        fault = take(left, place)
        faults.update([fault] if fault else [])
        return fault

    killpoints.reach = reached
    Faults.take = taken  # type: ignore[method-assign,assignment] # a method by another name
    work(*arguments)
    return Way(frozenset(points), frozenset(faults))
