"""The lineage of an asset as a user holds it: its family as it was when it was asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagelab.domain.lineage import Family
from imagelab.domain.money import Spend
from imagelab.domain.quote import Quote
from imagelab.domain.text import counted
from imagelab.errors import CatalogError
from imagelab.handles.kinship import Kinship

if TYPE_CHECKING:  # pandas and widgets are heavy, and assets lead here
    import pandas as pd

    from imagelab.handles.asset import Asset
    from imagelab.handles.assets import Assets
    from imagelab.widgets.lineage import LineageView


class Lineage:
    """Everything an asset is connected with: what it was made from, what came of that, and so on.

    It is looked up at first use and stays as it was then; a view of it follows what is new.
    """

    def __init__(self, kinship: Kinship, number: int) -> None:
        self._kinship, self._number = kinship, number

    @property
    def id(self) -> int:
        """The number of the asset it is the lineage of."""
        return self._number

    @property
    def assets(self) -> Assets:
        """The members, by their numbers."""
        return self._kinship.assets(list(self._family.kin))

    @property
    def path(self) -> Assets:
        """The asset and all that it was made from, nearest first."""
        return self._kinship.assets(self._family.path(self.id))

    @property
    def cost(self) -> Spend:
        """What the whole family cost, rejected members included."""
        return self._family.cost

    @property
    def path_cost(self) -> Spend:
        """What it cost to come to the asset: itself and all that it was made from."""
        return self._family.spent(self._family.path(self.id))

    @property
    def whole(self) -> bool:
        """Whether this is all of the family; of more than 20,000 the nearest are taken."""
        return self._family.whole

    def to_pandas(self) -> pd.DataFrame:
        """A row an edge: parent, child, role, prompt, diff, cost and seconds of the child.

        `diff` is the child's prompt against the parent's, word by word, and what changed in
        the parameters. A child of two parents has two rows, so costs here are not to be added
        up; `cost` is the sum.
        """
        return self._kinship.frame(self._family)

    def view(self) -> LineageView[Assets]:
        """The view that a notebook shows of it, as a widget."""
        return self._kinship.view(self._number)

    def svg(self, path: str | Path | None = None, *, path_only: bool = False) -> str:
        """The family as a drawing that needs nothing else, also written to a file."""
        drawn = self._kinship.drawing(self._family, path=path_only, whole=True)
        if path is not None:
            Path(path).expanduser().write_text(drawn, encoding="utf-8")
        return drawn

    def code(self) -> str:
        """The calls that would make the path to the asset again."""
        return self._kinship.code(self._family)

    def quote(self, **params: Any) -> Quote:  # noqa: ANN401 - see Lab.generate
        """What `replay` would cost, all steps together; sends nothing."""
        return self._kinship.quote(self._family, params)

    def replay(self, **params: Any) -> Asset:  # noqa: ANN401 - see Lab.generate
        """Make the path to the asset again, each step from what the one before gave.

        `provider=`, `model=` and parameters are for every step; without them each goes where
        it went. Returns what the path ends with. RequestError before anything is sent where
        a step cannot be taken there.
        """
        return self._kinship.replay(self._family, params)

    @cached_property
    def _family(self) -> Family:
        return self._kinship.family(self._number)

    def __len__(self) -> int:
        return len(self._family.members)

    def __repr__(self) -> str:
        try:
            nested = self._kinship.outline(self._family)
        except CatalogError as error:  # a closed lab; whoever prints a variable wants no traceback
            return f"Lineage of #{self.id}: {error}"
        edits = len({edge.generation for edge in self._family.edges})
        head = [counted(len(self), "asset"), counted(edits, "edit"), str(self.cost)]
        return f"Lineage of #{self.id}: {', '.join(head)}; path {self.path_cost}\n{nested}"

    def _display_(self) -> LineageView[Assets]:
        """The view in marimo."""
        return self.view()

    def _ipython_display_(self, **kwargs: object) -> None:
        """The view in a notebook."""
        self.view()._ipython_display_(**kwargs)
