"""The studio: a form that writes a request and says its price, and a board of what came of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import ipywidgets
import traitlets

from imagelab.domain.offer import Offer
from imagelab.domain.quote import Quote
from imagelab.domain.text import one_line
from imagelab.errors import ImagelabError, RequestError
from imagelab.widgets.board import Board
from imagelab.widgets.channel import Act, Answer, unpin
from imagelab.widgets.code_block import CodeBlock
from imagelab.widgets.controls import close_all
from imagelab.widgets.draft import Draft, names
from imagelab.widgets.form import Form, Outlook
from imagelab.widgets.pressing import Presses, dearer, price_word
from imagelab.widgets.still import Readable, Still, Stilled

Picked = TypeVar("Picked")

_log = logging.getLogger(__name__)

_ANY_PROMPT = (
    "an image"  # stands in for an empty one, so that there is a price before there is a word
)
_NOT_IN_MARIMO = (
    "<p>marimo shows no Jupyter widgets, so the studio's form is not here: "
    "<code>lab.quote(…)</code> and <code>lab.generate(…)</code> do the same, and "
    "<code>lab.gallery()</code> works. JupyterLab and Notebook show the studio.</p>"
)
_CHANGED = "the form has changed; press again"


class Studio(Stilled, Draft, ipywidgets.VBox, Generic[Picked]):  # type: ignore[misc] # ipywidgets ships no types
    """A form and a board; what the form says can be set and observed as traits.

    `prompt`, `model`, `n` and `params` are what would be asked, `code` is that as a line of
    code, `generation_ids` (newest first) and `selected_ids` are what the board shows.
    """

    generation_ids = traitlets.List(traitlets.Int())
    selected_ids = traitlets.List(traitlets.Int())

    def __init__(
        self,
        *,
        offers: Sequence[Offer],
        usable: Collection[str],
        quote: Callable[[str, Mapping[str, Any]], Quote],
        submit: Callable[[str, Mapping[str, Any]], int],
        answer: Answer,
        act: Act,
        pick: Callable[[Sequence[int]], Picked],
        default: str | None = None,
        open_ids: Callable[[], Sequence[int]] = tuple,
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
        **traits: Any,  # noqa: ANN401 - each is checked by its trait
    ) -> None:
        self._quote, self._submit, self._act = quote, submit, act
        self._pick, self._still = pick, still
        self._lock = threading.RLock()  # a page's messages come on a thread of their own
        self._pressing = threading.RLock()  # is held while a press is sent; the form can be read
        self._presses = Presses()
        self._quoted: object = None  # what the price is of
        model = traits.pop("model", None) or _first(offers, usable, default)
        super().__init__(offers, model=model, generation_ids=_newest(open_ids()), **traits)
        self.form = Form(self, offers, usable, self._press)
        self.board = Board(answer=answer, act=self._acted, pointer=pointer)
        self._block = CodeBlock()
        self._put_together()
        self._refresh()
        self.observe(lambda _: self._refresh(), ["prompt", "model", "params", "n"])

    @property
    def code(self) -> str:
        """What the button would do, as code; empty where it would do nothing."""
        return str(self._block.code)

    @property
    def selection(self) -> Picked:
        """What is selected on the board, in the order it was selected."""
        return self._pick(tuple(self.selected_ids))

    def generate(self) -> int:
        """Send what the form says; the generation's number.

        The errors are those of the lab's `submit`, before anything is sent.
        """
        return self._sent(*self._wish())

    def close(self) -> None:
        """Close every widget of it in the page."""
        self.form.close_gone()
        for child in (*self.children, self.layout):
            close_all(child)
        super().close()

    def _display_(self) -> Readable:
        """What marimo shows in place of the form."""
        return Readable(_NOT_IN_MARIMO)

    def __repr__(self) -> str:
        facts = [self.model, repr(one_line(self.prompt, 60)), f"n={self.n}"]
        return f"Studio({', '.join(facts)})"

    def _put_together(self) -> None:
        left = ipywidgets.VBox([self.form, self._block])
        body = ipywidgets.Box([left, self.board])
        named = {"il-studio": self, "il-view": self, "il-body": body, "il-left": left}
        for name, box in named.items():
            box.add_class(name)
        self.children = [body]
        self.board.still_name = self.model_id
        for name in ("generation_ids", "selected_ids"):
            traitlets.link((self, name), (self.board, name))

    def _refresh(self) -> None:
        """Bring price, refusals and code to what the form says now."""
        with self._lock:
            prompt, given = self._wish()
            outlook = self._outlook(prompt, given)
            self._quoted = (prompt, repr(given))
            self.form.show(outlook)
            self.board.price = "" if outlook.empty else price_word(outlook.quote)
            self._block.code = outlook.quote.code() if outlook.quote and not outlook.empty else ""
            if self.board.controls != self.form.controls:
                self.board.controls = self.form.controls
                for widget in _all(self):
                    unpin(widget.comm)
            self.form.close_gone()

    def _outlook(self, prompt: str, given: Mapping[str, Any]) -> Outlook:
        empty = not prompt.strip()
        try:
            return Outlook(self._quote(_ANY_PROMPT if empty else prompt, given), empty=empty)
        except ImagelabError as refusal:
            return Outlook(None, refusal, empty)

    def _wish(self) -> tuple[str, dict[str, Any]]:
        with self._lock:
            return self.prompt, self.given

    def _sent(self, prompt: str, given: Mapping[str, Any]) -> int:
        number = self._submit(prompt, given)
        with _whatever_comes(number), self._lock:
            others = [other for other in self.generation_ids if other != number]
            self.generation_ids = [number, *others]
        with _whatever_comes(number):
            self._refresh()  # what it reserved is missing from the budget
        return number

    def _press(self) -> None:
        """A click: as `generate`, but once for a double click, and a refusal is said on the form."""
        with self._pressing:
            self._press_once(*self._wish())

    def _press_once(self, prompt: str, given: Mapping[str, Any]) -> None:
        before = self.generation_ids
        try:
            number = self._presses.once((prompt, repr(given)), lambda: self._sent(prompt, given))
        except ImagelabError as error:
            self.form.say(str(error), tone="bad")
            return
        if number in before:
            with _whatever_comes(number):
                self.form.say(f"an equal one was there, g{number}: nothing was sent", tone="quiet")

    def _acted(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A verb of the board; a press there tells what was to be seen on the form."""
        if name != "generate":
            return self._act(name, given)
        seen, price = given.get("seen"), given.get("price")
        if not isinstance(seen, dict) or not isinstance(price, str):
            raise RequestError("a press says what was seen on the form, and at which price")
        with self._pressing:
            wish = self._wished(seen, price)
            if wish:
                self._press_once(*wish)
        return {}

    def _wished(self, seen: Mapping[str, Any], price: str) -> tuple[str, dict[str, Any]] | None:
        """What a press would send, where that is what its page showed, at the price it showed."""
        with self._lock:
            taken, wish = self.form.take(seen), self._wish()
            if self._quoted != (wish[0], repr(wish[1])):
                self._refresh()
            if not taken or not self.form.agrees(seen, *wish):
                self.form.align()
                self.form.say(_CHANGED, tone="doubt")
                return None
            if dearer(price, self.board.price):
                now = self.form.button.description
                self.form.say(f"the price had changed: {now}; press again to send it", tone="doubt")
                return None
            return wish


@contextmanager
def _whatever_comes(number: int | None) -> Iterator[None]:
    """What was sent was sent: an error after that is no refusal, and must not read like one."""
    try:
        yield
    except Exception:  # noqa: BLE001 - observers are anybody's, and the money is spent
        _log.exception("g%s was sent; showing it failed", number)


def _first(offers: Sequence[Offer], usable: Collection[str], default: str | None) -> str:
    """The offer a form begins with: the lab's own, else what could be paid; the form shows which."""
    named = [offer for offer in offers if default in names(offer)] or list(offers)
    ready = [offer for offer in named if offer.provider in usable] or named
    return next((offer for offer in ready if offer.default), ready[0]).name


def _newest(numbers: Sequence[int]) -> list[int]:
    return sorted(set(numbers), reverse=True)


def _all(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _all(child)
