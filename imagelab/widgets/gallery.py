"""The gallery: a grid of everything a query finds, with a search box and what is known of each.

It draws only what is seen, so a million assets open as fast as ten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import traitlets

from imagelab.domain.text import counted, one_line
from imagelab.widgets.channel import Act, Answer
from imagelab.widgets.modules import script, style
from imagelab.widgets.still import Still
from imagelab.widgets.view import View

Picked = TypeVar("Picked")

_HEIGHT_PIXELS = 640
_THUMBNAIL_PIXELS = 160


class Gallery(View, Generic[Picked]):
    """A view of a catalog; `selection` is what is selected in it, in Python.

    `query`, `selected_ids`, `current_id`, `height`, `thumbnail_size`, `view` ("grid" or
    "table"), `stacks` (re-rolls of the same words as one tile), `auto_advance` (a rating goes
    on to the next) and `facets` (the column of counts, where there is room) may be set and
    observed; `total` is how many assets the view counted, None until it has. Sizes are in
    pixels; a thumbnail is about so wide, as the columns fill the width there is.
    """

    _esm = script("gallery.js")
    _css = style("viewer.css", "gallery.css", "inspector.css", "sides.css", "compare.css")

    query = traitlets.Unicode("").tag(sync=True)
    selected_ids = traitlets.List(traitlets.Int()).tag(sync=True)
    current_id = traitlets.Int(None, allow_none=True).tag(sync=True)
    total = traitlets.Int(None, allow_none=True).tag(sync=True)
    height = traitlets.Int(_HEIGHT_PIXELS, min=240, max=4000).tag(sync=True)
    thumbnail_size = traitlets.Int(_THUMBNAIL_PIXELS, min=64, max=512).tag(sync=True)
    view = traitlets.Enum(("grid", "table"), "grid").tag(sync=True)
    stacks = traitlets.Bool(False).tag(sync=True)
    auto_advance = traitlets.Bool(False).tag(sync=True)
    facets = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        *,
        answer: Answer,
        act: Act,
        pick: Callable[[Sequence[int]], Picked],
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
        query: str = "",
    ) -> None:
        self._pick = pick
        super().__init__(answer=answer, act=act, pointer=pointer, still=still, query=query)

    @property
    def selection(self) -> Picked:
        """What is selected in the view, in the order it was selected."""
        return self._pick(tuple(self.selected_ids))

    def __repr__(self) -> str:
        facts = [repr(one_line(self.query, 60))] if self.query else []
        facts += [counted(self.total, "asset")] if self.total is not None else []
        facts += [f"{len(self.selected_ids):,} selected"] if self.selected_ids else []
        return f"Gallery({', '.join(facts)})"
