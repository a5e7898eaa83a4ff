"""What a user gives as images, read into inputs before anything is sent."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from imagelab.domain.request import Input
from imagelab.errors import InputImageError
from imagelab.handles.asset import Asset
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.imaging.accept import read_image
from imagelab.imaging.decode import decode
from imagelab.imaging.sniff import sniff

# An address that is only quoted is not fetched; its picture is taken to be of this size.
_SUPPOSED_PIXELS = (1024, 1024)

Fetcher = Callable[[str], bytes]


def read_inputs(
    backing: Backing, images: object, mask: object, fetch: Fetcher | None
) -> tuple[Input, ...]:
    """The inputs of a request, pictures first; `fetch=None` leaves addresses unread.

    An asset, its number, `"#206"`, a path, bytes, a PIL image, an array, a data URI or an
    https URL, or a sequence of them. InputImageError says which of them is none.
    """
    pictures = [_picture(backing, given, fetch) for given in _sequence(images)]
    if mask is None:
        return tuple(pictures)
    if not pictures:
        raise InputImageError("mask= needs the image it belongs to in images=")
    return (*pictures, _mask(mask, pictures[0]))


def _sequence(images: object) -> Sequence[object]:
    if images is None:
        return ()
    if isinstance(images, list | tuple | Assets):
        return list(images)
    return (images,)


def _picture(backing: Backing, given: object, fetch: Fetcher | None) -> Input:
    match given:
        case Asset():
            return _of_asset(backing, given.id)
        case bool():
            raise InputImageError(f"images={given!r} is not an image")
        case int():
            return _of_asset(backing, given)
        case str() if given.startswith("#") and given[1:].isdecimal():
            return _of_asset(backing, int(given[1:]))
        case str() if given.lower().startswith(("https://", "http://")):
            return _of_url(given, fetch)
        case _:
            return _of_bytes(read_image(given))


def _of_asset(backing: Backing, number: int) -> Input:
    row = backing.asset_row(number)
    data = backing.original(row.sha256)
    return Input(row.sha256, "input", data, row.format, row.width, row.height, row.uuid)


def _of_url(url: str, fetch: Fetcher | None) -> Input:
    if fetch is None:
        name = hashlib.sha256(url.encode()).hexdigest()
        return Input(name, "input", b"", "jpeg", *_SUPPOSED_PIXELS, url=url)
    return _of_bytes(read_image(fetch(url)), url=url)


def _of_bytes(data: bytes, url: str | None = None) -> Input:
    header = sniff(data)
    name = hashlib.sha256(data).hexdigest()
    return Input(name, "input", data, header.format, header.width, header.height, url=url)


def _mask(given: Any, picture: Input) -> Input:  # noqa: ANN401 - whatever can be an image
    """A PNG of the picture's size whose clear pixels are where to edit."""
    image = decode(read_image(given), called="the mask").convert("RGBA")
    if image.size != (picture.width, picture.height):
        raise InputImageError(
            f"the mask is {image.width}×{image.height} and its image "
            f"{picture.width}×{picture.height}; a mask has exactly its image's size"
        )
    lowest = image.getchannel("A").getextrema()[0]
    if lowest != 0:
        raise InputImageError(
            "the mask has no clear pixel; where its alpha is 0 is where the image changes"
        )
    data = _as_png(image)
    name = hashlib.sha256(data).hexdigest()
    return Input(name, "mask", data, "png", image.width, image.height)


def _as_png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
