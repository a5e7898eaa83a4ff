"""What every scene gets to work with, and where it leaves room for a subject."""

from __future__ import annotations

from random import Random

from imagelab.domain.frozen import frozen
from imagelab.sandbox.canvas import Canvas
from imagelab.sandbox.colour import RGB, mix
from imagelab.sandbox.palette import Palette


@frozen
class Spot:
    """Where a subject stands: the middle of its feet, and how tall it may be, in units."""

    x: float
    y: float
    size: float


@frozen
class Stage:
    """A canvas with its palette, its chance and the words of the prompt."""

    canvas: Canvas
    palette: Palette
    rng: Random
    words: frozenset[str]

    @property
    def width(self) -> float:
        return self.canvas.width

    @property
    def height(self) -> float:
        return self.canvas.height

    def says(self, *words: str) -> bool:
        """Whether the prompt has any of these words."""
        return not self.words.isdisjoint(words)

    def between(self, low: float, high: float) -> float:
        """A number by chance."""
        return self.rng.uniform(low, high)

    def hazy(self, colour: RGB, share: float) -> RGB:
        """The colour as seen through air towards the horizon."""
        return mix(colour, self.palette.low, share)
