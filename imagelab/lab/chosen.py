"""Which of the images that were asked for go into an export, and which stay together in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from imagelab.catalog import comparisons, origins
from imagelab.catalog.catalog import Catalog
from imagelab.domain.frozen import frozen
from imagelab.domain.grouping import Groups
from imagelab.domain.preference import Candidate, Preference, preferences
from imagelab.imaging.duplicates import Seen, near_pairs

_ALIKE = "a near duplicate of another"
_ALONE = "no other image of its prompt was rated or compared otherwise"


@frozen
class Chosen:
    """As much of an image as is kept of all of them at once; `asked` only for preferences."""

    id: int
    uuid: str
    likeness: int | None
    rating: int
    format: str
    size_bytes: int
    asked: tuple[str, ...] = ()


def distinct(chosen: Sequence[Chosen], left_out: Counter[str]) -> list[Chosen]:
    """One of each picture, in the order they had: the best rated, of those the first."""
    seen, kept = Seen(), set()
    for one in sorted(chosen, key=lambda one: -one.rating):
        if one.likeness is None or next(seen.near(one.likeness), None) is None:
            kept.add(one.id)
            if one.likeness is not None:
                seen.add(one.likeness)
    left_out[_ALIKE] += len(chosen) - len(kept)
    return [one for one in chosen if one.id in kept]


def preferred(
    catalog: Catalog, chosen: Sequence[Chosen], left_out: Counter[str]
) -> tuple[list[Chosen], Sequence[Preference]]:
    """Those that were preferred to another of their prompt, or another to them, and how."""
    said = preferences(
        [Candidate(one.uuid, one.asked, one.rating) for one in chosen], comparisons.every(catalog)
    )
    named = {uuid for pair in said.pairs for uuid in (pair.chosen, pair.rejected)}
    left_out["a pair that came out even"] += said.ties
    left_out["a comparison of two prompts"] += said.unlike
    left_out[_ALONE] += len(chosen) - len(named)
    return [one for one in chosen if one.uuid in named], said.pairs


def families(
    catalog: Catalog,
    chosen: Sequence[Chosen],
    parents: Mapping[int, Sequence[origins.Parent]],
    pairs: Sequence[Preference] = (),
    *,
    alike: bool,
) -> dict[int, str]:
    """The family each is in, by the uuid of its oldest member: it is the same in every catalog.

    Of a pair both are in one.
    """
    groups = Groups[int]()
    for child, found in parents.items():
        for parent, _ in found:
            groups.join(child, parent)
    if alike:
        _join_alike(groups, chosen)
    numbers = {one.uuid: one.id for one in chosen}
    for pair in pairs:
        groups.join(numbers[pair.chosen], numbers[pair.rejected])
    oldest: dict[int, int] = {}
    for number in parents:
        top = groups.of(number)
        oldest[top] = min(number, oldest.get(top, number))
    named = origins.uuids(catalog, sorted(set(oldest.values())))
    return {one.id: named[oldest[groups.of(one.id)]] for one in chosen}


def _join_alike(groups: Groups[int], chosen: Sequence[Chosen]) -> None:
    first: dict[int, int] = {}
    for one in chosen:
        if one.likeness is not None:
            groups.join(one.id, first.setdefault(one.likeness, one.id))
    for a, b in near_pairs(first):
        groups.join(first[a], first[b])
