"""The studio: a form that writes a request and says its price, and a board of what came of it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

import ipywidgets
import traitlets

from imagelab.domain.choices import choices
from imagelab.domain.offer import Offer
from imagelab.domain.quote import Quote
from imagelab.domain.text import one_line
from imagelab.errors import ImagelabError, RequestError
from imagelab.widgets.board import Board
from imagelab.widgets.channel import Act, Answer, unpin
from imagelab.widgets.code_block import CodeBlock
from imagelab.widgets.controls import close_all, every
from imagelab.widgets.draft import Draft, first_offer
from imagelab.widgets.form import Form
from imagelab.widgets.mask import MaskPainter
from imagelab.widgets.masking import MaskBox
from imagelab.widgets.outlook import Outlook
from imagelab.widgets.pressing import Presses, dearer, named, price_word, whatever_comes
from imagelab.widgets.recall import Recall, Recalled, form_of
from imagelab.widgets.still import Readable, Still, Stilled
from imagelab.widgets.strip import Inputs

Picked = TypeVar("Picked")

_ANY_PROMPT = (
    "an image"  # stands in for an empty one, so that there is a price before there is a word
)
_MOST_SHOWN = 60  # cards; the catalog answers for so many at once
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
        submit: Callable[[str, Mapping[str, Any]], Sequence[int]],
        answer: Answer,
        act: Act,
        pick: Callable[[Sequence[int]], Picked],
        default: str | None = None,
        doubt: Callable[[Quote], str] = lambda _: "",
        number: Callable[[object], int | None] = lambda one: one if type(one) is int else None,
        painter: Callable[[int], MaskPainter] | None = None,
        keep: Callable[[bytes], int] | None = None,
        recalled: Recalled | None = None,
        queue: Callable[[], Sequence[int]] = tuple,
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
        **traits: Any,  # noqa: ANN401 - each is checked by its trait
    ) -> None:
        self._quote, self._submit, self._act, self._doubt = quote, submit, act, doubt
        self._pick, self._still, self._queue = pick, still, queue
        self._lock = threading.RLock()  # a page's messages come on a thread of their own
        self._pressing = threading.RLock()  # is held while a press is sent; the form can be read
        self._presses = Presses()
        self._quoted: object = None  # what the price is of
        self._asked_about: object = None  # the sweep whose size was told, and the next press sends
        model = traits.pop("model", None) or first_offer(offers, usable, default)
        found = _newest(queue())
        self._known = set(found)  # of the queue; what somebody took off the board stays off
        super().__init__(offers, model=model, generation_ids=found, **traits)
        page: dict[str, Any] = {"answer": answer, "pointer": pointer}
        self._inputs = Inputs(**page, act=self._strip_acted, number=number)
        self.form = Form(self, offers, usable, self._press, self._inputs)
        self._recalled, self.recall = recalled, Recall(self, recalled) if recalled else None
        self.masking = (
            MaskBox(painter, keep, partial(self.say, "mask")) if painter and keep else None
        )
        self.board = Board(**page, act=self._acted)
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

    @property
    def is_open(self) -> bool:
        """Whether it was not closed."""
        return self.board.is_open

    def changed(self, stamp: str) -> None:
        """Take in what anybody did to the catalog: its queue, and what is left of the budget."""
        self.board.changed(stamp)
        self._inputs.strip.changed(stamp)
        found = self._queue()
        with self._lock:
            self._show_new(found)
        if self.recall:
            self.recall.show_presets()
        self._refresh()

    def generate(self, *, confirm: bool = False) -> int:
        """Send what the form says; the generation's number, for a sweep that of its newest so far.

        `{a|b}` in the prompt is a sweep over both. The errors are those of the lab's `submit`,
        before anything is sent; a sweep wants `confirm=True` where `lab.sweep` does.
        """
        prompt, given = self._wish()
        doubt = self._outlook(prompt, given).doubt
        if doubt and not confirm:
            raise RequestError(
                f"this sweep {doubt}; nothing was sent. Pass confirm=True to send it"
            )
        return max(self._sent(prompt, given), default=0)

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
        parts = (self.recall, self.form, self.masking, self._block)
        left = ipywidgets.VBox([part for part in parts if part is not None])
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
                for widget in every(self):
                    unpin(widget.comm)
            self.form.close_gone()

    def _outlook(self, prompt: str, given: Mapping[str, Any]) -> Outlook:
        empty = not prompt.strip()
        prompts = math.prod(len(values) for values in choices(prompt).axes.values())
        try:
            quote = self._quote(_ANY_PROMPT if empty else prompt, given)
            doubt = self._doubt(quote) if prompts > 1 else ""
        except ImagelabError as refusal:
            return Outlook(None, refusal, empty)
        asked = self._asked_about == (prompt, repr(given))
        return Outlook(quote, empty=empty, prompts=prompts, doubt=doubt, asked=asked)

    def _wish(self) -> tuple[str, dict[str, Any]]:
        with self._lock:
            return self.prompt, self.given

    def _sent(self, prompt: str, given: Mapping[str, Any]) -> list[int]:
        numbers = list(self._submit(prompt, given))
        with whatever_comes(numbers), self._lock:
            self._known.difference_update(numbers)
            self._show_new(numbers)
            if self._recalled:
                self._recalled.remember({**form_of(self), "prompt": prompt})
        with whatever_comes(numbers):
            self._refresh()  # what it reserved is missing from the budget
        return numbers

    def _show_new(self, numbers: Sequence[int]) -> None:
        """On top of the board what it never had; the oldest go where there are too many."""
        new = [number for number in numbers if number not in self._known]
        self._known.update(new)
        if new:
            shown = [*new, *(other for other in self.generation_ids if other not in new)]
            self.generation_ids = shown[:_MOST_SHOWN]

    def _press(self) -> None:
        """A click: as `generate`, but once for a double click, and a refusal is said on the form."""
        with self._pressing:
            self._press_once(*self._wish())

    def _press_once(self, prompt: str, given: Mapping[str, Any]) -> None:
        before, wish = self.generation_ids, (prompt, repr(given))
        if self._outlook(prompt, given).doubt and self._asked_about != wish:
            self._presses.once(wish, lambda: self._ask_about(wish))
            return
        try:
            numbers = self._presses.once(wish, lambda: self._sent(prompt, given))
        except ImagelabError as error:
            self.form.say(str(error), tone="bad")
            return
        if numbers and not {*numbers} - {*before}:
            with whatever_comes(numbers):
                told = named(numbers)
                self.form.say(f"an equal one was there, {told}: nothing was sent", tone="quiet")

    def _ask_about(self, wish: object) -> None:
        """A large sweep is told of first, and sent by the next press, unless the form changes."""
        self._asked_about = wish
        self._refresh()

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

    def _strip_acted(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A verb of the strip; files and assets from elsewhere are the lab's to take."""
        if name == "selected" and self.selected_ids:
            return {"ids": list(self.selected_ids)}
        if name == "unmask":
            self.say("mask", None)
            return {}
        if name != "paint":
            return self._act(name, given)
        number = given.get("id")
        if self.masking is None or type(number) is not int:
            raise RequestError(f"id={number!r:.40}: a mask is painted on an asset of the catalog")
        self.masking.paint(number)
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


def _newest(numbers: Sequence[int]) -> list[int]:
    return sorted(set(numbers), reverse=True)
