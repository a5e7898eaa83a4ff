"""The form's controls, one for each parameter, drawn from what an offer says it takes.

Each has a trait `said`: the parameter's value, or None where it is left to the vendor.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import ipywidgets
import traitlets

from imagelab.domain.offer import Offer
from imagelab.domain.text import one_line
from imagelab.widgets.draft import as_read

Tone = Literal["quiet", "bad", "doubt"]

_SEGMENTS = 4  # as many choices stand side by side; more are a list
LEFT = ""  # the choice that leaves it to the vendor
_SENTENCE_CHARACTERS = 600
_TITLES = {"input_fidelity": "Fidelity to inputs"}


class Words(ipywidgets.HTML):  # type: ignore[misc] # ipywidgets ships no types
    """A line of text in a tone; whatever the text holds, it is only text."""

    def __init__(self, text: str = "", *, tone: Tone = "quiet") -> None:
        super().__init__()
        self.add_class("il-words")
        self.say(text, tone=tone)

    def say(self, text: str, *, tone: Tone = "quiet") -> None:
        """Show this instead; nothing takes no room."""
        line = html.escape(one_line(text, _SENTENCE_CHARACTERS))
        self.value = f'<span class="il-tone-{tone}">{line}</span>' if line else ""


class Control(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """One parameter: what chooses its value, and under it what is wrong with that."""

    said = traitlets.Any(None, allow_none=True)

    def __init__(self, param: str, parts: Mapping[str, ipywidgets.Widget]) -> None:
        self.param, self.parts = param, dict(parts)
        self._note = Words()
        self._showing_here = threading.local()  # a choice on another thread meanwhile is one
        super().__init__([*self.parts.values(), self._note])
        self.add_class("il-control")
        self.add_class(f"il-param-{param.replace('_', '-')}")
        self.observe(self._show_said, "said")

    def complain(self, sentence: str) -> None:
        """Say what is wrong; nothing is wrong where that is empty."""
        self._note.say(sentence, tone="bad")

    def show(self) -> None:
        """Bring what is seen to what is said, without taking that for an answer."""

    def renew(self) -> None:
        """Show again what is said."""
        with self._showing():
            self.show()

    def agrees(self, said: object, told: Mapping[str, Any]) -> bool:
        """Whether a page that shows `told` on the parts, by name, shows this value."""
        raise NotImplementedError

    @property
    def _quiet(self) -> bool:
        return getattr(self._showing_here, "now", False)

    @contextmanager
    def _showing(self) -> Iterator[None]:
        self._showing_here.now = True
        try:
            yield
        finally:
            self._showing_here.now = False

    def _show_said(self, _: object) -> None:
        self.renew()


class Choice(Control):
    """One of some words: side by side up to four, else in a list; the vendor's choice first."""

    _own: str | None = (
        None  # what leaving it to the vendor is called, where it is not told by the labels
    )

    def __init__(self, param: str, labels: Sequence[tuple[str, str | int]], **parts: Any) -> None:  # noqa: ANN401 - widgets
        own = self._own or ("auto" if ("auto", "auto") in labels else "default")
        self._labels = [(own, LEFT), *(pair for pair in labels if pair[1] != "auto")]
        kind = ipywidgets.ToggleButtons if len(labels) <= _SEGMENTS else ipywidgets.Dropdown
        self.control = kind(
            options=self._labels, description=_TITLES.get(param, param.capitalize())
        )
        super().__init__(param, {param: self.control, **parts})
        self.control.observe(self._chosen, "value")

    @property
    def values(self) -> list[str]:
        """What can be chosen; empty for what is left to the vendor."""
        return [str(value) for _, value in self._labels]

    def show(self) -> None:
        """As `Control.show`; a value that is no choice here leaves all of them open."""
        self.control.index = self._index(self.said)

    def agrees(self, said: object, told: Mapping[str, Any]) -> bool:
        """As `Control.agrees`; a choice is told by its place."""
        return bool(told[self.param] == self._index(said))

    def annotate(self, notes: Mapping[str, str]) -> None:
        """Write a few words on each choice that has some, such as a price."""
        noted = [(label, value, notes.get(str(value), "")) for label, value in self._labels]
        labels = [
            (label + self._line + note if note else label, value) for label, value, note in noted
        ]
        if labels == list(self.control.options):
            return
        with self._showing(), self.control.hold_sync():
            self.control.options = labels  # which takes the first for chosen
            self.control.index = self._index(self.said)

    @property
    def _line(self) -> str:
        """What parts a choice from its note: a list has one line for each."""
        return "\n" if isinstance(self.control, ipywidgets.ToggleButtons) else " · "

    def _index(self, said: object) -> int | None:
        value = self._as_choice(as_read(self.param, said))
        values = [value for _, value in self._labels]
        return values.index(value) if value in values else None

    def _as_choice(self, value: object) -> object:
        return LEFT if value in (None, "auto") else value

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if not self._quiet and change["new"] is not None:
            self.said = change["new"] or None


