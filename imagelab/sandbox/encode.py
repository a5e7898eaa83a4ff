"""From a commission to bytes: paint it, then write it as the file that was asked for."""

from __future__ import annotations

import io
import os
from dataclasses import field
from functools import lru_cache
from typing import Literal

from PIL import Image

from imagelab.domain.frozen import frozen
from imagelab.sandbox.painter import paint
from imagelab.sandbox.png import png

Format = Literal["png", "jpeg", "webp"]

CONTENT_TYPES: dict[Format, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
SKETCH = "IMAGELAB_SANDBOX_SKETCH"
_FORMATS = tuple(name.upper() for name in CONTENT_TYPES)


@frozen
class Commission:
    """All that decides a picture, down to its last byte; sizes in pixels."""

    prompt: str
    seed: int
    width: int
    height: int
    format: Format
    compression: int = 100
    transparent: bool = False
    inputs: tuple[bytes, ...] = field(default=(), repr=False)
    mask: bytes | None = field(default=None, repr=False)


def rendered(commission: Commission) -> bytes:
    """The file; equal commissions give equal bytes, and the last few are remembered.

    With `IMAGELAB_SANDBOX_SKETCH=4` it is drawn at a quarter of its size and enlarged, which
    takes a third of the time: for tests, and for trying things out by the thousand.
    """
    return _rendered(commission, max(1, int(os.environ.get(SKETCH, "1"))))


@lru_cache(maxsize=8)  # what has an address is read more than once
def _rendered(commission: Commission, coarse: int) -> bytes:
    painting = paint(
        commission.prompt,
        commission.seed,
        -(-commission.width // coarse),
        -(-commission.height // coarse),
        transparent=commission.transparent,
        inputs=[decoded(data) for data in commission.inputs],
        mask=decoded(commission.mask) if commission.mask else None,
    )
    if coarse > 1:
        painting = painting.resize((commission.width, commission.height), Image.Resampling.NEAREST)
    return encoded(painting, commission.format, commission.compression)


def decoded(data: bytes) -> Image.Image:
    """A PNG, JPEG or WebP with its pixels loaded; OSError or ValueError if it is not one."""
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        image.load()
    except (SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"picture: {error}") from error
    return image


def encoded(image: Image.Image, form: Format, compression: int = 100) -> bytes:
    """The picture as a file; JPEG has no transparency and gets white instead."""
    if form == "png":
        return png(image)
    file = io.BytesIO()
    match form:
        case "jpeg":
            _opaque(image).save(file, "JPEG", quality=max(1, min(compression, 95)))
        case "webp":
            image.save(file, "WEBP", quality=compression, method=0)
    return file.getvalue()


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper
