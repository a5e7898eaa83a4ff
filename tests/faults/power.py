"""Power loss: a life in the lab cut off at any operation, and everything it vouched for looked for.

The life is led and written down once; each point of it is one power loss, at which the disk keeps
what it may (`model`). What is left is opened as the lab opens it.
"""

from __future__ import annotations

import logging
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.faults import vouched
from tests.faults.apart import all_forked, alone, forked, sure
from tests.faults.life import IN_MEMORY, at_once, lived
from tests.faults.model import Disk
from tests.faults.operations import Operation
from tests.faults.record import Mark, Omission, Trace, record
from tests.faults.vouched import Found

_CATALOG = Path(".imagelab") / "sandbox.db"
_SECONDS, _POINTS_A_FORK, _AT_ONCE = 600.0, 500, 2


@dataclass(frozen=True)
class PowerFigures:
    """What a campaign came to; `lost` are steps that were vouched for, `corrupt` catalogs."""

    omitted: Omission
    points: int
    operations: int
    checked: int
    lost: int
    corrupt: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        without = "" if self.omitted == "nothing" else f", {self.omitted} not synced"
        told = "".join(f"\n  {example}" for example in self.examples)
        return (
            f"power loss{without}: {self.points:,} points in {self.operations:,} operations, "
            f"{self.checked:,} acknowledged steps looked for, {self.lost:,} lost, "
            f"{self.corrupt:,} catalogs corrupt{told}"
        )


def run(points: int, seed: int, omitted: Omission = "nothing") -> PowerFigures:
    """One campaign, in processes of its own; what is omitted is to be found missing."""
    return alone(_campaign, points, seed, omitted)


def _campaign(points: int, seed: int, omitted: Omission) -> PowerFigures:
    at_once()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        life = partial(lived, root / _CATALOG)
        trace = sure(forked(partial(record, root, life, omitted), _SECONDS))
        chance = random.Random(seed)
        places = sorted(chance.randint(0, len(trace)) for _ in range(points))
        parts = [places[n : n + _POINTS_A_FORK] for n in range(0, points, _POINTS_A_FORK)]
        works = [partial(_struck, root, trace, part, seed) for part in parts]
        found = [f for part in all_forked(works, _SECONDS, _AT_ONCE) for f in sure(part)]
    return _figures(omitted, trace, found)


def _struck(root: Path, trace: Trace, places: Sequence[int], seed: int) -> list[Found]:
    """A power loss at each of the places, which are in order."""
    logging.disable()  # a reply that cannot be read is a figure here
    return list(_each_struck(Disk(root), trace, places, random.Random(f"{seed}/{places[0]}")))


def _each_struck(
    disk: Disk, trace: Trace, places: Sequence[int], chance: random.Random
) -> Iterator[Found]:
    marks: list[Mark] = []
    done = 0
    for place in places:
        for event in trace[done:place]:
            if isinstance(event, Operation):
                disk.apply(event)
            else:
                marks.append(event)
        done = place
        with tempfile.TemporaryDirectory(dir=IN_MEMORY) as left:
            disk.crash(chance, Path(left))
            yield vouched.look(Path(left) / _CATALOG, marks)


def _figures(omitted: Omission, trace: Trace, found: Sequence[Found]) -> PowerFigures:
    lost = Counter(step for f in found for step in f.lost)
    corrupt = Counter(f.corrupt for f in found if f.corrupt)
    return PowerFigures(
        omitted,
        points=len(found),
        operations=sum(isinstance(event, Operation) for event in trace),
        checked=sum(f.asked for f in found),
        lost=lost.total(),
        corrupt=corrupt.total(),
        examples=tuple(f"{n} × {what}" for what, n in [*lost.items(), *corrupt.most_common(3)]),
    )
