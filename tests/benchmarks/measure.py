"""Measuring in turns: each variant once a round, so that a busy moment meets them all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Result:
    """One path of the design's table: ours, what it is held against, and the goal."""

    path: str
    ours_ms: float
    bound_ms: float
    against: str
    goal: float
    p95_ms: float | None = None
    worst_ms: float | None = None
    headline: str = ""  # what it is called in the drawing, if it stands there

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.bound_ms

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal

    def called(self, headline: str) -> Result:
        """The same, standing in the drawing under this name."""
        return replace(self, headline=headline)


def in_turns(rounds: int, *variants: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of each variant, each round all of them one after another."""
    taken: list[list[float]] = [[] for _ in variants]
    for _ in range(rounds):
        for number, variant in enumerate(variants):
            began = time.perf_counter()
            variant()
            taken[number].append((time.perf_counter() - began) * 1000)
    return taken


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """What 95 of 100 stay below, and the worst."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))], ordered[-1]


def compared(
    path: str,
    against: str,
    goal: float,
    rounds: int,
    ours: Callable[[], object],
    bound: Callable[[], object],
) -> Result:
    """The medians of two variants run in turns."""
    mine, theirs = in_turns(rounds, ours, bound)
    return Result(path, median(mine), median(theirs), against, goal, *spread(mine))


def table(results: Sequence[Result]) -> str:
    head = ("ours ms", "p95", "worst", "bound ms", "ratio", "goal")
    lines = [f"{'path':58} {' '.join(f'{name:>9}' for name in head)}"]
    lines += [
        f"{r.path:58} {r.ours_ms:9.3f} {_ms(r.p95_ms)} {_ms(r.worst_ms)} {r.bound_ms:9.3f} "
        f"{r.ratio:9.3f} {r.goal:9.2f}{'' if r.met else '  missed'}  ÷ {r.against}"
        for r in results
    ]
    return "\n".join(lines)


def _ms(taken: float | None) -> str:
    return f"{'' if taken is None else f'{taken:.3f}':>9}"
