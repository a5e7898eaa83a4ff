"""Which of many pictures are near duplicates, by their likeness and without comparing each pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from imagelab.domain.near import MAX_DISTANCE
from imagelab.imaging.likeness import distance

_QUARTERS = (0, 16, 32, 48)
_QUARTER = 0xFFFF
# Of four quarters one differs in at most a quarter of the bits that may differ.
_TURNED = tuple(
    sum(1 << bit for bit in bits)
    for count in range(MAX_DISTANCE // len(_QUARTERS) + 1)
    for bits in combinations(range(16), count)
)


class Seen:
    """Likenesses met so far; each is a signed 64-bit number, as `likeness` gives it."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._by_quarter: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def near(self, likeness: int) -> Iterator[int]:
        """Those that are the same picture as `likeness` is; one may come more than once."""
        if likeness in self._known:
            yield likeness
        for place, quarter in _quarters(likeness):
            for turn in _TURNED:
                for other in self._by_quarter.get((place, quarter ^ turn), ()):
                    if other != likeness and distance(other, likeness) <= MAX_DISTANCE:
                        yield other

    def add(self, likeness: int) -> None:
        """Remember one; twice is no matter."""
        if likeness not in self._known:
            self._known.add(likeness)
            for key in _quarters(likeness):
                self._by_quarter[key].append(likeness)


def near_pairs(likenesses: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Pairs of near duplicates that join all that are connected by such; equal ones count once."""
    seen = Seen()
    for likeness in likenesses:
        for other in seen.near(likeness):
            if other != likeness:
                yield likeness, other
        seen.add(likeness)


def _quarters(likeness: int) -> list[tuple[int, int]]:
    return [(place, (likeness >> place) & _QUARTER) for place in _QUARTERS]
