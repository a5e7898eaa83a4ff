"""Masks: which part of an image an edit may change, and the forms that services want them in.

OpenAI takes a picture of the image's size whose clear pixels are where to edit
(https://platform.openai.com/docs/api-reference/images/createEdit); others take one that is
white there. A `Mask` is neither: it says for each pixel whether it changes.
"""

from __future__ import annotations

import io
from dataclasses import field
from typing import Any, Protocol

from PIL import Image, ImageChops

from imagelab.domain.frozen import frozen
from imagelab.errors import InputImageError
from imagelab.imaging.accept import read_image
from imagelab.imaging.decode import decode

_CHANGES, _STAYS = 255, 0


class Sized(Protocol):
    """An asset, a PIL image, or another mask: whatever has a size in pixels."""

    @property
    def width(self) -> int:
        """Pixels across."""
        ...

    @property
    def height(self) -> int:
        """Pixels down."""
        ...


@frozen
class Mask:
    """Which pixels an edit may change; exactly the size of the image it is for.

    `pixels` has one byte a pixel, row by row from the top: 255 where it changes, 0 where it
    stays, between them where an image was half clear. Masks of one size can be joined with
    `|`, cut with `&`, and turned round with `~`.

    >>> mask = Mask.rect(0, 0, 2, 1, of=(4, 2))
    >>> mask, (~mask).share
    (Mask(4×2, 25.0 % changes), 0.75)
    """

    width: int
    height: int
    pixels: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or len(self.pixels) != self.width * self.height:
            raise InputImageError(
                f"a mask of {self.width}×{self.height} has one byte a pixel; "
                f"{len(self.pixels):,} were given"
            )

    @classmethod
    def rect(cls, x: int, y: int, width: int, height: int, *, of: Sized | tuple[int, int]) -> Mask:
        """A rectangle from its upper left corner, in pixels of the image it is for.

        `of` is that image, or its width and height. What lies outside is cut off;
        InputImageError where nothing is left.

        >>> Mask.rect(300, 100, 400, 300, of=(1024, 1024))
        Mask(1024×1024, 11.4 % changes)
        """
        across, down = of if isinstance(of, tuple) else (of.width, of.height)
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + width, across), min(y + height, down)
        if left >= right or top >= bottom:
            raise InputImageError(
                f"the rectangle {width}×{height} at {x}, {y} has no pixel of an image of "
                f"{across}×{down}"
            )
        image = Image.new("L", (across, down), _STAYS)
        image.paste(_CHANGES, (left, top, right, bottom))
        return cls._of(image)

    @classmethod
    def array(cls, array: object) -> Mask:
        """An array of (height, width): what is not 0, or True, changes.

        InputImageError for another shape.

        >>> import numpy as np
        >>> Mask.array(np.eye(4, dtype=bool))
        Mask(4×4, 25.0 % changes)
        """
        image = decode(read_image(array), called="the array")
        if image.mode not in {"1", "L"}:
            raise InputImageError(
                "an array for a mask has the shape (height, width), without channels; "
                "Mask.alpha and Mask.white read images"
            )
        return cls._of(image.convert("L").point([_STAYS, *[_CHANGES] * 255]))

    @classmethod
    def alpha(cls, image: object) -> Mask:
        """From an image that is clear where it changes, as OpenAI takes them.

        An asset's `.image`, a path, bytes, a PIL image or an array. InputImageError where
        nothing of it is clear.

        >>> half = Image.new("RGBA", (4, 2), "black")
        >>> half.paste("#0000", (0, 0, 2, 2))
        >>> Mask.alpha(half)
        Mask(4×2, 50.0 % changes)
        """
        alpha = decode(read_image(image), called="the mask").convert("RGBA").getchannel("A")
        if alpha.getextrema()[0] != 0:
            raise InputImageError(
                "the mask has no clear pixel; where its alpha is 0 is where the image changes"
            )
        return cls._of(ImageChops.invert(alpha))

    @classmethod
    def white(cls, image: object) -> Mask:
        """From an image that is white where it changes and black where it stays.

        An asset's `.image`, a path, bytes, a PIL image or an array.

        >>> Mask.white(Image.new("L", (4, 2), "white"))
        Mask(4×2, 100.0 % changes)
        """
        return cls._of(decode(read_image(image), called="the mask").convert("L"))

    @property
    def share(self) -> float:
        """How much of the image changes, from 0 to 1."""
        return sum(self.pixels) / (_CHANGES * len(self.pixels))

    @property
    def image(self) -> Image.Image:
        """As a PIL image of mode L, white where it changes."""
        return Image.frombytes("L", (self.width, self.height), self.pixels)

    def png(self) -> bytes:
        """As a PNG that is clear where it changes: what `mask=` takes everywhere here.

        >>> Mask.rect(0, 0, 2, 1, of=(4, 2)).png()[1:4]
        b'PNG'
        """
        clear = Image.new("RGBA", (self.width, self.height), "black")
        clear.putalpha(ImageChops.invert(self.image))
        return _png(clear)

    def __or__(self, other: Mask) -> Mask:
        """What either of them changes."""
        return self._of(ImageChops.lighter(self.image, self._fitting(other).image))

    def __and__(self, other: Mask) -> Mask:
        """What both of them change."""
        return self._of(ImageChops.darker(self.image, self._fitting(other).image))

    def __invert__(self) -> Mask:
        """What it leaves as it is."""
        return self._of(ImageChops.invert(self.image))

    def __repr__(self) -> str:
        return f"Mask({self.width}×{self.height}, {self.share:.1%} changes)".replace("%", " %")

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """The mask in a notebook, white where it changes."""
        small = self.image
        small.thumbnail((256, 256))
        return {"text/plain": repr(self), "image/png": _png(small)}

    def _fitting(self, other: Mask) -> Mask:
        if (other.width, other.height) != (self.width, self.height):
            raise InputImageError(
                f"a mask of {other.width}×{other.height} does not go with one of "
                f"{self.width}×{self.height}"
            )
        return other

    @classmethod
    def _of(cls, image: Image.Image) -> Mask:
        return cls(image.width, image.height, image.tobytes())


def white_where_clear(mask: bytes) -> bytes:
    """A mask that is clear where to edit, as a PNG that is white there and black elsewhere."""
    alpha = decode(mask, called="the mask").convert("RGBA").getchannel("A")
    return _png(alpha.point([255, *[0] * 255]))


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
