"""The lineage view: a family from left to right, and what was done from one image to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import ipywidgets
import traitlets

from imagelab.errors import RequestError
from imagelab.widgets.channel import Act, Answer
from imagelab.widgets.controls import close_all
from imagelab.widgets.modules import script, style
from imagelab.widgets.still import Still, Stilled
from imagelab.widgets.view import View

Picked = TypeVar("Picked")

_HEIGHT_PIXELS = 560


class FamilyGraph(View):
    """The graph and the panel beside it, drawn by our own modules."""

    _esm = script("lineage.js")
    _css = style("viewer.css", "compare.css", "lineage.css")

    asset_id = traitlets.Int().tag(sync=True)
    selected_id = traitlets.Int().tag(sync=True)
    path_only = traitlets.Bool(default_value=False).tag(sync=True)
    unfolded = traitlets.Bool(default_value=False).tag(sync=True)
    height = traitlets.Int(_HEIGHT_PIXELS, min=240, max=4000).tag(sync=True)
    replayed = traitlets.Unicode("").tag(sync=True)
    offers = traitlets.List(traitlets.Unicode()).tag(sync=True)


class LineageView(Stilled, ipywidgets.VBox, Generic[Picked]):  # type: ignore[misc] # ipywidgets ships no types
    """The family of `asset_id`; `selected_id` is the member that is looked at.

    `path_only` leaves what the asset was made from, `unfolded` draws all of a large family,
    `height` is in pixels; each may be set and observed. A branch opens a studio under it.
    """

    asset_id = traitlets.Int()
    selected_id = traitlets.Int()
    path_only = traitlets.Bool(default_value=False)
    unfolded = traitlets.Bool(default_value=False)
    height = traitlets.Int(_HEIGHT_PIXELS, min=240, max=4000)

    def __init__(
        self,
        asset_id: int,
        *,
        answer: Answer,
        act: Act,
        pick: Callable[[Sequence[int]], Picked],
        branch: Callable[[int], ipywidgets.Widget],
        offers: Sequence[str] = (),
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
    ) -> None:
        self._act, self._pick, self._branch, self._still = act, pick, branch, still
        shown: dict[str, Any] = {"asset_id": asset_id, "selected_id": asset_id}
        self.graph = FamilyGraph(
            answer=answer, act=self._acted, pointer=pointer, offers=list(offers), **shown
        )
        super().__init__([self.graph], **shown)
        self.graph.still_name = self.model_id
        for name in ("asset_id", "selected_id", "path_only", "unfolded", "height"):
            traitlets.link((self, name), (self.graph, name))

    @property
    def selection(self) -> Picked:
        """The member that is looked at, as assets of one."""
        return self._pick((self.selected_id,))

    @property
    def studio(self) -> ipywidgets.Widget | None:
        """The studio of the last branch, which is under the graph; None before there is one."""
        return self.children[1] if len(self.children) > 1 else None

    def branch(self, number: int | None = None) -> ipywidgets.Widget:
        """Open a studio under the graph that starts from a member; from the selected one unless told."""
        before = self.studio
        studio = self._branch(self.selected_id if number is None else number)
        self.children = [self.graph, studio]
        if before is not None:
            close_all(before)
        return studio

    def close(self) -> None:
        """Close every widget of it in the page."""
        for child in (*self.children, self.layout):
            close_all(child)
        super().close()

    def _display_(self) -> FamilyGraph:
        """What marimo shows, which has no place for Jupyter's own boxes."""
        return self.graph

    def __repr__(self) -> str:
        return f"LineageView(#{self.asset_id}, looking at #{self.selected_id})"

    def _acted(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The verbs of the page: a branch is opened here, the others are the lab's."""
        if name != "branch":
            return self._act(name, given)
        number = given.get("id")
        if not isinstance(number, int) or isinstance(number, bool):
            raise RequestError(f"id={number!r} is not the number of an asset")
        self.branch(number)
        return {}
