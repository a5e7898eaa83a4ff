"""The grid of a sweep: its cells as they come, with axes as rows, columns and tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import traitlets

from imagelab.widgets.channel import Act, Answer
from imagelab.widgets.modules import script, style
from imagelab.widgets.still import Still
from imagelab.widgets.sweep_sides import Sides
from imagelab.widgets.view import View

Picked = TypeVar("Picked")

_HEIGHT_PIXELS = 560


class SweepGrid(View, Generic[Picked]):
    """The cells of a sweep; what is not seen is not drawn.

    `rows` and `columns` name the axes that are laid out so (empty where there is none), `tab`
    says for each further axis which of its values is shown, by place; `cell` is the number of
    the cell the keys are at, in the sweep's order. All may be set and observed, and so may
    `height`, in pixels. `prices` is what stands in the headings of what is laid out now.
    `selection` is what is in that cell, in Python.
    """

    _esm = script("sweep.js")
    _css = style("viewer.css", "sweep.css")

    axes = traitlets.List(traitlets.Dict()).tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)
    quoted = traitlets.Unicode("").tag(sync=True)
    reasons = traitlets.List(traitlets.Unicode()).tag(sync=True)
    refused = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    sent = traitlets.List(traitlets.Dict()).tag(sync=True)
    prices = traitlets.Dict().tag(sync=True)
    rows = traitlets.Unicode("").tag(sync=True)
    columns = traitlets.Unicode("").tag(sync=True)
    tab = traitlets.Dict().tag(sync=True)
    cell = traitlets.Int(0, min=0).tag(sync=True)
    height = traitlets.Int(_HEIGHT_PIXELS, min=240, max=4000).tag(sync=True)

    def __init__(
        self,
        axes: Sequence[Mapping[str, Any]],
        refused: Sequence[str],
        *,
        answer: Answer,
        act: Act,
        pick: Callable[[int], Picked],
        price: Callable[[Sequence[int]], str] = lambda _: "",
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
        said: str = "",
        quoted: str = "",
    ) -> None:
        """`axes` have a name and labels; `refused` says of every cell why it is not offered.

        `price` says what some of the cells cost together.
        """
        self._pick, self._price = pick, price
        varied = [axis["name"] for axis in axes if len(axis["labels"]) > 1]
        rows, columns = [*varied, "", ""][:2]
        reasons = list(dict.fromkeys(reason for reason in refused if reason))
        super().__init__(
            answer=answer,
            act=act,
            pointer=pointer,
            still=still,
            axes=[dict(axis) for axis in axes],
            said=said,
            quoted=quoted,
            reasons=reasons,
            refused=[[at, reasons.index(said)] for at, said in enumerate(refused) if said],
            rows=rows,
            columns=columns,
        )
        self._show_prices()
        self.observe(lambda _: self._show_prices(), ["rows", "columns", "tab"])

    @traitlets.validate("rows", "columns")
    def _is_an_axis(self, proposal: Mapping[str, Any]) -> str:
        names = [axis["name"] for axis in self.axes]
        name = str(proposal["value"])
        if name and name not in names:
            raise traitlets.TraitError(f"{name!r} is no axis of this sweep; it has {names}")
        return name

    @property
    def selection(self) -> Picked:
        """The images of the cell the keys are at."""
        return self._pick(self.cell)

    def _show_prices(self) -> None:
        """What the rows and columns cost that are laid out now, and which those are."""
        sides = Sides(self.axes, self.rows, self.columns, self.tab)
        prices = {name: [self._price(cells) for cells in of] for name, of in sides.cells().items()}
        self.prices = {"of": sides.named, **prices}

    def __repr__(self) -> str:
        sides = " × ".join(f"{len(a['labels'])} {a['name']}" for a in self.axes)
        return f"SweepGrid({sides})"
