"""What a handle asks of the lab about families."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from imagelab.domain.lineage import Family
from imagelab.domain.quote import Quote

if TYPE_CHECKING:  # pandas and widgets are heavy, and handles lead to each other
    import pandas as pd

    from imagelab.handles.asset import Asset
    from imagelab.handles.assets import Assets
    from imagelab.widgets.compare import Compare
    from imagelab.widgets.lineage import LineageView
    from imagelab.widgets.mask import MaskPainter


class Kinship(Protocol):
    """The functions behind `parents`, `lineage()` and what is done with them."""

    def ancestors(self, number: int) -> list[int]:
        """All it was made from, nearest first."""
        ...

    def descendants(self, number: int) -> list[int]:
        """All that came of it, nearest first."""
        ...

    def root(self, number: int) -> int:
        """What its line began with."""
        ...

    def family(self, number: int) -> Family:
        """All it is connected with."""
        ...

    def assets(self, numbers: Sequence[int]) -> Assets:
        """Assets by their numbers, in this order."""
        ...

    def frame(self, family: Family) -> pd.DataFrame:
        """A row an edge."""
        ...

    def outline(self, family: Family) -> str:
        """The family as a nested list."""
        ...

    def drawing(self, family: Family, *, path: bool, whole: bool) -> str:
        """The family as an SVG that needs nothing else."""
        ...

    def code(self, family: Family) -> str:
        """The calls that make the path to the asset again."""
        ...

    def quote(self, family: Family, given: dict[str, Any]) -> Quote:
        """What making the path again would cost, all steps together."""
        ...

    def replay(self, family: Family, given: dict[str, Any]) -> Asset:
        """Make the path again; what it ends with."""
        ...

    def view(self, number: int) -> LineageView[Assets]:
        """The family of an asset as a view."""
        ...

    def compare(self, numbers: Sequence[int]) -> Compare:
        """A view of some assets beside each other."""
        ...

    def painter(self, number: int) -> MaskPainter:
        """A view in which a mask is painted."""
        ...
