"""Sweeps: every cell of a grid priced before anything is sent, and sent as one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from imagelab.catalog import budget
from imagelab.domain.money import dollars
from imagelab.domain.offer import Offer
from imagelab.domain.params import NAMES, Params, read_params
from imagelab.domain.quote import Quote, whole
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
from imagelab.handles.batch import Batch
from imagelab.handles.sweep import Sweep
from imagelab.lab.batching import Batcher
from imagelab.lab.engine import Engine
from imagelab.lab.making import Maker
from imagelab.lab.sweep_axes import read_grid

Say = Callable[[str], None]

# Above either a sweep wants to be confirmed, as it does where nobody knows the price.
FREELY = Decimal(5)  # US dollars, at most
FREELY_IMAGES = 50

# These are the user's to mend, and say nothing of what is offered.
_TO_MEND = (MissingKeyError, BudgetError, InputImageError)


@dataclass(frozen=True, slots=True)
class Priced:
    """A cell as a row of a batch, with its price, or why its offer cannot take it."""

    row: Mapping[str, Any]
    quote: Quote | None = None
    offer: Offer | None = None
    refused: RequestError | None = None

    @property
    def reason(self) -> str:
        """Why it is not offered; empty where it is."""
        return "" if self.refused is None else str(self.refused)


class Sweeper:
    """Makes sweeps, for one lab."""

    def __init__(self, engine: Engine, maker: Maker, batcher: Batcher) -> None:
        self._engine, self._maker, self._batcher = engine, maker, batcher

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
        send = partial(self._send, backing, cells, common, say=say)
        say(_size(grid, cells))
        offered = [place for place, cell in enumerate(cells) if cell.quote]
        batch = send(offered, confirm=confirm, reuse=reuse)
        return Sweep(
            backing,
            grid,
            tuple(cell.reason for cell in cells),
            (offered, batch),
            partial(send, reuse=False),
        )

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

    def _send(
        self,
        backing: Backing,
        cells: Sequence[Priced],
        common: Mapping[str, Any],
        places: Sequence[int],
        *,
        confirm: bool,
        reuse: bool,
        say: Say,
    ) -> Batch:
        offered = [cells[place] for place in places]
        quotes = [cell.quote for cell in offered if cell.quote]
        self._check_size(quotes, confirm=confirm)
        rows = [cell.row for cell in offered]
        return self._batcher.batch(backing, rows, common, reuse=reuse, say=say)

    def _check_size(self, quotes: Sequence[Quote], *, confirm: object) -> None:
        if not isinstance(confirm, bool):
            raise RequestError(f"confirm={confirm!r} is not True or False")
        price, too_much = whole(quotes), self.excess(quotes)
        if too_much and not confirm:
            raise RequestError(
                f"this sweep of {counted(price.n, 'image')} at {price.offer}, {price.range}, "
                f"{' and '.join(too_much)}; nothing was sent. Pass confirm=True to send it"
            )

    def excess(self, quotes: Sequence[Quote]) -> list[str]:
        """Why so much wants to be confirmed, as what is said of it; empty where it does not."""
        most = self._most_dollars(quotes)
        too_much = []
        if most is None:
            too_much.append("has no upper price in dollars")
        elif most > FREELY:
            too_much.append(f"may cost {dollars(most)}, which is above {dollars(FREELY)}")
        if sum(quote.n for quote in quotes) > FREELY_IMAGES:
            too_much.append(f"is more than {FREELY_IMAGES} images")
        return too_much

    def _most_dollars(self, quotes: Sequence[Quote]) -> Decimal | None:
        """What it may come to at most; None where nobody knows, as for credits without a rate."""
        with self._engine.catalog.reading() as db:
            rates = budget.read(db).credits
        most = Decimal(0)
        for quote in quotes:
            provider = quote.offer.partition("/")[0]
            if quote.high is None or (quote.high.unit == "credits" and provider not in rates):
                return None
            most += quote.high.amount * (rates[provider] if quote.high.unit == "credits" else 1)
        return most


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
