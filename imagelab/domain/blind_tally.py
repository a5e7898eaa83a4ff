"""What a blind comparison comes to: wins by axis value and by dollar, with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from imagelab.domain.blind import Contestant, differing
from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost

Z95 = 1.959964  # of a normal distribution 95 % lie within so many deviations of its mean


@frozen
class Verdict:
    """What was said of two images; no winner is a tie."""

    one: int
    other: int
    winner: int | None


@frozen
class Standing:
    """One value of an axis, over the comparisons in which it met another value of that axis.

    `alone` of those differed in nothing else. `share` is the wins, ties counted half; `low` and
    `high` are its 95 % interval. `cost` is what an image of it cost on average in dollars, and
    `per_dollar` how many wins a dollar's worth of its images brings; None where a cost is not
    known, is in credits, or is nothing.
    """

    axis: str
    value: str
    compared: int
    alone: int
    wins: int
    ties: int
    losses: int
    cost: Decimal | None

    @property
    def share(self) -> float:
        """Wins and half of the ties, of all."""
        return (self.wins + self.ties / 2) / self.compared

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, 95 times in 100."""
        return wilson(self.wins + self.ties / 2, self.compared)

    def per_dollar(self, share: float) -> float | None:
        """So large a share for what an image costs."""
        return share / float(self.cost) if self.cost else None


def wilson(wins: float, compared: int) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209-212).

    Ties that count half vary less than wins and losses do, so with them it is rather too wide.

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    share, square = wins / compared, Z95**2
    middle = share + square / (2 * compared)
    reach = Z95 * math.sqrt(share * (1 - share) / compared + square / (4 * compared**2))
    whole = 1 + square / compared
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def tally(contestants: Sequence[Contestant], verdicts: Sequence[Verdict]) -> list[Standing]:
    """Each value that met another, by axis as they come, the most wins first."""
    known = {one.asset: one for one in contestants}
    met: dict[tuple[str, str], list[tuple[int | None, Contestant, bool]]] = {}
    for verdict in verdicts:
        pair = known[verdict.one], known[verdict.other]
        axes = differing(*pair)
        for axis in axes:
            for one in pair:
                seen = (verdict.winner, one, len(axes) == 1)
                met.setdefault((axis, one.values.get(axis, "")), []).append(seen)
    order = list(dict.fromkeys(name for one in contestants for name in one.values))
    found = [_standing(axis, value, seen) for (axis, value), seen in met.items()]
    return sorted(found, key=lambda s: (order.index(s.axis), -s.share, s.value))


def _standing(
    axis: str, value: str, seen: Sequence[tuple[int | None, Contestant, bool]]
) -> Standing:
    wins = sum(winner == one.asset for winner, one, _ in seen)
    ties = sum(winner is None for winner, _, _ in seen)
    costs = {one.asset: one.cost for _, one, _ in seen}
    return Standing(
        axis,
        value,
        len(seen),
        sum(alone for _, _, alone in seen),
        wins,
        ties,
        len(seen) - wins - ties,
        _mean(costs),
    )


def _mean(costs: Mapping[int, Cost | None]) -> Decimal | None:
    known = [cost.amount for cost in costs.values() if cost and cost.unit == "usd"]
    if len(known) < len(costs) or not sum(known):
        return None
    return sum(known, Decimal(0)) / len(known)
