"""Saving an image under a name: which format the name means, and turning one into another."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

_SUFFIXES = {"png": (".png",), "jpeg": (".jpg", ".jpeg"), "webp": (".webp",)}
_QUALITY = 95  # of a converted copy; PNG takes no notice


def format_of_name(path: str | Path) -> str | None:
    """The format a file's name promises; None for one that imagelab does not write.

    >>> format_of_name("fox.JPG"), format_of_name("fox.tiff")
    ('jpeg', None)
    """
    suffix = Path(path).suffix.lower()
    return next((name for name, known in _SUFFIXES.items() if suffix in known), None)


def converted(image: Image.Image, wanted: str) -> bytes:
    """The image in another format; as JPEG, what is see-through becomes white."""
    file = io.BytesIO()
    ready = _on_white(image) if wanted == "jpeg" else image
    ready.save(file, wanted.upper(), quality=_QUALITY)
    return file.getvalue()


def misnamed(number: int, format: str, target: Path) -> str:  # noqa: A002 - the word everyone uses for it
    """Why an asset of this format is not saved under this name, and what to do."""
    better = (target.stem or str(number)) + _SUFFIXES[format][0]
    if format_of_name(target):
        return (
            f"asset #{number} is {format}, and {target.name!r} is not named so; save it as "
            f"{better!r}, or pass convert=True"
        )
    return (
        f"asset #{number} cannot be saved as {target.name!r}: a name ends in .png, .jpg, .jpeg or "
        f".webp; save it as {better!r}"
    )


def _on_white(image: Image.Image) -> Image.Image:
    """As it looks on paper: what lies under transparent pixels may be anything."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
