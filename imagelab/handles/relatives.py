"""Whom an asset comes from, and who comes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from imagelab.domain.records import AssetRow
from imagelab.handles.backing import Backing
from imagelab.handles.lineage import Lineage

if TYPE_CHECKING:  # assets are made of assets, and widgets are heavy
    from imagelab.handles.assets import Assets
    from imagelab.widgets.mask import MaskPainter


class Relatives:
    """The relatives of one asset: what it was made from or asked again for, and what came of it."""

    def __init__(self, backing: Backing, row: AssetRow) -> None:
        self._backing, self._id, self._uuid = backing, row.id, row.uuid

    @property
    def parents(self) -> list[Self]:
        """The images it was made from, and the one it is another go at."""
        return self._named(self._backing.relatives(self._id)[0])

    @property
    def children(self) -> list[Self]:
        """The images made from it."""
        return self._named(self._backing.relatives(self._id)[1])

    @property
    def root(self) -> Self:
        """The image its line began with; itself where it was made from none."""
        return self._named([self._backing.kinship.root(self._id)])[0]

    def ancestors(self) -> Assets:
        """All that it was made from, nearest first.

        >>> night.ancestors().ids
        [1]
        """
        kinship = self._backing.kinship
        return kinship.assets(kinship.ancestors(self._id))

    def descendants(self) -> Assets:
        """All that came of it, nearest first.

        >>> night in fox.descendants()
        True
        """
        kinship = self._backing.kinship
        return kinship.assets(kinship.descendants(self._id))

    def lineage(self) -> Lineage:
        """Its whole family as it is now: a picture to walk in a notebook, a table, a cost.

        >>> night.lineage().to_pandas()[["parent", "child"]].values.tolist()[0]
        [1, 2]
        """
        return Lineage(self._backing.kinship, self._id)

    def paint_mask(self) -> MaskPainter:
        """A view to paint on it what an edit may change; `.mask` is the `Mask`.

        >>> painter = fox.paint_mask()        # and then fox.edit("a hat", mask=painter)
        """
        return self._backing.kinship.painter(self._id)

    def _named(self, numbers: list[int]) -> list[Self]:
        return [type(self)(self._backing, row) for row in self._backing.asset_rows(numbers)]
