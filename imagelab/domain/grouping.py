"""Groups of what belongs together, joined one pair at a time."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Groups(Generic[Item]):
    """Each item begins as a group of its own.

    >>> groups = Groups[int]()
    >>> groups.join(1, 2)
    >>> groups.of(1) == groups.of(2), groups.of(1) == groups.of(3)
    (True, False)
    """

    def __init__(self) -> None:
        self._above: dict[Item, Item] = {}

    def join(self, a: Item, b: Item) -> None:
        """Make one group of the two that these are in."""
        self._above[self.of(a)] = self.of(b)

    def of(self, item: Item) -> Item:
        """The one item that stands for the group this is in."""
        top = item
        while (above := self._above.get(top, top)) != top:
            top = above
        while item != top:  # what is asked again is nearer then
            self._above[item], item = top, self._above[item]
        return top
