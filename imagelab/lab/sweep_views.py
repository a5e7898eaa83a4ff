"""The grids of sweeps: what they are given by the lab, and what their pages may have done."""

from __future__ import annotations

import html
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from imagelab.catalog.answer import Answer
from imagelab.catalog.pages import Pages
from imagelab.domain.cost_words import about
from imagelab.domain.quote import Quote
from imagelab.domain.text import counted, one_line
from imagelab.errors import ImagelabError, RequestError, as_words
from imagelab.handles.assets import Assets
from imagelab.handles.sweep_lab import Shape
from imagelab.lab.engine import Engine
from imagelab.lab.sweep_sending import SweepSending
from imagelab.lab.watching import Watch
from imagelab.widgets.channel import Act
from imagelab.widgets.options import OPTIONS
from imagelab.widgets.pressing import Presses, dearer, price_word
from imagelab.widgets.prices import in_heading, on_button
from imagelab.widgets.still import Still
from imagelab.widgets.sweep import SweepGrid

_SAID_CHARACTERS = 400
_PICTURE_BYTES = 54_000
_ADVICE = "run this cell to work with it"


class SweepViews:
    """Makes them, for one lab."""

    def __init__(self, engine: Engine, pages: Pages, watch: Watch, act: Act) -> None:
        self._engine, self._pages, self._watch, self._act = engine, pages, watch, act

    def grid(self, shape: Shape, sending: SweepSending) -> SweepGrid[Assets]:
        """A view of a sweep, kept told of what changes."""
        rerun = Rerun(shape, sending)
        axes = [{"name": axis.name, "labels": list(axis.labels)} for axis in shape.grid.axes]
        made: SweepGrid[Assets] = SweepGrid(
            axes,
            shape.refused,
            answer=partial(self._answered, rerun),
            act=partial(self._acted, rerun, shape),
            pick=shape.assets,
            price=partial(_heading, shape, sending),
            pointer=self._engine.pointer(),
            still=partial(_still, shape),
            said=one_line(shape.grid.template, _SAID_CHARACTERS),
            quoted=_quoted(shape.quote),
        )
        self._watch.tell(made)
        return made

    def _answered(self, rerun: Rerun, name: str, asked: Mapping[str, Any]) -> Answer:
        """A question of the page: prices are the lab's to say, the rest is the catalog's."""
        return rerun.price(asked) if name == "price" else self._pages.answer(name, asked)

    def _acted(
        self, rerun: Rerun, shape: Shape, name: str, given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        match name:
            case "rerun":
                return rerun.send(given)
            case "stop":
                dropped = shape.cancel()
                return {"said": f"{counted(dropped, 'cell')} dropped; nothing is charged for them"}
            case _:
                return self._act(name, given)


class Rerun:
    """Sends cells anew from a page: priced first, once a press, and confirmed where it is much."""

    def __init__(self, shape: Shape, sending: SweepSending) -> None:
        self._shape, self._sending = shape, sending
        self._presses = Presses()
        self._pressing = threading.Lock()  # a page's messages come on several threads

    def price(self, asked: Mapping[str, Any]) -> Answer:
        """What a press would cost, and why it would want to be confirmed.

        What cannot be sent is no error here: the view shows the sentence in the button's place.
        """
        try:
            return Answer(self._priced(self._places(asked)))
        except ImagelabError as refusal:
            refused = as_words(refusal)["error"]
            return Answer({"price": "", "label": "", "confirm": "", "refused": refused})

    def send(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Send them, unless they are dearer than the page showed, which is told instead.

        RequestError where it is much and not confirmed, and as a sweep's `rerun`.
        """
        seen, confirm = given.get("price"), given.get("confirm", False)
        if not isinstance(seen, str) or not seen:
            raise RequestError("a press says at which price")
        places = self._places(given)
        with self._pressing:
            told = self._presses.once(tuple(places), lambda: self._sent(places, seen, confirm))
        return told or {"batch": None}

    def _sent(self, places: list[int], seen: str, confirm: bool) -> dict[str, Any]:  # noqa: FBT001 - as the page said it
        if dearer(seen, price_word(self._sending.quote(places))):
            return {"batch": None, "dearer": self._priced(places)}
        return {"batch": self._shape.resend(places, confirm).id}

    def _places(self, asked: Mapping[str, Any]) -> list[int]:
        """The cells that are meant and offered; what a page says is foreign."""
        given = asked.get("places")
        refused = self._shape.refused
        if not isinstance(given, list) or not given:
            raise RequestError("a rerun names the cells that are meant")
        if any(isinstance(p, bool) or not isinstance(p, int) for p in given) or not (
            0 <= min(given) <= max(given) < len(refused)
        ):
            raise RequestError(f"{given!r:.80} are not cells of this sweep")
        offered = [place for place in dict.fromkeys(given) if not refused[place]]
        if not offered:
            raise RequestError(f"nothing of that is offered: {refused[given[0]]}")
        return offered

    def _priced(self, places: list[int]) -> dict[str, Any]:
        quote = self._sending.quote(places)
        return {
            "price": price_word(quote),
            "label": _label(quote),
            "confirm": self._sending.too_much(places),
            "images": quote.n,
            "refused": "",
        }


def _quoted(quote: Quote) -> str:
    return f"≈ {about(quote.likely)}" if quote.likely else quote.about


def _heading(shape: Shape, sending: SweepSending, places: Sequence[int]) -> str:
    offered = [place for place in places if not shape.refused[place]]
    return in_heading(sending.quote(offered)) if offered else "not offered"


def _label(quote: Quote) -> str:
    return quote.about if quote.parts else on_button(quote)


def _still(shape: Shape) -> Still | None:
    """What the grid leaves: the tables of its cells; they read well without styling."""
    if OPTIONS.static_preview is False:
        return None
    said = f"sweep {one_line(shape.grid.template, 120)!r}"
    advice = f"<small>{html.escape(_ADVICE)}</small>"
    return Still(shape.drawn(_PICTURE_BYTES) + advice, None, f"imagelab {said}")
