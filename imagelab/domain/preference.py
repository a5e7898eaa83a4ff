"""Which of two images of one prompt was liked better: by blind comparison, else by stars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from imagelab.domain.comparison import Comparison
from imagelab.domain.frozen import frozen

# Each image stands against at most so many by its stars: a thousand of one prompt are no million.
_MOST_EACH = 32


@frozen
class Candidate:
    """An image that may be preferred; `asked` is what it was made from, prompt and all."""

    uuid: str
    asked: tuple[str, ...]
    stars: int  # 0 where it has none


@frozen
class Preference:
    """One of two was chosen; `votes` are the comparisons for it less those against, 0 for stars."""

    chosen: str
    rejected: str
    source: Literal["comparison", "rating"]
    votes: int = 0
    axes: tuple[str, ...] = ()
    judged_at: datetime | None = None


@frozen
class Preferences:
    """What was preferred, how many pairs came out even, and how many were of two prompts."""

    pairs: tuple[Preference, ...]
    ties: int = 0
    unlike: int = 0


def preferences(candidates: Sequence[Candidate], comparisons: Iterable[Comparison]) -> Preferences:
    """The pairs, those that were compared first, each once, in an order that the images decide.

    Only images of one prompt, made from the same images, are pairs. What two comparisons say
    against each other is a tie, and equal stars are no preference.
    """
    known = {one.uuid: one for one in candidates}
    judged: dict[frozenset[str], list[Comparison]] = defaultdict(list)
    unlike = 0
    for one in comparisons:
        left, right = known.get(one.left), known.get(one.right)
        if left is None or right is None:
            continue
        if left.asked != right.asked:
            unlike += 1
        else:
            judged[frozenset((one.left, one.right))].append(one)
    compared = [_preferred(said) for said in judged.values()]
    found = [one for one in compared if one is not None]
    found += (
        Preference(better.uuid, worse.uuid, "rating")
        for better, worse in _by_stars(candidates)
        if frozenset((better.uuid, worse.uuid)) not in judged
    )
    return Preferences(tuple(found), compared.count(None), unlike)


def _preferred(said: Sequence[Comparison]) -> Preference | None:
    """What the comparisons of one pair come to; None for a tie."""
    first = said[0]
    won = sum((one.winner == first.left) - (one.winner == first.right) for one in said)
    if not won:
        return None
    better, worse = (first.left, first.right) if won > 0 else (first.right, first.left)
    last = said[-1]
    return Preference(better, worse, "comparison", abs(won), last.axes, last.judged_at)


def _by_stars(candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    alike: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for one in candidates:
        if one.stars:
            alike[one.asked].append(one)
    for group in alike.values():
        group.sort(key=lambda one: -one.stars)
        for place, better in enumerate(group):
            worse = [one for one in group[place + 1 :] if one.stars < better.stars]
            yield from ((better, one) for one in worse[:_MOST_EACH])
