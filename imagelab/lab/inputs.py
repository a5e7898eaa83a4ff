"""What a user gives as images, read into inputs before anything is sent."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Protocol, runtime_checkable

from PIL import Image

from imagelab.domain.frozen import frozen
from imagelab.domain.request import PICTURES, Input, Role
from imagelab.errors import AssetNotFoundError, InputImageError
from imagelab.handles.asset import Asset
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.handles.generation import Generation
from imagelab.imaging.accept import read_image
from imagelab.imaging.decode import decode
from imagelab.imaging.mask import Mask
from imagelab.imaging.sniff import sniff
from imagelab.lab.numbers import number_of

Fetcher = Callable[[str], bytes | None]

# An address that is not read yet is taken to be of a picture of this size.
_SUPPOSED_PIXELS = (1024, 1024)


@frozen
class Parent:
    """An asset that a verb of ours starts from, with the part it plays."""

    asset: int
    role: Role


@runtime_checkable
class _Painted(Protocol):
    """A view in which a mask is painted; widgets are heavy, and not named here."""

    @property
    def mask(self) -> object: ...


def read_inputs(
    backing: Backing, images: object, mask: object, fetch: Fetcher | None
) -> tuple[Input, ...]:
    """The inputs of a request, pictures first; an address for which `fetch` has nothing stays unread.

    An asset, its number, `"#206"`, a path, bytes, a PIL image, an array, a data URI or an
    https URL, or a sequence of them. InputImageError says which of them is none.
    """
    given = enumerate(sequence(images))
    parents = tuple(_parent(backing, place, image, fetch) for place, image in given)
    if mask is None:
        return parents
    picture = next((parent for parent in parents if parent.role in PICTURES), None)
    if picture is None:
        raise InputImageError("mask= needs the image it belongs to in images=")
    painted = mask.mask if isinstance(mask, _Painted) else mask
    given_mask = painted.png() if isinstance(painted, Mask) else painted
    return (*parents, _mask(_picture(backing, "mask", given_mask, fetch), picture))


def sequence(images: object) -> Sequence[object]:
    """What was given as `images=`, one by one."""
    if images is None:
        return ()
    if isinstance(images, Assets | Generation) and len(images) == 0:
        raise InputImageError(f"images={images!r} has no image to start from")
    if isinstance(images, list | tuple | Assets | Generation):
        return list(images)
    return (images,)


def _parent(backing: Backing, place: int, given: object, fetch: Fetcher | None) -> Input:
    """An input with its role: what comes first is changed, what follows is looked at."""
    if isinstance(given, Parent):
        return replace(_of_asset(backing, given.asset), role=given.role)
    picture = _picture(backing, "images", given, fetch)
    return replace(picture, role="reference") if place else picture


def _picture(backing: Backing, name: str, given: object, fetch: Fetcher | None) -> Input:
    match given:
        case Asset():
            return _of_asset(backing, given.id, given.uuid)
        case bool():
            raise InputImageError(f"{name}={given!r} is not an image")
        case Integral():
            return _of_asset(backing, int(given))
        case str() if given.startswith("#") and (number := number_of(given)):
            return _of_asset(backing, number)
        case str() if given.lower().startswith(("https://", "http://")):
            return _of_url(given, fetch(given) if fetch else None)
        case _:
            return _of_bytes(read_image(given))


def _of_asset(backing: Backing, number: int, uuid: str | None = None) -> Input:
    """The asset's original; a handle of another lab, whose numbers are its own, is refused."""
    try:
        row = backing.asset_row(number)
    except AssetNotFoundError:
        if uuid is None:
            raise
        raise _elsewhere(number) from None
    if uuid not in (None, row.uuid):
        raise _elsewhere(number)
    data = backing.original(row.sha256)
    return Input(row.sha256, "input", data, row.format, row.width, row.height, row.uuid)


def _elsewhere(number: int) -> InputImageError:
    return InputImageError(
        f"asset #{number} is of another lab; give its bytes with .read(), and they are imported here"
    )


def _of_url(url: str, data: bytes | None) -> Input:
    if data is None:
        name = hashlib.sha256(url.encode()).hexdigest()
        return Input(name, "input", b"", "jpeg", *_SUPPOSED_PIXELS, url=url)
    return _of_bytes(read_image(data), url=url)


def _of_bytes(data: bytes, url: str | None = None) -> Input:
    header = sniff(data)
    name = hashlib.sha256(data).hexdigest()
    return Input(name, "input", data, header.format, header.width, header.height, url=url)


def _mask(given: Input, picture: Input) -> Input:
    """A PNG of the picture's size whose clear pixels are where to edit."""
    if not given.data:
        return Input(given.sha256, "mask", b"", "png", picture.width, picture.height, url=given.url)
    image = decode(given.data, called="the mask").convert("RGBA")
    if picture.data and image.size != (picture.width, picture.height):
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
    return Input(
        name, "mask", data, "png", image.width, image.height, asset=given.asset, url=given.url
    )


def _as_png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
