"""The same picture again? 64 bits that stay when a picture is encoded or sized anew.

The picture is seen as 32×32 greys and taken apart into waves (a discrete cosine
transform); each of the 8×8 slowest gives a bit, whether it is there with a positive sign.
Colour alone does not count: a red and a green balloon of one brightness are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, pi
from operator import mul

from PIL import Image

from imagelab.imaging.decode import on_screen

_SIDE, _WAVES = 32, 8
_MID_GREY = 128
# A wave fainter than this is noise: a quarter of a grey level over the whole picture.
# Without it the bits of plain and simple pictures would be tossed by every encoder.
_FAINT = _SIDE * _SIDE / 16
_COSINES = [
    [cos(pi * wave * (2 * x + 1) / (2 * _SIDE)) for x in range(_SIDE)] for wave in range(_WAVES)
]
_MASK = 2**64 - 1


def likeness(image: Image.Image) -> int:
    """A perceptual hash as a signed 64-bit integer, as SQLite stores them.

    What is see-through is laid on middle grey. Compare two by `distance`.

    >>> likeness(Image.new("RGB", (64, 64), "black"))
    0
    """
    bits = 0
    for there in _bits(_greys(image)):
        bits = bits << 1 | there
    return bits - 2**64 if bits >> 63 else bits


def distance(a: int, b: int) -> int:
    """In how many of the 64 bits two hashes differ: up to 6 the same picture, 32 by chance.

    >>> distance(-1, 0)
    64
    """
    return ((a ^ b) & _MASK).bit_count()


def _greys(image: Image.Image) -> bytes:
    """32×32 greys, row by row; the sides are squeezed to fit."""
    seen = on_screen(image)
    across, down = (max(1, side // (4 * _SIDE)) for side in seen.size)
    near = seen.reduce((across, down))  # fast, and leaves enough for a good filter
    if near.mode == "RGBA":
        ground = Image.new("RGBA", near.size, (_MID_GREY,) * 3)
        near = Image.alpha_composite(ground, near)
    return near.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).tobytes()


def _bits(greys: bytes) -> Iterator[bool]:
    rows = [_waves(greys[start : start + _SIDE]) for start in range(0, len(greys), _SIDE)]
    table = [_waves(column) for column in zip(*rows, strict=True)]
    # The slowest wave is the mean: the one bit that tells light from dark.
    table[0][0] -= _MID_GREY * _SIDE * _SIDE
    return (strength > _FAINT for column in table for strength in column)


def _waves(line: Sequence[float]) -> list[float]:
    return [sum(map(mul, cosine, line)) for cosine in _COSINES]
