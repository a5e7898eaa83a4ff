"""Blind comparison as values: who meets whom, what was said, and what it comes to.

Pairs that differ on one axis alone come first, since only they say what that axis does. Each
axis has its turn; along an axis everyone of a line meets someone once a round (the circle
method of tournaments), so that all are seen about equally often. Pairs that differ on
several axes follow, and last those that differ on none, such as re-rolls.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost


@frozen
class Contestant:
    """An image that is compared: what it stands for on each axis, and what it cost."""

    asset: int
    values: Mapping[str, str]
    cost: Cost | None = None


@frozen
class Pair:
    """Two images, as they are shown, and the axes they differ on."""

    left: int
    right: int
    axes: tuple[str, ...]

    @property
    def both(self) -> frozenset[int]:
        """The two, whichever stands left."""
        return frozenset((self.left, self.right))


def differing(one: Contestant, other: Contestant) -> tuple[str, ...]:
    """The axes two images differ on.

    >>> differing(Contestant(1, {"style": "ink"}), Contestant(2, {"style": "oil"}))
    ('style',)
    """
    return tuple(name for name, value in one.values.items() if other.values.get(name) != value)


def pairs(contestants: Sequence[Contestant], seed: int, most: int) -> list[Pair]:
    """At most so many pairs, each two images once, in the order in which they are asked about.

    Which one stands left is drawn by the seed, and so is everything that has no other order.
    """
    draw = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    shuffled = list(contestants)
    draw.shuffle(shuffled)
    found: list[Pair] = []
    met: set[frozenset[int]] = set()
    for one, other in _meetings(shuffled):
        both = frozenset((one.asset, other.asset))
        if both in met or len(both) < 2:
            continue
        if len(found) >= most:
            break
        met.add(both)
        left, right = (one, other) if draw.random() < 0.5 else (other, one)
        found.append(Pair(left.asset, right.asset, differing(left, right)))
    return found


def _meetings(contestants: Sequence[Contestant]) -> Iterator[tuple[Contestant, Contestant]]:
    axes = dict.fromkeys(name for one in contestants for name in one.values)
    yield from _in_turn([_along(contestants, axis) for axis in axes])
    yield from (pair for pair in _rounds(contestants) if differing(*pair))
    yield from _rounds(contestants)


def _in_turn(
    each: Iterable[Iterator[tuple[Contestant, Contestant]]],
) -> Iterator[tuple[Contestant, Contestant]]:
    """One of each after the other, until there is none left."""
    left = list(each)
    while left:
        for one in list(left):
            pair = next(one, None)
            if pair is None:
                left.remove(one)
            else:
                yield pair


def _along(contestants: Sequence[Contestant], axis: str) -> Iterator[tuple[Contestant, Contestant]]:
    """Those that differ on this axis alone, a round of every line after the other."""
    lines: dict[tuple[tuple[str, str], ...], list[Contestant]] = {}
    for one in contestants:
        others = tuple((name, value) for name, value in one.values.items() if name != axis)
        lines.setdefault(others, []).append(one)
    rounds = [list(_rounds_of(line)) for line in lines.values()]
    for number in range(max(map(len, rounds), default=0)):
        for line in rounds:
            for one, other in line[number] if number < len(line) else ():
                if one.values.get(axis) != other.values.get(axis):
                    yield one, other


def _rounds(contestants: Sequence[Contestant]) -> Iterator[tuple[Contestant, Contestant]]:
    for meetings in _rounds_of(contestants):
        yield from meetings


def _rounds_of(
    contestants: Sequence[Contestant],
) -> Iterator[list[tuple[Contestant, Contestant]]]:
    """Everyone meets everyone: one stays, the others go round (the circle method)."""
    ring: list[Contestant | None] = [*contestants]
    ring += [None] if len(ring) % 2 else []
    for _ in range(len(ring) - 1):
        half = len(ring) // 2
        facing = zip(ring[:half], reversed(ring[half:]), strict=True)
        yield [(one, other) for one, other in facing if one is not None and other is not None]
        ring = [ring[0], ring[-1], *ring[1:-1]]
