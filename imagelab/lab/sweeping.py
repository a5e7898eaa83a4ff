"""Sweeps: every cell of a grid priced before anything is sent, and sent as one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from imagelab.domain.offer import Offer
from imagelab.domain.params import NAMES, Params, read_params
from imagelab.domain.sweep import Grid
from imagelab.domain.text import counted, one_line
from imagelab.errors import (
    BudgetError,
    InputImageError,
    MissingKeyError,
    RequestError,
    UnknownModelError,
)
from imagelab.handles.backing import Backing
from imagelab.handles.sweep import Sweep
from imagelab.lab.batching import Batcher
from imagelab.lab.engine import Engine
from imagelab.lab.making import Maker
from imagelab.lab.sweep_axes import read_grid
from imagelab.lab.sweep_sending import Priced, SweepSending

if TYPE_CHECKING:  # widgets are heavy, and only needed by views
    from imagelab.lab.sweep_views import SweepViews

Say = Callable[[str], None]

# These are the user's to mend, and say nothing of what is offered.
_TO_MEND = (MissingKeyError, BudgetError, InputImageError)


class Sweeper:
    """Makes sweeps, for one lab."""

    def __init__(
        self, engine: Engine, maker: Maker, batcher: Batcher, views: Callable[[], SweepViews]
    ) -> None:
        self._engine, self._maker, self._batcher = engine, maker, batcher
        self._views = views

    def sweep(
        self,
        backing: Backing,
        template: str,
        axes: Mapping[str, Any],
        *,
        n: int,
        confirm: bool,
        reuse: bool,
        say: Say = print,
    ) -> Sweep:
        """Price all cells, then send those that are offered as one batch.

        RequestError before anything is sent: where the words are wrong, where no cell is offered,
        and where it is large and not confirmed.
        """
        given = dict(axes)
        tags = given.pop("tags", ())
        grid = read_grid(template, given)
        common = {"n": n, "tags": tags}
        cells = tuple(self._priced(backing, grid, cell, common) for cell in grid.cells())
        for offer in {cell.offer.name: cell.offer for cell in cells if cell.offer}.values():
            _check_clash(grid, offer)
        _check_models(grid, cells)
        _check_any(cells)
        sending = SweepSending(self._engine, self._batcher, self._views, backing, cells, common)
        say(_size(grid, cells))
        offered = [place for place, cell in enumerate(cells) if cell.quote]
        batch = sending.send(offered, confirm=confirm, reuse=reuse)
        reasons = tuple(cell.reason for cell in cells)
        return Sweep(backing, grid, reasons, (offered, batch), sending)

    def _priced(
        self, backing: Backing, grid: Grid, cell: tuple[int, ...], common: Mapping[str, Any]
    ) -> Priced:
        """Addresses are not read here: that is for when it is sent."""
        prompt, params = grid.prompt(cell), grid.params(cell)
        row = {**params, "prompt": prompt}
        try:
            asked = self._maker.ask(backing, prompt, {**common, **params}, None)
        except _TO_MEND:
            raise
        except RequestError as error:
            return Priced(row, refused=error)
        return Priced(row, asked.quote, asked.offer)


def _check_clash(grid: Grid, offer: Offer) -> None:
    """Words for the template that the offer would take as its parameter are nobody's to guess."""
    for axis in grid.axes:
        if axis.in_prompt and any(_takes(offer, axis.name, value) for value in axis.values):
            raise RequestError(
                f"{{{axis.name}}} in the template clashes with the parameter {axis.name}= of "
                f"{offer.name}; call it otherwise, such as {{a_{axis.name}}}"
            )


def _takes(offer: Offer, name: str, value: object) -> bool:
    try:
        said = read_params(**{name: value}) if name in NAMES else Params()
    except RequestError:
        return False
    return any(offer.takes(name, word) for word in said.given().values())


def _check_models(grid: Grid, cells: Sequence[Priced]) -> None:
    """A model that nobody has is a slip of the pen, not a row of cells that are not offered."""
    for axis in grid.axes:
        if axis.name != "model":
            continue
        for value in axis.values:
            errors = [cells[place].refused for place in grid.find({"model": value})]
            if errors[0] and all(isinstance(error, UnknownModelError) for error in errors):
                raise errors[0]


def _check_any(cells: Sequence[Priced]) -> None:
    """What every cell is refused for is said as it is, as it would be of one request."""
    reasons = {cell.reason for cell in cells}
    first = cells[0].refused
    if first is None or "" in reasons:
        return
    if len(reasons) == 1:
        raise first
    raise RequestError(
        f"none of the {len(cells):,} cells is offered; the first: {first}"
    ) from first


def _size(grid: Grid, cells: Sequence[Priced]) -> str:
    """The grid in one line, and what is not offered of it."""
    sides = (
        " × ".join(f"{len(axis.values)} {axis.name}" for axis in grid.varied) or "one value each"
    )
    said = f"sweep: {sides}, {counted(len(cells), 'cell')}"
    refused = [cell for cell in cells if cell.refused]
    return (
        f"{said}, {len(refused):,} not offered: {one_line(refused[0].reason, 200)}"
        if refused
        else said
    )
