"""The studio: a form that writes a request and says its price, and a board of what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
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
from imagelab.widgets.draft import Draft, names
from imagelab.widgets.form import Form, Outlook
from imagelab.widgets.pressing import Presses
from imagelab.widgets.still import Still, Stilled

Picked = TypeVar("Picked")

_ANY_PROMPT = (
    "an image"  # stands in for an empty one, so that there is a price before there is a word
)
_UNKNOWN = "unknown"
_DEARER = Decimal("1.1")  # times the price that was seen: one is asked again


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
        self._presses = Presses()
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
        with self._lock:
            number = self._submit(self.prompt, self.given)
            others = [other for other in self.generation_ids if other != number]
            self.generation_ids = [number, *others]
            self._refresh()  # what it reserved is missing from the budget
            return number

    def close(self) -> None:
        """Close every widget of it in the page."""
        for widget in [*_all(self)][1:]:
            widget.close()
        super().close()

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
            outlook = self._outlook()
            self.form.show(outlook)
            self.board.price = _nano(outlook)
            self._block.code = outlook.quote.code() if outlook.quote and not outlook.empty else ""
            if self.board.controls != self.form.controls:
                self.board.controls = self.form.controls
                for widget in _all(self):
                    unpin(widget.comm)

    def _outlook(self) -> Outlook:
        empty = not self.prompt.strip()
        prompt = _ANY_PROMPT if empty else self.prompt
        try:
            return Outlook(self._quote(prompt, self.given), empty=empty)
        except ImagelabError as refusal:
            return Outlook(None, refusal, empty)

    def _press(self) -> None:
        """A click: as `generate`, but once for a double click, and a refusal is said on the form."""
        with self._lock:
            before = self.generation_ids
            try:
                number = self._presses.once((self.prompt, repr(self.given)), self.generate)
            except ImagelabError as error:
                self.form.say(str(error), tone="bad")
                return
            if number in before:
                self.form.say(f"an equal one was there, g{number}: nothing was sent", tone="quiet")

    def _acted(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A verb of the board; a press there tells what was to be seen on the form."""
        if name != "generate":
            return self._act(name, given)
        seen, price = given.get("seen"), given.get("price")
        if not isinstance(seen, dict) or not isinstance(price, str):
            raise RequestError("a press says what was seen on the form, and at which price")
        with self._lock:
            self.form.take(seen)
            if _dearer(price, self.board.price):
                now = self.form.button.description
                self.form.say(f"the price had changed: {now}; press again to send it", tone="doubt")
            else:
                self._press()
        return {}


def _first(offers: Sequence[Offer], usable: Collection[str], default: str | None) -> str:
    """The offer a form begins with: the lab's own, else what could be paid; the form shows which."""
    named = [offer for offer in offers if default in names(offer)] or list(offers)
    ready = [offer for offer in named if offer.provider in usable] or named
    return next((offer for offer in ready if offer.default), ready[0]).name


def _newest(numbers: Sequence[int]) -> list[int]:
    return sorted(set(numbers), reverse=True)


def _nano(outlook: Outlook) -> str:
    """The price that is shown, in nano-units; empty where nothing would be sent."""
    if outlook.quote is None or outlook.empty:
        return ""
    return str(outlook.quote.likely.nano) if outlook.quote.likely else _UNKNOWN


def _dearer(seen: str, now: str) -> bool:
    """Whether a press would cost more than the page showed when it was pressed."""
    if not now or seen == now:
        return False
    known = seen.isdecimal() and now.isdecimal()
    return not known or int(now) > _DEARER * int(seen)


def _all(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _all(child)
