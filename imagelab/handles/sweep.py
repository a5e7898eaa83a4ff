"""A sweep as a user holds it: a grid of cells, each a row of a batch or not offered at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from imagelab import clock
from imagelab.domain.batch import BatchRow, BatchStatus, Standing
from imagelab.domain.money import Spend
from imagelab.domain.quote import Quote
from imagelab.domain.sweep import Grid
from imagelab.errors import CatalogError, RequestError
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.handles.batch import Batch
from imagelab.handles.contestants import MOST_PAIRS, of_cells
from imagelab.handles.notebook import in_notebook
from imagelab.handles.sweep_cards import (
    MOST_PICTURES,
    PICTURE_BYTES,
    advice,
    shown_cell,
    sweep_card,
    sweep_facts,
)
from imagelab.handles.sweep_cell import SweepCell
from imagelab.handles.sweep_frame import sweep_frame
from imagelab.handles.sweep_lab import Shape, SweepLab

if TYPE_CHECKING:  # pandas and widgets are heavy, and only needed by frames and views
    import pandas as pd

    from imagelab.widgets.blind import Blind
    from imagelab.widgets.sweep import SweepGrid

Sent = tuple[Sequence[int], Batch]  # which cells, and the batch whose rows they are


class Sweep:
    """A grid of generations. Its length is the number of its cells, also of those not offered.

    Axes are named as they were given: `s.cell(animal="fox", style="ink")`. Iteration gives the
    cells, the last axis fastest. Nothing but `wait()` and `await` waits.

    >>> cups = lab.sweep("a {colour} cup", colour=["red", "blue"], quality="low", wait=False)
    sweep: 2 colour, 2 cells...
    >>> cups.wait().to_pandas()["status"].tolist()
    ['succeeded', 'succeeded']
    """

    def __init__(
        self, backing: Backing, grid: Grid, refused: Sequence[str], sent: Sent, lab: SweepLab
    ) -> None:
        self._backing, self._grid, self._refused = backing, grid, refused
        self._sent, self._lab = [sent], lab
        self._views: WeakSet[SweepGrid[Assets]] = WeakSet()

    @property
    def axes(self) -> dict[str, list[object]]:
        """The values by axis."""
        return {axis.name: list(axis.values) for axis in self._grid.axes}

    @property
    def batches(self) -> list[Batch]:
        """The batches that carry it: of all cells that are offered, then of what was sent anew."""
        return [batch for _, batch in self._sent]

    @property
    def status(self) -> BatchStatus:
        """running, stopped, succeeded, partial, failed, cancelled or unknown, as of a batch.

        What is not offered does not count.
        """
        return self._standing().status

    @property
    def quote(self) -> Quote:
        """The price of all cells, as it was quoted before anything was sent."""
        return self.batches[0].quote

    @property
    def cost(self) -> Spend:
        """What it has cost so far, with everything that was sent again."""
        return sum((batch.cost for batch in self.batches), Spend())

    @property
    def assets(self) -> Assets:
        """All images that are in its cells now, cell by cell."""
        return self._assets(list(self._rows().values()))

    @property
    def cells(self) -> list[SweepCell]:
        """Every cell as it stands now."""
        return self._cells(range(len(self)))

    def cell(self, /, **axes: object) -> SweepCell:
        """The one cell with these values; RequestError where several have them, or none.

        >>> jars = lab.sweep("a {colour} jar", colour=["red", "blue"], quality="low")
        sweep: 2 colour...
        >>> jars.cell(colour="blue").status
        'succeeded'
        """
        found = self._grid.find(axes)
        if len(found) > 1:
            open_axes = [axis.name for axis in self._grid.varied if axis.name not in axes]
            raise RequestError(
                f"{len(found):,} cells are meant; name {', '.join(open_axes)} as well"
            )
        return self._cells(found)[0]

    def wait(self, timeout: float | None = None) -> Sweep:
        """Wait until every cell has ended; with `timeout`, TimeoutError after so many seconds.

        Warns where cells failed, and raises nothing for them. An interrupt or a timeout ends the
        waiting, not the sweep.
        """
        started = clock.monotonic()
        for batch in self.batches:
            left = None if timeout is None else timeout - (clock.monotonic() - started)
            batch.wait(left if left is None else max(0.0, left))
        return self

    def __await__(self) -> Generator[Any, None, Sweep]:
        for batch in self.batches:
            yield from batch.__await__()
        return self

    def cancel(self) -> int:
        """Drop the cells that were not sent yet; how many those were, for which nothing is charged."""
        return sum(batch.cancel() for batch in self.batches)

    def rate(self, stars: int, /, **axes: object) -> Assets:
        """Give stars to the images of a cell, a row, a column, or of all; 0 takes them away.

        >>> vases = lab.sweep("a {colour} vase", colour=["red", "blue"], quality="low")
        sweep: 2 colour...
        >>> vases.rate(5, colour="red")[0].rating
        5
        """
        rows = self._rows()
        found = [rows[place] for place in self._grid.find(axes) if place in rows]
        return self._assets(found).rate(stars)

    def rerun(self, *, confirm: bool = False, wait: bool = True, **axes: object) -> Sweep:
        """Send a cell, a row, a column, or all of it anew, and pay for it anew.

        What comes takes its place in the grid; what was there stays in the catalog. RequestError
        where nothing of it is offered, or it is large and not confirmed.

        >>> urns = lab.sweep("a {colour} urn", colour=["red", "blue"], quality="low")
        sweep: 2 colour...
        >>> first = urns.cell(colour="red").assets[0]
        >>> urns.rerun(colour="red").cell(colour="red").assets[0] == first
        batch b...
        False
        """
        found = self._grid.find(axes)
        offered = [place for place in found if not self._refused[place]]
        if not offered:
            raise RequestError(f"nothing of that is offered: {self._refused[found[0]]}")
        batch = self._resend(offered, confirm)
        if wait:
            batch.wait()
        return self

    def grid(self) -> SweepGrid[Assets]:
        """A view of its cells as they come: rows, columns and tabs, to rate and to send anew.

        A notebook shows it where a sweep ends a cell: `lab.sweep(…).grid()` is the same view.
        """
        view = self._lab.view(
            Shape(
                self._grid,
                self._refused,
                self.quote,
                self._resend,
                self.cancel,
                lambda place: self._cells([place])[0].assets,
                self._card,
            )
        )
        view.sent = self._told_sent()
        self._views.add(view)
        return view

    def blind(self, *, seed: int = 0, pairs: int = MOST_PAIRS) -> Blind:
        """Compare its images two at a time, not knowing which is which; a view with a table.

        Pairs that differ on one axis alone come first, each axis in its turn, at most `pairs`;
        `seed` draws them and who stands left. What was said before of two of these counts, and
        is not asked again. RequestError with fewer than two images.

        >>> mugs = lab.sweep("a {colour} mug", colour=["red", "blue"], quality="low")
        sweep: 2 colour...
        >>> blind = mugs.blind()
        >>> blind.judge("left"); blind
        Blind(1 of 1 pairs judged)
        """
        stands = {number: dict(cell.labels) for cell in self.cells for number in cell.numbers}
        found = of_cells(self._backing, stands)
        return self._backing.blind(found, self._grid.template, seed=seed, pairs=pairs)

    def to_pandas(self) -> pd.DataFrame:
        """A row a cell: where it stands on each axis, and what became of it.

        `assets` are numbers, `cost` is exact in `unit`, `reason` says why it is not offered or
        what went wrong. An axis that is also a name of ours, such as `images`, is `images_given`.
        """
        return sweep_frame(self._grid.axes, self.cells)

    def __len__(self) -> int:
        return len(self._grid)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[SweepCell]:
        return iter(self.cells)

    def __repr__(self) -> str:
        try:
            return f"Sweep({', '.join(self._facts())})"
        except CatalogError as error:  # a closed lab; whoever prints a variable wants no traceback
            return f"Sweep({self._name()}: {error})"

    def _ipython_display_(self, **kwargs: object) -> None:
        """The grid in a notebook, one line in a terminal."""
        try:
            if in_notebook():
                self.grid()._ipython_display_(**kwargs)
                return
        except CatalogError:
            pass  # a closed lab, which the line says
        print(repr(self))  # noqa: T201 - what IPython would have printed itself

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Tables of its cells where nothing moves, one line in a terminal."""
        try:
            return {"text/plain": repr(self), "text/html": self._card()}
        except CatalogError:
            return {"text/plain": repr(self)}

    def _resend(self, places: Sequence[int], confirm: bool) -> Batch:  # noqa: FBT001 - as `rerun` was given it
        batch = self._lab.send(places, confirm=confirm)
        self._sent.append((places, batch))
        for view in list(self._views):
            view.sent = self._told_sent()
        return batch

    def _told_sent(self) -> list[dict[str, Any]]:
        """Which rows of which batches its cells are, as a view is told."""
        return [{"batch": batch.id, "places": list(places)} for places, batch in self._sent]

    def _name(self) -> str:
        return "+".join(f"b{batch.id}" for batch in self.batches)

    def _facts(self) -> list[str]:
        refused = sum(map(bool, self._refused))
        return sweep_facts(self._grid, self._standing(), refused, self._name())

    def _rows(self) -> dict[int, BatchRow]:
        """Of every cell that is offered what was sent for it last, in the grid's order."""
        latest: dict[int, BatchRow] = {}
        for places, batch in self._sent:
            latest |= zip(places, batch.rows, strict=True)
        return latest

    def _cells(self, places: Sequence[int]) -> list[SweepCell]:
        rows, where = self._rows(), list(self._grid.cells())
        return [
            SweepCell(self._backing, self._grid.axes, where[p], rows.get(p), self._refused[p])
            for p in places
        ]

    def _assets(self, rows: Sequence[BatchRow]) -> Assets:
        numbers = dict.fromkeys(number for row in rows for number in row.assets)
        return Assets(self._backing, numbers=list(numbers))

    def _standing(self) -> Standing:
        rows = self._rows()
        statuses = ("running" if r.status == "queued" else r.status for r in rows.values())
        count: Counter[str] = Counter(statuses)
        fed = any(batch.status == "running" for batch in self.batches)
        return Standing(len(rows), **count, spent=self.cost, fed=fed)

    def _card(self, picture_bytes: int = PICTURE_BYTES) -> str:
        cells = self.cells
        pictured = [cell for cell in cells if cell.numbers][:MOST_PICTURES]
        rows = self._backing.asset_rows([cell.numbers[0] for cell in pictured])
        seen = {row.id: (row, self._backing.small(row.sha256)) for row in rows}
        shown = [shown_cell(cell, seen) for cell in cells]
        return sweep_card(
            self._grid, self._facts(), shown, advice(self.status), picture_bytes=picture_bytes
        )
