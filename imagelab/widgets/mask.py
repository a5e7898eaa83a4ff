"""The mask painter: what an edit may change, painted on the image it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

import traitlets

from imagelab.errors import RequestError
from imagelab.imaging.mask import Mask
from imagelab.widgets.channel import Act, Answer
from imagelab.widgets.modules import script, style
from imagelab.widgets.still import Still
from imagelab.widgets.view import View

_MOST_RUNS = 4_000_000
_HALF = 128


class MaskPainter(View):
    """An image to paint on; `mask` is what is painted, and `mask=painter` takes it as it is then.

    `runs` is the same as the page has it: lengths of stretches of pixels, row by row, that
    stay, change, stay and so on. `size` is the brush's width in pixels of the image.
    """

    _esm = script("mask.js")
    _css = style("mask.css")

    asset_id = traitlets.Int().tag(sync=True)
    image_width = traitlets.Int().tag(sync=True)
    image_height = traitlets.Int().tag(sync=True)
    runs = traitlets.List(traitlets.Int()).tag(sync=True)
    size = traitlets.Int(min=1, max=4000).tag(sync=True)

    def __init__(
        self,
        asset_id: int,
        width: int,
        height: int,
        *,
        answer: Answer,
        act: Act,
        pointer: str = "",
        still: Callable[[], Still | None] = lambda: None,
    ) -> None:
        shown = {"asset_id": asset_id, "image_width": width, "image_height": height}
        brush = max(8, min(width, height) // 12)
        super().__init__(
            answer=answer, act=act, pointer=pointer, still=still, size=brush, runs=[], **shown
        )

    @property
    def mask(self) -> Mask:
        """What is painted, exactly the size of the image; nothing changes before anything is."""
        parts = [bytes([255 * (place % 2)]) * length for place, length in enumerate(self.runs)]
        pixels = b"".join(parts) or bytes(self.image_width * self.image_height)
        return Mask(self.image_width, self.image_height, pixels)

    @mask.setter
    def mask(self, mask: Mask) -> None:
        if (mask.width, mask.height) != (self.image_width, self.image_height):
            raise RequestError(
                f"the mask is {mask.width}×{mask.height} and its image "
                f"{self.image_width}×{self.image_height}; a mask has exactly its image's size"
            )
        runs = [(on, len(list(same))) for on, same in groupby(p >= _HALF for p in mask.pixels)]
        self.runs = [0] * runs[0][0] + [length for _, length in runs]

    def __repr__(self) -> str:
        return f"MaskPainter(#{self.asset_id}, {self.mask.share:.1%} painted)".replace("%", " %")

    @traitlets.validate("runs")
    def _whole(self, proposal: Mapping[str, Any]) -> list[int]:
        """What comes from a page is foreign: it covers the image exactly, or is not taken."""
        runs: list[int] = proposal["value"]
        pixels = self.image_width * self.image_height
        covers = sum(runs) == pixels and min(runs, default=0) >= 0 and len(runs) <= _MOST_RUNS
        if runs and not covers:
            raise traitlets.TraitError(f"runs= does not cover the {pixels:,} pixels of the image")
        return runs
