"""Pictures on a clear ground: things with a white rim, scenes cut to a badge."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from imagelab.sandbox.palette import Palette


def die_cut(picture: Image.Image) -> Image.Image:
    """The drawn parts widened by a rim, as stickers are cut."""
    alpha = picture.getchannel("A")
    reach = max(1, min(picture.size) // 4 // 64)
    small = alpha.reduce(4) if min(picture.size) >= 64 else alpha
    soft = small.filter(ImageFilter.GaussianBlur(reach))
    wide = soft.resize(picture.size, Image.Resampling.BICUBIC)
    sharp = wide.point([min(255, max(0, (level - 20) * 14)) for level in range(256)])
    result = picture.convert("RGB")
    rim = Image.new("RGB", picture.size, (255, 253, 247))
    result = Image.composite(result, rim, alpha)
    result.putalpha(sharp)
    return result


def badge(picture: Image.Image, palette: Palette) -> Image.Image:
    """The middle of a scene in a round-cornered shape, with a rim."""
    wide, high = picture.size
    edge = min(wide, high) * 0.06
    shape = Image.new("L", (wide * 2, high * 2))
    draw = ImageDraw.Draw(shape)
    corner = min(wide, high) * 0.84
    draw.rounded_rectangle(
        (2 * edge, 2 * edge, 2 * (wide - edge), 2 * (high - edge)), corner, fill=255
    )
    inner = Image.new("L", (wide * 2, high * 2))
    rim = edge * 1.35
    ImageDraw.Draw(inner).rounded_rectangle(
        (2 * rim, 2 * rim, 2 * (wide - rim), 2 * (high - rim)), corner, fill=255
    )
    result = Image.composite(
        picture, Image.new("RGB", picture.size, palette.paper), inner.reduce(2)
    )
    result.putalpha(shape.reduce(2))
    return result
