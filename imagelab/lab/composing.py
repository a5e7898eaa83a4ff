"""Composing: what a studio's form says, as a request, or as a sweep where its prompt has choices."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from imagelab.catalog import budget
from imagelab.domain.choices import Choices, choices
from imagelab.domain.quote import Quote, whole
from imagelab.domain.sweep import fill
from imagelab.errors import RequestError
from imagelab.handles.backing import Backing
from imagelab.jobs.reservations import left_behind
from imagelab.lab.asking import Asked
from imagelab.lab.engine import Engine
from imagelab.lab.making import Maker
from imagelab.lab.sweep_sending import too_much
from imagelab.lab.sweeping import Sweeper
from imagelab.lab.wording import as_sweep

_MOST = 100  # prompts of one press; a cell of code sweeps over more
_log = logging.getLogger(__name__)


class Composer:
    """Prices and sends what a studio's form says; only here and in sweeps are braces read."""

    def __init__(self, engine: Engine, backing: Backing, maker: Maker, sweeper: Sweeper) -> None:
        self._engine, self._backing = engine, backing
        self._maker, self._sweeper = maker, sweeper

    def quote(self, prompt: str, given: Mapping[str, Any]) -> Quote:
        """The price of all of it, and its code; the errors are those of the lab's `quote`."""
        found = choices(prompt)
        if not found.axes:
            return self._maker.quote(self._backing, found.plain, given)
        asked: list[Asked] = []
        for text in _prompts(found):  # the images are the same in all of them, and read once
            inputs = asked[0].request.inputs if asked else None
            asked.append(self._maker.ask(self._backing, text, given, None, inputs))
        price = whole([one.quote for one in asked])
        with self._engine.catalog.reading() as db:
            budget.check(db, price.high, price.offer, left_behind(db))
        confirmed = bool(self.doubt(price))
        code = as_sweep(asked[0].request, found.template, found.axes, confirmed=confirmed)
        return replace(price, writer=lambda _: code)

    def doubt(self, quote: Quote) -> str:
        """Why a sweep at this price wants to be confirmed; empty where it may go at once."""
        return too_much(self._engine, [quote])

    def submit(self, prompt: str, given: Mapping[str, Any]) -> list[int]:
        """Send it; the numbers of the generations that have begun, the newest first.

        A press is deliberate: a request goes anew, also where the notebook's cells reuse. A sweep
        does not pay again for cells that are here, as in code. Its cards are in sight, so nothing
        is printed.
        """
        found = choices(prompt)
        if not found.axes:
            anew = {**given, "reuse": False}
            return [self._maker.submit(self._backing, found.plain, anew, say=_log.debug).id]
        list(_prompts(found))  # too many are refused here
        axes: dict[str, Any] = {
            name: [value] if isinstance(value, list) else value for name, value in given.items()
        }
        n = axes.pop("n", 1)
        if "tags" in given:
            axes["tags"] = given["tags"]
        reuse = axes.pop("reuse", True)
        sweep = self._sweeper.sweep(
            self._backing,
            found.template,
            {**found.axes, **axes},
            n=n,
            confirm=True,  # the studio asked before it was pressed
            reuse=reuse,
            say=_log.debug,
        )
        return sorted((generation.id for generation in sweep.batches[0]), reverse=True)


def _prompts(found: Choices) -> Iterator[str]:
    """Every prompt there is to choose; RequestError where those are more than one press sends."""
    cells = list(itertools.islice(itertools.product(*found.axes.values()), _MOST + 1))
    if len(cells) > _MOST:
        raise RequestError(
            f"the choices in the prompt make more than {_MOST} prompts; take some out, or sweep "
            "over them in a cell: lab.sweep(…)"
        )
    for cell in cells:
        yield fill(found.template, dict(zip(found.axes, cell, strict=True)))
