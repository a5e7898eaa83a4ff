"""The strip: the images a request starts from, dragged, dropped, pasted or picked, and its mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from imagelab.domain.text import counted
from imagelab.widgets.channel import Act, Answer
from imagelab.widgets.controls import Control
from imagelab.widgets.modules import script, style
from imagelab.widgets.view import View

_LABEL_CHARACTERS = 40


class Strip(View):
    """Pictures in a row; `value` are their numbers, the first the one that is changed.

    What code gave that is no asset goes by a number below zero, with its `names` by that.
    `most` is how many the offer takes, `masks` whether it takes a mask, `mask` what that is.
    """

    _esm = script("strip.js")
    _css = style("strip.css")

    value = traitlets.List(traitlets.Int()).tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    most = traitlets.Int(0).tag(sync=True)
    masks = traitlets.Bool(default_value=False).tag(sync=True)
    mask = traitlets.Unicode("").tag(sync=True)


class Inputs(Control):
    """The control of `images=`: what is said there, as a strip of pictures."""

    def __init__(
        self,
        *,
        answer: Answer,
        act: Act,
        number: Callable[[object], int | None],
        pointer: str = "",
    ) -> None:
        self.strip = Strip(answer=answer, act=act, pointer=pointer)
        self._number, self._others = number, list[object]()
        super().__init__("images", {"images": self.strip})
        self.strip.observe(self._arranged, "value")

    def show(self) -> None:
        """As `Control.show`; what is no asset of this catalog stands there by its name."""
        ids = self._ids(self.said)
        self.strip.names = {str(-1 - place): _name(one) for place, one in enumerate(self._others)}
        self.strip.value = ids

    def agrees(self, said: object, told: Mapping[str, Any]) -> bool:
        """As `Control.agrees`; order counts."""
        return bool(told["images"] == self._ids(said))

    def takes(self, most: int, *, masks: bool) -> None:
        """What the offer takes."""
        self.strip.most, self.strip.masks = most, masks

    def masked(self, mask: object) -> None:
        """Say what the mask is; None for none."""
        self.strip.mask = "" if mask is None else _name(mask)

    def _ids(self, said: object) -> list[int]:
        given = said if isinstance(said, list | tuple) else [] if said is None else [said]
        return [self._number(one) or self._below(one) for one in given]

    def _below(self, one: object) -> int:
        """The number of what is no asset, which is kept by it."""
        for place, other in enumerate(self._others):
            if other is one:
                return -1 - place
        self._others.append(one)
        return -len(self._others)

    def _arranged(self, change: Mapping[str, Any]) -> None:
        if self._quiet:
            return
        known = len(self._others)
        there = [number for number in change["new"] if number > 0 or -known <= number < 0]
        self.said = [n if n > 0 else self._others[-1 - n] for n in there] or None


def _name(one: object) -> str:
    """A few words for what was given in code."""
    match one:
        case int():
            return f"#{one}"
        case bytes():
            return counted(len(one), "byte")
        case str():
            return one.rpartition("/")[2][-_LABEL_CHARACTERS:] or "an address"
        case _:
            return str(getattr(one, "name", "") or type(one).__name__)[:_LABEL_CHARACTERS]
