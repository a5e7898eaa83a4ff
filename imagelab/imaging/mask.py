"""Masks in the forms that services want them."""

from __future__ import annotations

import io

from imagelab.imaging.decode import decode


def white_where_clear(mask: bytes) -> bytes:
    """A mask that is clear where to edit, as a PNG that is white there and black elsewhere."""
    alpha = decode(mask, called="the mask").convert("RGBA").getchannel("A")
    file = io.BytesIO()
    alpha.point([255, *[0] * 255]).save(file, "PNG")
    return file.getvalue()
