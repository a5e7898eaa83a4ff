"""A surface drawn twice as large as it will be, in units of a thousandth of its shorter side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagelab.domain.frozen import frozen
from imagelab.sandbox.colour import RGB

OVERSAMPLING = 2  # edges become smooth when the drawing is reduced
UNITS = 1000  # the shorter side
MAX_DRAWN_PIXELS = 4_200_000  # of the finished size; anything larger is enlarged from this
MAX_BANDS = 40  # of a gradient; the grain hides their edges
_STEPS_PER_POINT = 7
_SOFT_SCALE = 8  # the same of a backdrop
_HAZE_SCALE = 16  # pixels of the drawing in one of the haze
_GLOW_EDGE = 181  # what Image.radial_gradient has at the middle of its sides; 0 in the centre

Point = tuple[float, float]
Glow = tuple[float, float, float, RGB, float]  # x, y, radius, colour, strength 0–1


class Surface:
    """The pixels that canvases share: colours, what is to be opaque (if asked), and haze."""

    def __init__(self, size: tuple[int, int], fill: RGB | None, *, clear: bool) -> None:
        self.cover = Image.new("L", size, 0) if clear else None
        self.haze = Image.new("L", (_part(size[0], _HAZE_SCALE), _part(size[1], _HAZE_SCALE)), 0)
        self._covering = ImageDraw.Draw(self.cover) if self.cover else None
        self.size = size
        # Unless it stays clear, a backdrop replaces the picture before anything is drawn.
        self.show(Image.new("RGB", size if clear else (1, 1), fill))

    def show(self, image: Image.Image) -> None:
        """Go on with this picture, of the same size."""
        self.image = image
        self.glass = ImageDraw.Draw(image, "RGBA")
        self._solid = ImageDraw.Draw(image)

    def draws(self, fill: RGB) -> list[tuple[ImageDraw.ImageDraw, RGB | int]]:
        """What to draw with, and in which colour."""
        if self._covering is None:
            return [(self._solid, fill)]
        return [(self._solid, fill), (self._covering, 255)]


@frozen
class Canvas:
    """Draws on a surface.

    x runs right and y down, from `origin` (pixels), `scale` pixels a unit; `flip` mirrors.
    """

    surface: Surface
    width: float
    height: float
    scale: float
    origin: Point = (0.0, 0.0)
    flip: bool = False

    @classmethod
    def of(cls, width: int, height: int, *, clear: bool = False, fill: RGB = (0, 0, 0)) -> Canvas:
        """For a picture of width × height pixels; `clear` keeps track of what was drawn."""
        shrink = min(1.0, math.sqrt(MAX_DRAWN_PIXELS / (width * height)))
        size = (
            max(1, round(width * shrink)) * OVERSAMPLING,
            max(1, round(height * shrink)) * OVERSAMPLING,
        )
        scale = min(size) / UNITS
        surface = Surface(size, fill if clear else None, clear=clear)
        return cls(surface, size[0] / scale, size[1] / scale, scale)

    @classmethod
    def over(cls, picture: Image.Image) -> Canvas:
        """On a copy of a picture."""
        canvas = cls.of(*picture.size)
        size = canvas.surface.size
        canvas.surface.show(picture.resize(size, Image.Resampling.BILINEAR))
        return canvas

    def at(self, x: float, y: float, size: float, *, flip: bool = False) -> Canvas:
        """The same surface seen from (x, y), where 100 units are `size` of these."""
        left = self._pixel((x, y))
        return replace(self, origin=left, scale=self.scale * size / 100, flip=self.flip is not flip)

    def backdrop(self, stops: Sequence[RGB], glows: Iterable[Glow] = ()) -> None:
        """Fill everything with a soft gradient from top to bottom, lit by round glows."""
        wide, high = (_part(side, _SOFT_SCALE) for side in self.surface.size)
        small = _column(stops, high).resize((wide, high), Image.Resampling.NEAREST)
        for glow in glows:
            _light(small, glow, wide / self.width)
        self.wash(small)

    def wash(self, small: Image.Image) -> None:
        """Cover everything with a small picture, enlarged softly."""
        across, down = self.surface.size
        middle = (_part(across, _SOFT_SCALE), _part(down, _SOFT_SCALE))
        if small.size != middle:
            small = small.resize(middle, Image.Resampling.BILINEAR)
        # Neighbours differ by a level or two, so their edges vanish in the grain.
        self.surface.show(small.resize(self.surface.size, Image.Resampling.NEAREST))
        if self.surface.cover:
            self.surface.cover.paste(255, (0, 0, *self.surface.cover.size))

    def polygon(self, points: Iterable[Point], fill: RGB) -> None:
        """Corners joined by straight lines, filled."""
        outline = [self._pixel(point) for point in points]
        for draw, colour in self.surface.draws(fill):
            draw.polygon(outline, fill=colour)

    def blob(self, points: Sequence[Point], fill: RGB) -> None:
        """A soft shape through the points."""
        self.polygon(smooth(points, closed=True), fill)

    def shade(self, points: Sequence[Point], top: RGB, bottom: RGB) -> None:
        """A polygon filled with a gradient, `top` at its highest point."""
        outline = [self._pixel(point) for point in points]
        left, right = _span([x for x, _ in outline], self.surface.size[0])
        upper, lower = _span([y for _, y in outline], self.surface.size[1])
        if right - left < 1 or lower - upper < 1:
            return
        mask = Image.new("1", (right - left, lower - upper))
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in outline], fill=1)
        # Bands of one colour each paste twice as fast as a picture of a gradient.
        contrast = max(abs(a - b) for a, b in zip(top, bottom, strict=True))
        bands = max(1, min(MAX_BANDS, mask.height // 16, contrast))
        for band in range(bands):
            start, end = mask.height * band // bands, mask.height * (band + 1) // bands
            part = mask.crop((0, start, mask.width, end))
            fill = _blend(top, bottom, (band + 0.5) / bands)
            self.surface.image.paste(fill, (left, upper + start, right, upper + end), part)
        if self.surface.cover:
            self.surface.cover.paste(255, (left, upper, right, lower), mask)

    def glaze(self, points: Iterable[Point], fill: RGB, strength: float) -> None:
        """A polygon one can see through; `strength` 1 hides what is below."""
        self.surface.glass.polygon(
            [self._pixel(p) for p in points], fill=(*fill, round(255 * strength))
        )

    def breathe(self, points: Iterable[Point], strength: float) -> None:
        """Haze or light with soft edges, laid over everything when the picture is finished."""
        layer = Image.new("L", self.surface.haze.size, 0)
        places = [(x / _HAZE_SCALE, y / _HAZE_SCALE) for x, y in map(self._pixel, points)]
        ImageDraw.Draw(layer).polygon(places, fill=round(255 * strength))
        self.surface.haze.paste(ImageChops.add(self.surface.haze, layer))

    def veil(self, x: float, y: float, radius: float, fill: RGB, strength: float) -> None:
        """A disc one can see through."""
        self.surface.glass.ellipse(
            self._box(x, y, radius, radius), fill=(*fill, round(255 * strength))
        )

    def disc(self, x: float, y: float, radius: float, fill: RGB) -> None:
        """A filled circle."""
        self.oval(x, y, radius, radius, fill)

    def oval(self, x: float, y: float, wide: float, high: float, fill: RGB) -> None:
        """A filled ellipse given by its half axes."""
        for draw, colour in self.surface.draws(fill):
            draw.ellipse(self._box(x, y, wide, high), fill=colour)

    def shadow(self, x: float, y: float, wide: float, high: float, fill: RGB) -> None:
        """An oval on the ground; nothing where there is no ground."""
        if self.surface.cover is None:
            self.oval(x, y, wide, high, fill)

    def ring(self, x: float, y: float, wide: float, high: float, fill: RGB, pen: float) -> None:
        """The line of an ellipse."""
        for draw, colour in self.surface.draws(fill):
            draw.ellipse(self._box(x, y, wide, high), outline=colour, width=self._pen(pen))

    def slab(
        self, x: float, y: float, wide: float, high: float, fill: RGB, *, round_by: float = 0.0
    ) -> None:
        """A rectangle from its upper left corner, with round corners if wanted."""
        corners = (self._pixel((x, y)), self._pixel((x + wide, y + high)))
        left, right = sorted(corner[0] for corner in corners)
        box = (left, corners[0][1], right, corners[1][1])
        for draw, colour in self.surface.draws(fill):
            draw.rounded_rectangle(box, radius=round_by * self.scale, fill=colour)

    def line(self, points: Sequence[Point], fill: RGB, pen: float) -> None:
        """A line with round joints and ends."""
        places = [self._pixel(point) for point in points]
        pen_pixels = self._pen(pen)
        half = pen_pixels / 2
        for draw, colour in self.surface.draws(fill):
            draw.line(places, fill=colour, width=pen_pixels, joint="curve")
            if pen_pixels > 3:
                for x, y in (places[0], places[-1]):
                    draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def curve(self, points: Sequence[Point], fill: RGB, pen: float) -> None:
        """A soft line through the points."""
        self.line(smooth(points, closed=False), fill, pen)

    def finished(self, width: int, height: int, *, haze: RGB = (255, 255, 255)) -> Image.Image:
        """The drawing at its final size, RGBA if the canvas was clear."""
        picture = self.surface.image.reduce(OVERSAMPLING)
        if self.surface.haze.getbbox():
            soft = self.surface.haze.filter(ImageFilter.GaussianBlur(self.surface.haze.height / 70))
            soft = soft.resize(picture.size, Image.Resampling.BILINEAR)
            # Pillow pastes a picture through a mask faster than a single colour.
            picture.paste(Image.new("RGB", picture.size, haze), (0, 0), soft)
        if self.surface.cover:
            picture.putalpha(self.surface.cover.reduce(OVERSAMPLING))
        if picture.size != (width, height):
            picture = picture.resize((width, height), Image.Resampling.BICUBIC)
        return picture

    def _pixel(self, point: Point) -> Point:
        across = -point[0] if self.flip else point[0]
        return self.origin[0] + across * self.scale, self.origin[1] + point[1] * self.scale

    def _box(self, x: float, y: float, wide: float, high: float) -> tuple[float, ...]:
        (across, down), wide, high = self._pixel((x, y)), wide * self.scale, high * self.scale
        return across - wide, down - high, across + wide, down + high

    def _pen(self, pen: float) -> int:
        return max(1, round(pen * self.scale))


def smooth(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """More points on the Catmull-Rom curve through these."""
    count = len(points)
    last = count if closed else count - 1
    return [
        _between([points[_bounded(i + step, count, closed=closed)] for step in (-1, 0, 1, 2)], part)
        for i in range(last)
        for part in (step / _STEPS_PER_POINT for step in range(_STEPS_PER_POINT))
    ] + ([] if closed else [points[-1]])


def mirrored(half: Sequence[Point]) -> list[Point]:
    """A right half, from top to bottom, with its left half."""
    return [*half, *((-x, y) for x, y in reversed(half) if x != 0)]


def _bounded(index: int, count: int, *, closed: bool) -> int:
    return index % count if closed else min(max(index, 0), count - 1)


def _between(knots: Sequence[Point], part: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = knots
    return _cubic(ax, bx, cx, dx, part), _cubic(ay, by, cy, dy, part)


def _cubic(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def _part(side: int, scale: int) -> int:
    return max(2, side // scale)


def _blend(top: RGB, bottom: RGB, share: float) -> RGB:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
    return red, green, blue


def _column(stops: Sequence[RGB], high: int) -> Image.Image:
    """One pixel wide: the stops at equal distances, mixed in between."""
    strip = Image.new("RGB", (1, len(stops)))
    strip.putdata(list(stops))
    if len(stops) == 1:
        return strip.resize((1, high))
    # The box leaves out half a stop at either end, where there is nothing to mix.
    box = (0.0, 0.5, 1.0, len(stops) - 0.5)
    return strip.resize((1, high), Image.Resampling.BILINEAR, box=box)


def _light(small: Image.Image, glow: Glow, scale: float) -> None:
    x, y, radius, colour, strength = glow
    side = max(2, round(2 * radius * scale))
    levels = [255 * strength * max(0.0, 1 - level / _GLOW_EDGE) ** 1.5 for level in range(256)]
    fade = Image.radial_gradient("L").point([round(level) for level in levels]).resize((side, side))
    small.paste(colour, (round(x * scale - side / 2), round(y * scale - side / 2)), fade)


def _span(places: Sequence[float], limit: int) -> tuple[int, int]:
    return max(0, math.floor(min(places))), min(limit, math.ceil(max(places)) + 1)
