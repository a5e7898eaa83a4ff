"""Listings: what searches found, number after number, kept while somebody scrolls through them.

A listing is what `count` counted, and stays as it is: pages further down come from it, so
that nothing jumps while it is scrolled through. What was written since is in the next one.
"""

from __future__ import annotations

import threading
import weakref
from array import array
from collections import OrderedDict
from dataclasses import field, replace
from pathlib import Path
from typing import TypeAlias

from imagelab.catalog.costs import MAX_ADDED, spent_on
from imagelab.catalog.hits import all_hits
from imagelab.catalog.slices import Reads
from imagelab.catalog.stacks import stacked
from imagelab.catalog.stamps import stamp
from imagelab.domain.frozen import frozen
from imagelab.domain.money import Spend
from imagelab.domain.query import Query

MAX_QUERIES, MAX_STATES = 8, 2  # kept: of so many queries, so many states each
MAX_NUMBERS = 4_000_000  # over all of them, 8 bytes each; the last query is kept at any length

_Key: TypeAlias = tuple[str, bool]  # a query, and whether by stacks


@frozen
class Listing:
    """What a search found at one state of the file; `cost` is None where it is not added up.

    `ids` are the tiles: where they stand for stacks, `sizes` has how many lie in each.
    """

    stamp: str
    ids: array[int] = field(repr=False)
    cost: Spend | None
    assets: int
    sizes: array[int] | None = field(default=None, repr=False)


class Listings:
    """The listings of one catalog, kept for as long as they are among the last asked for."""

    def __init__(self, reads: Reads, path: Path) -> None:
        self._reads, self._path = reads, path
        self._kept: OrderedDict[_Key, tuple[Listing, ...]] = OrderedDict()  # the newest last
        self._turns: weakref.WeakValueDictionary[_Key, _Turn] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()

    def fresh(self, query: Query, *, stacks: bool = False) -> Listing:
        """The listing of the file as it is now; those who ask at once share the work.

        With `stacks`, one number stands for each stack.
        """
        turn = self._turn((query.text, stacks))  # held here, or the next to come had another
        with turn.lock:
            now = stamp(self._path)
            return self.kept(query, now, stacks=stacks) or self._listed(query, now, stacks=stacks)

    def kept(
        self, query: Query, state: str | None = None, *, stacks: bool = False
    ) -> Listing | None:
        """The listing of a state of the file, or the newest; None where it is not kept."""
        key = (query.text, stacks)
        with self._lock:
            states = self._kept.get(key, ())
            if states:
                self._kept.move_to_end(key)
        found = [listing for listing in states if state in (None, listing.stamp)]
        return found[-1] if found else None

    def _turn(self, key: _Key) -> _Turn:
        with self._lock:
            return self._turns.setdefault(key, _Turn())

    def _listed(self, query: Query, now: str, *, stacks: bool) -> Listing:
        if not stacks:
            return self._keep((query.text, False), _listed(self._reads, query, now))
        whole = self.fresh(query)  # it may be of a later state, and says of which
        tops = stacked(self._reads, whole.ids)
        listing = replace(whole, ids=tops.ids, sizes=tops.sizes)
        return self._keep((query.text, True), listing)

    def _keep(self, key: _Key, listing: Listing) -> Listing:
        with self._lock:
            states = (*self._kept.pop(key, ()), listing)
            self._kept[key] = states[-MAX_STATES:]
            while len(self._kept) > 1 and self._too_many():
                self._kept.popitem(last=False)
        return listing

    def _too_many(self) -> bool:
        numbers = sum(len(listing.ids) for states in self._kept.values() for listing in states)
        return len(self._kept) > MAX_QUERIES or numbers > MAX_NUMBERS


class _Turn:
    """One at a time for a query; gone when nobody waits."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def _listed(reads: Reads, query: Query, now: str) -> Listing:
    ids = all_hits(reads, query)
    cost = spent_on(reads, ids) if len(ids) <= MAX_ADDED else None
    return Listing(now, ids, cost, len(ids))
