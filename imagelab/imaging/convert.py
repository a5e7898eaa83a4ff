"""An image in another format: a copy, never the original."""

from __future__ import annotations

import io

from PIL import Image

_QUALITY = 95  # of a converted copy; PNG takes no notice


def converted(image: Image.Image, wanted: str) -> bytes:
    """The image in another format; as JPEG, what is see-through becomes white."""
    file = io.BytesIO()
    ready = on_white(image) if wanted == "jpeg" else image
    ready.save(file, wanted.upper(), quality=_QUALITY)
    return file.getvalue()


def on_white(image: Image.Image) -> Image.Image:
    """As it looks on paper: what lies under transparent pixels may be anything."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
