"""Bytes into pixels: always the whole image, and one error whatever is wrong with it."""

from __future__ import annotations

import io

from PIL import (
    ExifTags,
    Image,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from imagelab.errors import DamagedImageError
from imagelab.imaging.sniff import NAMES, Format, sniff

# Opened by class and not by `Image.open`, which warns of large images in the name of the
# user's session, lets other plugins have a try, and takes a phone's JPEG for an MPO.
_PLUGINS: dict[Format, type[ImageFile.ImageFile]] = {
    "png": PngImagePlugin.PngImageFile,
    "jpeg": JpegImagePlugin.JpegImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}


def decode(data: bytes, *, called: str = "this") -> Image.Image:
    """All pixels of a PNG, JPEG or WebP, upright; of an animation, the first frame.

    The mode is the file's own. EXIF orientation is applied to what is returned, never to
    the bytes. Raises DamagedImageError, and nothing else, for whatever cannot be decoded;
    `called` begins its sentence. A PNG is also checked against its checksums. A JPEG or
    WebP has none: one with a flipped byte may pass, and only the hash of the bytes can tell.
    """
    header = sniff(data, called=called)
    plugin = _PLUGINS[header.format]
    try:
        plugin(io.BytesIO(data)).verify()  # does something for PNG only, and uses it up
        image = plugin(io.BytesIO(data))
        _agree(image.size, (header.width, header.height))
        image.load()
        _check_palette(image)
    except Exception as error:  # a broken file raises anything, from EOFError to struct.error
        reason = str(error) or type(error).__name__
        raise DamagedImageError(
            f"{called} is a damaged {NAMES[header.format]} ({len(data):,} bytes): {reason}"
        ) from error
    return _upright(image)


def on_screen(image: Image.Image) -> Image.Image:
    """The picture as it is seen: mode L or RGB, or RGBA where something is see-through.

    The image itself if it is in that mode already.

    >>> on_screen(Image.new("RGBA", (8, 8), (255, 0, 0, 255))).mode
    'RGB'
    """
    if image.mode == "I;16":
        # `convert` would clip all that is above 255 to white.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        layered = image if image.mode == "RGBA" else image.convert("RGBA")
        clear = layered.getchannel("A").getextrema() != (255, 255)
        return layered if clear else layered.convert("RGB")
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _agree(size: tuple[int, int], claimed: tuple[int, int]) -> None:
    """What the decoder will allocate is what the limit was checked on."""
    if size != claimed:
        raise ValueError(f"its header says {claimed} and its contents {size}")


def _check_palette(image: Image.Image) -> None:
    """Pillow loads numbers of colours without the colours, and fails wherever they are wanted."""
    if image.mode in {"P", "PA"} and image.palette is None:
        raise ValueError("it has no palette")


def _upright(image: Image.Image) -> Image.Image:
    try:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) != 1
        return ImageOps.exif_transpose(image) if turned else image
    except Exception:  # noqa: BLE001 - broken EXIF raises anything, and the pixels are good
        return image
