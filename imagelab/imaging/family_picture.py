"""A family as one JPEG, for places that show a single picture: thumbnails, and lines between them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

from PIL import Image, ImageDraw, ImageFont

from imagelab.domain.family_layout import Layout
from imagelab.errors import DamagedImageError
from imagelab.imaging.decode import decode, on_screen

_SIDE, _COLUMN, _ROW, _MARGIN = 84, 138, 112, 10
_GROUND, _LINE, _INK, _FOCUS = "white", "#8fa3ad", "#444444", "#1976d2"
_QUALITIES = (82, 65, 50, 35)
_SCALES = (1.0, 0.75, 0.5)
_MOST_PIXELS = 12_000_000


def family_picture(
    layout: Layout,
    thumbnails: Mapping[int, bytes],
    ways: Iterable[tuple[int, int]],
    *,
    focus: int,
    most_bytes: int,
) -> bytes | None:
    """The members in their columns; None where it would be larger even at its coarsest."""
    width = layout.width * _COLUMN - (_COLUMN - _SIDE) + 2 * _MARGIN
    height = layout.height * _ROW - (_ROW - _SIDE) + 2 * _MARGIN + 14
    if not 0 < width * height <= _MOST_PIXELS:
        return None
    image = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(image)
    for parent, child in ways:
        _way(draw, _place(layout, parent), _place(layout, child))
    for number in layout.columns:
        _member(image, draw, _place(layout, number), number, thumbnails.get(number))
    if focus in layout.columns:
        x, y = _place(layout, focus)
        draw.rectangle((x - 3, y - 3, x + _SIDE + 2, y + _SIDE + 2), outline=_FOCUS, width=3)
    return _written(image, most_bytes)


def _place(layout: Layout, number: int) -> tuple[int, int]:
    x = _MARGIN + layout.columns[number] * _COLUMN
    return x, round(_MARGIN + layout.rows[number] * _ROW)


def _way(draw: ImageDraw.ImageDraw, parent: tuple[int, int], child: tuple[int, int]) -> None:
    start = (parent[0] + _SIDE, parent[1] + _SIDE // 2)
    end = (child[0], child[1] + _SIDE // 2)
    middle = (start[0] + end[0]) // 2
    draw.line((start, (middle, start[1]), (middle, end[1]), end), fill=_LINE, width=2)


def _member(
    image: Image.Image,
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    number: int,
    thumbnail: bytes | None,
) -> None:
    x, y = at
    draw.rectangle((x, y, x + _SIDE - 1, y + _SIDE - 1), fill="#eeeeee")
    tile = _tile(thumbnail)
    if tile is not None:
        image.paste(tile, (x + (_SIDE - tile.width) // 2, y + (_SIDE - tile.height) // 2), tile)
    draw.text((x + 2, y + _SIDE + 2), f"#{number}", fill=_INK, font=ImageFont.load_default(11))


def _tile(thumbnail: bytes | None) -> Image.Image | None:
    if thumbnail is None:
        return None
    try:
        tile = on_screen(decode(thumbnail)).convert("RGBA")
    except DamagedImageError:  # a catalog from elsewhere may hold anything
        return None
    tile.thumbnail((_SIDE, _SIDE))
    return tile


def _written(image: Image.Image, most_bytes: int) -> bytes | None:
    for scale in _SCALES:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        drawn = image if scale == 1 else image.resize(size)
        for quality in _QUALITIES:
            file = io.BytesIO()
            drawn.save(file, "JPEG", quality=quality)
            if file.tell() <= most_bytes:
                return file.getvalue()
    return None
