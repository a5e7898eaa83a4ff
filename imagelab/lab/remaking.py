"""Remaking: what a view asks for to have more of one image, priced first and sent once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from imagelab.catalog.answer import Answer
from imagelab.catalog.progress import may_help
from imagelab.domain.quote import Quote
from imagelab.errors import ImagelabError, RequestError, as_words
from imagelab.handles.backing import Backing
from imagelab.lab.engine import Engine
from imagelab.lab.inputs import Parent
from imagelab.lab.making import Maker
from imagelab.lab.recipes import Recipe, edited, repeated
from imagelab.widgets.pressing import Presses, dearer, price_word
from imagelab.widgets.prices import on_button

_MOST_AT_ONCE = 16  # images a press: a slip of the hand is not to cost more
_log = logging.getLogger(__name__)


class Remaking:
    """Edits, variations and repeats that the views of one lab ask for."""

    def __init__(self, engine: Engine, backing: Backing, maker: Maker) -> None:
        self._engine, self._backing, self._maker = engine, backing, maker
        self._presses = Presses()
        self._pressing = threading.Lock()  # a page's messages come on several threads

    def price(self, asked: Mapping[str, Any]) -> Answer:
        """What a press would cost, in words for the button and as the word a press brings back.

        What cannot be sent is no error here: the view shows the sentence in the button's place.
        """
        try:
            quote = self._quote(self._recipe(asked))
        except ImagelabError as refusal:
            return Answer({"price": "", "label": "", "refused": as_words(refusal)["error"]})
        return Answer(_priced(quote))

    def send(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Send it, unless it is dearer than the page showed, which is told instead.

        A press of the same within a moment is taken for a double click: nothing is sent again.
        RequestError and BudgetError as the lab's `submit`.
        """
        seen = given.get("price")
        if not isinstance(seen, str) or not seen:
            raise RequestError("a press says at which price")
        recipe = self._recipe(given)
        with self._pressing:
            told = self._presses.once(repr(recipe), lambda: self._sent(recipe, seen))
        return told or {"generation": None}

    def _sent(self, recipe: Recipe, seen: str) -> dict[str, Any]:
        quote = self._quote(recipe)
        if dearer(seen, price_word(quote)):
            return {"generation": None, "dearer": _priced(quote)}
        anew = {**recipe.given, "reuse": False}  # a press is deliberate
        return {"generation": self._maker.submit(self._backing, recipe.prompt, anew, _log.debug).id}

    def _quote(self, recipe: Recipe) -> Quote:
        return self._maker.quote(self._backing, *recipe)

    def _recipe(self, asked: Mapping[str, Any]) -> Recipe:
        """What a page asks for; it is foreign."""
        match asked:
            case {"id": bool()}:
                pass
            case {"how": "edit", "id": int(number), "prompt": str(prompt)}:
                return edited(self._backing.asset_row(number), prompt, {})
            case {"how": "vary", "id": int(number), "n": int(n)} if 1 <= n <= _MOST_AT_ONCE:
                row = self._backing.asset_row(number)
                return edited(row, row.prompt, {"n": n}, "reference")
            case {"how": "regenerate", "id": int(number)}:
                return self._repeat(number)
            case {"how": "again", "generation": int(number)}:
                return self._again(number)
        raise RequestError(f"{sorted(asked)} is not how a view asks for more of an image")

    def _repeat(self, number: int) -> Recipe:
        row = self._backing.asset_row(number)
        if row.generation is None:
            raise RequestError(f"asset #{number} was imported; there is no request to repeat")
        made = self._backing.generation_row(row.generation)
        with self._engine.catalog.reading() as db:
            return repeated(db, made, {"n": 1}, Parent(number, "reroll"))

    def _again(self, number: int) -> Recipe:
        """A generation sent anew, where that may come to more."""
        made = self._backing.generation_row(number)
        if not may_help(made):
            raise RequestError(f"g{made.id} is {made.status}: sending it again would not help")
        with self._engine.catalog.reading() as db:
            return repeated(db, made, {})


def _priced(quote: Quote) -> dict[str, Any]:
    return {"price": price_word(quote), "label": on_button(quote), "refused": ""}