class Size(Choice):
    """A shape by its word, one of the offer's sizes, or pixels where any will do."""

    def __init__(self, offer: Offer) -> None:
        self._shapes = {pixels: word for word, pixels in offer.shapes.items()}
        sizes = [(self._shapes.get(size, _times(size)), size) for size in offer.choices["size"]]
        labels = [(label, self._shapes.get(size, size)) for label, size in sizes]
        parts = {}
        if offer.size_rule is not None:
            parts["pixels"] = ipywidgets.Text(
                placeholder="or pixels, such as 1536x864",
                continuous_update=False,
                tooltip=str(offer.size_rule),
            )
        super().__init__("size", labels, **parts)
        self._pixels = self.parts.get("pixels")
        if self._pixels is not None:
            self._pixels.observe(self._typed, "value")
        self._measures = {word: _times(size) for word, size in offer.shapes.items()}
        self.annotate({})

    def annotate(self, notes: Mapping[str, str]) -> None:
        """As `Choice.annotate`, with the pixels that a word means; a price that all share tells nothing."""
        told = notes if len({note for value, note in notes.items() if value}) > 1 else {}
        words = {
            value: [self._measures.get(value, ""), told.get(value, "")] for value in self.values
        }
        super().annotate(
            {value: self._line.join(filter(None, both)) for value, both in words.items()}
        )

    def show(self) -> None:
        """As `Control.show`; pixels that no word means stand in their own field."""
        super().show()
        if self._pixels is not None:
            self._pixels.value = "" if self.control.index is not None else str(self.said)

    def agrees(self, said: object, told: Mapping[str, Any]) -> bool:
        """As `Control.agrees`; pixels that stand there are what is meant."""
        typed = str(told.get("pixels", "")).strip()
        if typed:
            return as_read("size", typed) == as_read("size", said)
        return super().agrees(said, told)

    def _as_choice(self, value: object) -> object:
        return self._shapes.get(str(value), super()._as_choice(value))

    def _typed(self, change: Mapping[str, Any]) -> None:
        if not self._quiet:
            self.said = change["new"].strip() or None


class Previews(Choice):
    """How many rough pictures to show meanwhile: none unless asked for, since each is billed."""

    _own = "none"

    def __init__(self, most: int) -> None:
        super().__init__("previews", [(str(count), count) for count in range(1, most + 1)])

    def _as_choice(self, value: object) -> object:
        return LEFT if value == 0 else super()._as_choice(value)


class Compression(Control):
    """How hard JPEG and WebP are pressed, once that is wanted at all."""

    def __init__(self, bounds: tuple[int, int]) -> None:
        low, high = bounds
        self._wanted = ipywidgets.Checkbox(description="Compression", indent=False)
        self._slider = ipywidgets.IntSlider(min=low, max=high, value=high)
        self._slider.layout.display = "none"
        super().__init__("compression", {"compressed": self._wanted, "compression": self._slider})
        self._wanted.observe(self._set, "value")
        self._slider.observe(self._set, "value")

    def show(self) -> None:
        """As `Control.show`; what is out of bounds cannot be shown, and is complained of."""
        self._wanted.value = self.said is not None
        self._slider.layout.display = None if self._wanted.value else "none"
        if isinstance(self.said, int) and self._slider.min <= self.said <= self._slider.max:
            self._slider.value = self.said

    def agrees(self, said: object, told: Mapping[str, Any]) -> bool:
        """As `Control.agrees`; the slider counts once it is wanted."""
        return bool(told["compression"] == said if told["compressed"] else said is None)

    def _set(self, _: object) -> None:
        if not self._quiet:
            self.said = self._slider.value if self._wanted.value else None


def control(offer: Offer, param: str) -> Control:
    """The control of a parameter that the offer takes."""
    if param == "size":
        return Size(offer)
    if param == "compression":
        assert offer.compression is not None
        return Compression(offer.compression)
    if param == "previews":
        return Previews(offer.previews)
    return Choice(param, [(value, value) for value in offer.choices[param]])


def close_all(widget: ipywidgets.Widget) -> None:
    """Close a widget and what only it holds; ipywidgets leaves the rest open, and keeps it."""
    for part in (*getattr(widget, "children", ()), *_looks(widget)):
        close_all(part)
    widget.close()


def every(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """A widget and everything in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def _looks(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    held = [getattr(widget, name, None) for name in ("layout", "style")]
    return [one for one in held if isinstance(one, ipywidgets.Widget)]


def _times(size: str) -> str:
    return size.replace("x", "×")
