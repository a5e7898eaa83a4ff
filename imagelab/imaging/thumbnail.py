"""Thumbnails: small copies for grids and cells, made once."""

from __future__ import annotations

import io

from PIL import Image

from imagelab.imaging.decode import on_screen

LONGEST_PIXELS = 320
_QUALITY = 82
# WebP's effort, 0–6. Measured at 320 pixels: 4 takes twice the time for a tenth fewer bytes.
_EFFORT = 2


def thumbnail(image: Image.Image, longest: int = LONGEST_PIXELS) -> bytes:
    """A copy at most `longest` pixels on its long side, never enlarged, without metadata.

    JPEG, or WebP where the image is see-through somewhere, so that the ground of the page
    shows; the first bytes tell which. Colours are those of the numbers in the file: an ICC
    profile is dropped, not applied.
    """
    small = _shrunk(on_screen(image), longest)
    small.info = {}
    file = io.BytesIO()
    if small.mode == "RGBA":
        small.save(file, "WEBP", quality=_QUALITY, method=_EFFORT)
    else:
        small.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def has_transparency(image: Image.Image) -> bool:
    """Whether any pixel is see-through; an alpha channel of 255 throughout is not.

    >>> has_transparency(Image.new("RGBA", (8, 8), (255, 0, 0, 255)))
    False
    """
    return on_screen(image).mode == "RGBA"


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    """A new image of the same shape, at most `longest` pixels on its long side."""
    scale = min(1, longest / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    # Box averages to one and a half times the size or more, then one filter over what is
    # left: to within a hundredth of Lanczos over all, and several times as fast.
    factor = max(1, int(1 / scale / 1.5))
    near = image.reduce(factor) if factor > 1 else image
    return near.resize((width, height), Image.Resampling.HAMMING)
