"""Sees to it that a picture really carries the colours its prompt names."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageOps

from imagelab.sandbox.colour import RGB, chroma, tone

ENOUGH = 0.055  # share of the pixels that must lie near a named hue
_LOOK = 40  # pixels across of the sample that is counted
_NEAR = 16  # steps of hue, of 256, that count as the same colour
_LEAST_CHROMA = 0.05  # below it a colour is a grey, which any picture has
_LEAST_SATURATION = 50
_LEAST_VALUE = 40


def carrying(picture: Image.Image, named: Sequence[RGB]) -> Image.Image:
    """The picture, with light of each missing colour falling in from above or below."""
    for index, colour in enumerate(named):
        if chroma(colour) > _LEAST_CHROMA and share_near(picture, colour) < ENOUGH:
            picture = _lit(picture, colour, from_above=index % 2 == 0)
    return picture


def share_near(picture: Image.Image, colour: RGB) -> float:
    """How much of a picture, 0–1, has the hue of a colour.

    >>> share_near(Image.new("RGB", (8, 8), (0, 120, 110)), (0, 128, 128))
    1.0
    """
    sample = picture.convert("RGB").resize((_LOOK, _LOOK), Image.Resampling.NEAREST)
    hue = Image.new("RGB", (1, 1), colour).convert("HSV").tobytes()[0]
    seen = sample.convert("HSV").tobytes()
    pixels = zip(seen[0::3], seen[1::3], seen[2::3], strict=True)
    near = sum(
        (other - hue + _NEAR) % 256 <= 2 * _NEAR
        for other, saturation, value in pixels
        if saturation > _LEAST_SATURATION and value > _LEAST_VALUE
    )
    return near / _LOOK**2


def _lit(picture: Image.Image, colour: RGB, *, from_above: bool) -> Image.Image:
    shades = tone(colour, 0.24), tone(colour, 0.93)
    light = ImageOps.colorize(picture.convert("L"), *shades, mid=tone(colour, 0.62))
    fade = Image.linear_gradient("L").point(
        [max(0, 190 - round(level * 1.5)) for level in range(256)]
    )
    fade = fade if from_above else ImageOps.flip(fade)
    return Image.composite(light, picture, fade.resize(picture.size, Image.Resampling.BILINEAR))
