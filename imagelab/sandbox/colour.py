"""Colours as the eye orders them: mixing and toning in OKLab instead of RGB.

The matrices are Björn Ottosson's, https://bottosson.github.io/posts/oklab/.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

RGB = tuple[int, int, int]

# Yellow loses its name in the dark: it turns to olive unless the hue goes towards red.
_YELLOW = (math.radians(60), math.radians(112))
_TO_BROWN = math.radians(75)  # for a fall in lightness of 1


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """`share` 0 is the first colour, 1 the second.

    >>> mix((0, 0, 0), (255, 255, 255), 0.5)
    (99, 99, 99)
    """
    if share <= 0 or first == second:
        return first
    if share >= 1:
        return second
    pairs = zip(_lab(first), _lab(second), strict=True)
    light, green_red, blue_yellow = (a + (b - a) * share for a, b in pairs)
    return _rgb(light, green_red, blue_yellow)


def tone(colour: RGB, light: float, *, vivid: float = 1.0, turn: float = 0.0) -> RGB:
    """The colour at another lightness (0–1), chroma times `vivid`, hue turned by degrees.

    >>> tone((0, 128, 128), 0.9, vivid=0.4)
    (195, 230, 229)
    """
    own, green_red, blue_yellow = _lab(colour)
    chroma = math.hypot(green_red, blue_yellow) * vivid
    angle = math.atan2(blue_yellow, green_red) + math.radians(turn)
    light = min(max(light, 0.0), 1.0)
    if _YELLOW[0] < angle < _YELLOW[1]:
        angle -= _TO_BROWN * max(0.0, own - light)
    while chroma > 0.004 and not _fits(light, chroma, angle):
        chroma *= 0.94
    return _rgb(light, chroma * math.cos(angle), chroma * math.sin(angle))


def lightness(colour: RGB) -> float:
    """How light it looks, 0–1."""
    return _lab(colour)[0]


def chroma(colour: RGB) -> float:
    """How far from grey it is, 0 to about 0.32."""
    return math.hypot(*_lab(colour)[1:])


def lighter(fill: RGB, by: float = 0.1) -> RGB:
    """The side towards the light."""
    return tone(fill, min(0.97, lightness(fill) + by))


def darker(fill: RGB, by: float = 0.12) -> RGB:
    """The side away from the light."""
    return tone(fill, max(0.1, lightness(fill) - by))


def warmth(colour: RGB) -> float:
    """From blue, below 0, to yellow and red, above."""
    _, green_red, blue_yellow = _lab(colour)
    return blue_yellow + green_red * 0.4


def _fits(light: float, chroma: float, angle: float) -> bool:
    linear = _linear(light, chroma * math.cos(angle), chroma * math.sin(angle))
    return all(-0.002 <= channel <= 1.002 for channel in linear)


def _rgb(light: float, green_red: float, blue_yellow: float) -> RGB:
    red, green, blue = (_encoded(channel) for channel in _linear(light, green_red, blue_yellow))
    return red, green, blue


def _linear(light: float, a: float, b: float) -> tuple[float, float, float]:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _encoded(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    curved = channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(curved * 255)


@cache
def _decoded(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else math.pow((share + 0.055) / 1.055, 2.4)


@lru_cache(maxsize=4096)
def _lab(colour: RGB) -> tuple[float, float, float]:
    red, green, blue = (_decoded(channel) for channel in colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
