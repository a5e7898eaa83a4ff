"""Contact sheets: many small pictures in one, for places that show a single image."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from imagelab.errors import DamagedImageError
from imagelab.imaging.decode import decode, on_screen

_GAP_PIXELS = 6
_GROUND = "white"  # paper; where it is shown, the page's own ground is not known
_QUALITIES = (80, 65, 50, 35)
_SIDES_PIXELS = (144, 112, 80)


def contact_sheet(pictures: Sequence[bytes], *, columns: int, most_bytes: int) -> bytes | None:
    """One JPEG of the pictures in rows, each whole in its square; None where none can be drawn.

    It is drawn smaller and coarser until it has at most `most_bytes`, and is None if even the
    smallest has more.
    """
    tiles = [tile for tile in map(_decoded, pictures) if tile is not None]
    for side in _SIDES_PIXELS if tiles else ():
        sheet = _laid_out(tiles, columns, side)
        for quality in _QUALITIES:
            data = _written(sheet, quality)
            if len(data) <= most_bytes:
                return data
    return None


def _decoded(data: bytes) -> Image.Image | None:
    try:
        return on_screen(decode(data)).convert("RGBA")
    except DamagedImageError:  # a catalog from elsewhere may hold anything
        return None


def _laid_out(tiles: Sequence[Image.Image], columns: int, side: int) -> Image.Image:
    across = min(columns, len(tiles))
    down = -(-len(tiles) // columns)
    step = side + _GAP_PIXELS
    sheet = Image.new("RGB", (across * step - _GAP_PIXELS, down * step - _GAP_PIXELS), _GROUND)
    for place, tile in enumerate(tiles):
        small = tile.copy()
        small.thumbnail((side, side))
        left = place % columns * step + (side - small.width) // 2
        top = place // columns * step + (side - small.height) // 2
        sheet.paste(small, (left, top), small)
    return sheet


def _written(sheet: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=quality)
    return file.getvalue()
