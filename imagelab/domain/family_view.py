"""Which members of a family are drawn: all of a small one, the near ones of a large one.

What is left out is counted at the member it hangs on, and can be opened there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import field

from imagelab.domain.frozen import frozen
from imagelab.domain.lineage import Family, walked

MOST_UNFOLDED = 40
_MOST_ANCESTORS = 20  # of those, so that there is room for what came of it


@frozen
class View:
    """The members to draw by number, and how many are folded away before and after which."""

    shown: tuple[int, ...]
    before: dict[int, int] = field(default_factory=dict)
    after: dict[int, int] = field(default_factory=dict)


def view_of(
    family: Family, *, path: bool = False, opened: Sequence[int] = (), whole: bool = False
) -> View:
    """What to draw of a family.

    `path` leaves only what the asset was made from. Each number in `opened` shows forty more
    of what came of that asset, a negative one forty more of what it came from; `whole`
    shows all.
    """
    members = family.path(family.focus) if path else list(family.kin)
    if whole or len(members) <= MOST_UNFOLDED:
        return View(tuple(sorted(members)))
    shown = _near(family, set(members))
    for number in opened:
        ways = family.children if number > 0 else family.parents
        fresh = [n for n in walked([abs(number)], ways)[1:] if n not in shown and n in family.kin]
        shown |= dict.fromkeys(fresh[:MOST_UNFOLDED])
    before, after = _folded(family, shown, set(members))
    return View(tuple(sorted(shown)), before, after)


def _near(family: Family, members: set[int]) -> dict[int, None]:
    """The asset, some of what it was made from, then whatever is nearest."""
    shown = dict.fromkeys(family.path(family.focus)[: _MOST_ANCESTORS + 1])
    if len(members) == len(family.path(family.focus)):
        shown = dict.fromkeys(family.path(family.focus)[:MOST_UNFOLDED])
    waiting = deque(shown)
    while waiting and len(shown) < MOST_UNFOLDED:
        for other in _beside(family, waiting.popleft()):
            if other in members and other not in shown and len(shown) < MOST_UNFOLDED:
                shown[other] = None
                waiting.append(other)
    return shown


def _beside(family: Family, number: int) -> Sequence[int]:
    return (*family.children.get(number, ()), *family.parents.get(number, ()))


def _folded(
    family: Family, shown: Iterable[int], members: set[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """How many hang on which: each that is not shown is counted once, where it is met first."""
    left = members.difference(shown)
    counts: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for place, ways in ((1, family.children), (0, family.parents)):
        for number in shown:
            hanging = _taken(family, [n for n in ways.get(number, ()) if n in left], left)
            if hanging:
                counts[place][number] = hanging
    return counts


def _taken(family: Family, starts: Sequence[int], left: set[int]) -> int:
    """Take out all that hangs together with some of what is left; how many that were."""
    before = len(left)
    left.difference_update(starts)
    waiting = list(starts)
    while waiting and left:
        fresh = left.intersection(_beside(family, waiting.pop()))
        if fresh:
            left -= fresh
            waiting += fresh
    return before - len(left)
