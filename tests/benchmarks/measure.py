"""Measuring in turns: each variant once a round, so that a busy moment meets them all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One path of the design's table: ours, what it is held against, and the goal."""

    path: str
    ours_ms: float
    bound_ms: float
    against: str
    goal: float

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.bound_ms


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
    return Result(path, median(mine), median(theirs), against, goal)


def table(results: Sequence[Result]) -> str:
    lines = [f"{'path':58} {'ours ms':>9} {'bound ms':>9} {'ratio':>7} {'goal':>7}"]
    lines += [
        f"{r.path:58} {r.ours_ms:9.3f} {r.bound_ms:9.3f} {r.ratio:7.2f} {r.goal:7.2f}"
        f"{'' if r.ratio <= r.goal else '  missed'}  ÷ {r.against}"
        for r in results
    ]
    return "\n".join(lines)
