"""The compare view: two to four images beside each other, or two laid one over the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import traitlets

from imagelab.widgets.channel import Act, Answer
from imagelab.widgets.modules import script, style
from imagelab.widgets.still import Still
from imagelab.widgets.view import View

MODES = ("side by side", "slider", "blink", "difference")


class Compare(View):
    """The images of `ids`, zoomed and moved together, each with its price and what differs.

    `mode` is one of `MODES`; with more than two images it stays "side by side".
    """

    _esm = script("compare.js")
    _css = style("compare.css")

    ids = traitlets.List(traitlets.Int()).tag(sync=True)
    mode = traitlets.Enum(MODES, default_value=MODES[0]).tag(sync=True)

    def __init__(
        self,
        ids: Sequence[int],
        *,
        answer: Answer,
        act: Act,
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
    ) -> None:
        super().__init__(answer=answer, act=act, pointer=pointer, still=still, ids=list(ids))

    def __repr__(self) -> str:
        return f"Compare({', '.join(f'#{number}' for number in self.ids)})"
