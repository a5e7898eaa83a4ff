"""Pictures for a cell: small copies that together stay within what a saved notebook can bear."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache

from imagelab.errors import DamagedImageError
from imagelab.imaging.decode import decode
from imagelab.imaging.thumbnail import thumbnail

Picture = tuple[bytes, str]  # bytes and media type

# All pictures of one output; with base64's third more, its HTML stays under 100 kB.
MOST_BYTES = 64_000
_SIDES_PIXELS = (240, 160, 120, 88, 64)


def fitting(
    pictures: Sequence[Picture | None], most_bytes: int = MOST_BYTES
) -> list[Picture | None]:
    """The pictures as they are if there is room, else all made smaller until there is.

    One that is too large even at the smallest side is left out.
    """
    shown = list(pictures)
    for side in _SIDES_PIXELS:
        if _size(shown) <= most_bytes:
            return shown
        shown = [picture and _smaller(picture, side) for picture in pictures]
    if _size(shown) <= most_bytes:
        return shown
    share = most_bytes // max(1, len(shown))
    return [picture if picture and len(picture[0]) <= share else None for picture in shown]


@lru_cache(maxsize=4)  # it is drawn again and again while one waits
def rough(data: bytes) -> Picture | None:
    """A small copy of a picture that a provider sent ahead; None for what is none."""
    return _smaller((data, ""), _SIDES_PIXELS[0])


def data_uri(picture: Picture) -> str:
    """The picture as an address that holds it."""
    data, media_type = picture
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _size(pictures: Sequence[Picture | None]) -> int:
    return sum(len(picture[0]) for picture in pictures if picture)


def _smaller(picture: Picture, side: int) -> Picture | None:
    try:
        data = thumbnail(decode(picture[0]), side)
    except DamagedImageError:  # a catalog from elsewhere may hold anything
        return None
    return data, "image/jpeg" if data.startswith(b"\xff\xd8") else "image/webp"
