"""What a campaign found: how often it ran, what it counted, and every promise that broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SHOWN = 10  # broken promises in a table; all of them are in the JSON


@dataclass(frozen=True)
class Run:
    """One run of a campaign: what it counts for, what it came to, and what it broke."""

    name: str
    counted: Mapping[str, int] = field(default_factory=dict)
    ended: str = ""
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """The figures of a campaign; `ended` tells of single runs by name, where that is of use."""

    campaign: str
    runs: int
    seconds: float
    counted: Mapping[str, int]
    broken: tuple[str, ...] = ()
    ended: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a person reads it."""
        lines = [f"{self.campaign:12} {self.runs:7,} runs {self.seconds:7.1f} s"]
        lines += [f"  {count:11,} {what}" for what, count in self.counted.items()]
        lines += [f"  {len(self.broken):11,} promises broken"]
        lines += [f"              {_short(sentence)}" for sentence in self.broken[:SHOWN]]
        return "\n".join(lines)


def summed(campaign: str, seconds: float, runs: Iterable[Run]) -> Figures:
    """All runs of a campaign as one."""
    runs = list(runs)
    counted: Counter[str] = Counter()
    for run in runs:
        counted.update(run.counted)
    broken = tuple(f"{run.name}: {sentence}" for run in runs for sentence in run.broken)
    ended = {run.name: run.ended for run in runs if run.ended}
    return Figures(campaign, len(runs), seconds, dict(counted), broken, ended)


def _short(sentence: str) -> str:
    """Of a traceback its head and its last word."""
    lines = sentence.strip().splitlines()
    return lines[0] if len(lines) == 1 else f"{lines[0]} … {lines[-1]}"
