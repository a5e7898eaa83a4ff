"""A family as one JPEG, for places that show a single picture: thumbnails, and lines between them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from imagelab.domain.family_layout import Layout
from imagelab.domain.frozen import frozen
from imagelab.errors import DamagedImageError
from imagelab.imaging.decode import decode, on_screen

_SIDES = (84, 64, 48, 32)  # of a member, smaller the more there are; its number stays readable
_BESIDE, _BELOW, _MARGIN = 54, 24, 10
_NUMBER = 56  # a number of seven digits, under the last column too
_GROUND, _LINE, _INK, _FOCUS = "white", "#8fa3ad", "#444444", "#1976d2"
_QUALITIES = (82, 65, 50, 35)
_MOST_PIXELS = 12_000_000


def family_picture(
    layout: Layout,
    thumbnails: Mapping[int, bytes],
    ways: Sequence[tuple[int, int]],
    *,
    focus: int,
    most_bytes: int,
) -> bytes | None:
    """The members in their columns; None where it would be larger even at its coarsest."""
    sides = [side for side in _SIDES if _about_bytes(_Places(layout, side)) <= most_bytes]
    for side in sides or _SIDES[-1:]:
        drawn = _drawn(_Places(layout, side), thumbnails, ways, focus)
        written = drawn and _written(drawn, most_bytes)
        if written:
            return written
    return None


@frozen
class _Places:
    """Where each member's square is, in pixels."""

    layout: Layout
    side: int

    @property
    def size(self) -> tuple[int, int]:
        words = max(self.side, _NUMBER)
        width = (self.layout.width - 1) * (self.side + _BESIDE) + words
        height = self.layout.height * (self.side + _BELOW) - _BELOW + 14
        return width + 2 * _MARGIN, height + 2 * _MARGIN

    def of(self, number: int) -> tuple[int, int]:
        x = self.layout.columns[number] * (self.side + _BESIDE)
        return _MARGIN + x, round(_MARGIN + self.layout.rows[number] * (self.side + _BELOW))


def _about_bytes(places: _Places) -> int:
    """What it will come to as a JPEG at a middling quality: the ground, the words, the pictures.

    As measured with small copies of pictures of every kind; it saves drawing what cannot fit.
    """
    width, height = places.size
    members = len(places.layout.columns)
    return width * height // 70 + 300 * members + members * places.side**2 // 7


def _drawn(
    places: _Places, thumbnails: Mapping[int, bytes], ways: Sequence[tuple[int, int]], focus: int
) -> Image.Image | None:
    width, height = places.size
    if not 0 < width * height <= _MOST_PIXELS:
        return None
    image = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(image)
    for parent, child in ways:
        _way(draw, places.of(parent), places.of(child), places.side)
    for number in places.layout.columns:
        _member(image, draw, places.of(number), places.side, number, thumbnails.get(number))
    if focus in places.layout.columns:
        x, y = places.of(focus)
        side = places.side
        draw.rectangle((x - 3, y - 3, x + side + 2, y + side + 2), outline=_FOCUS, width=3)
    return image


def _way(
    draw: ImageDraw.ImageDraw, parent: tuple[int, int], child: tuple[int, int], side: int
) -> None:
    start = (parent[0] + side, parent[1] + side // 2)
    end = (child[0], child[1] + side // 2)
    middle = (start[0] + end[0]) // 2
    draw.line((start, (middle, start[1]), (middle, end[1]), end), fill=_LINE, width=2)


def _member(
    image: Image.Image,
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    side: int,
    number: int,
    thumbnail: bytes | None,
) -> None:
    x, y = at
    draw.rectangle((x, y, x + side - 1, y + side - 1), fill="#eeeeee")
    tile = _tile(thumbnail, side)
    if tile is not None:
        clear = tile if tile.has_transparency_data else None
        image.paste(tile, (x + (side - tile.width) // 2, y + (side - tile.height) // 2), clear)
    draw.text((x + 2, y + side + 2), f"#{number}", fill=_INK, font=_font())


@cache
def _font() -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(11)


def _tile(thumbnail: bytes | None, side: int) -> Image.Image | None:
    if thumbnail is None:
        return None
    try:
        tile = on_screen(decode(thumbnail))
    except DamagedImageError:  # a catalog from elsewhere may hold anything
        return None
    tile = tile.convert("RGBA" if tile.has_transparency_data else "RGB")
    tile.thumbnail((side, side), Image.Resampling.BOX)
    return tile


def _written(image: Image.Image, most_bytes: int) -> bytes | None:
    for quality in _QUALITIES:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        if file.tell() <= most_bytes:
            return file.getvalue()
    return None
