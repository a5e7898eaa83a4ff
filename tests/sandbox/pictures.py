"""Pictures for tests of the sandbox: written, read, and compared as an eye would."""

from __future__ import annotations

import base64
import colorsys
import io

from PIL import Image, ImageChops

HUE_APART = 25 / 360


def png(size: tuple[int, int] = (1024, 1024), mode: str = "RGB", colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG")
    return file.getvalue()


def masked_png(size: tuple[int, int], clear: tuple[int, int, int, int]) -> bytes:
    """A mask as we have them: opaque but for a clear box."""
    picture = Image.new("RGBA", size, "white")
    picture.paste((0, 0, 0, 0), clear)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A PNG that does not compress."""
    file = io.BytesIO()
    Image.effect_noise(size, 90).save(file, "PNG")
    return file.getvalue()


def data_uri(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def difference_hash(picture: Image.Image) -> int:
    """64 bits, each whether it gets brighter to the right."""
    levels = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = [levels[row * 9 + x] < levels[row * 9 + x + 1] for row in range(8) for x in range(8)]
    return sum(bit << place for place, bit in enumerate(bits))


def share_near(picture: Image.Image, colour: tuple[int, int, int]) -> float:
    """The share of the pixels that have about the hue of the colour, and are not grey."""
    hue = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))[0]
    seen = picture.convert("RGB").resize((64, 64), Image.Resampling.NEAREST).tobytes()
    pixels = zip(seen[0::3], seen[1::3], seen[2::3], strict=True)
    near = [_is_near(hue, (red / 255, green / 255, blue / 255)) for red, green, blue in pixels]
    return sum(near) / len(near)


def difference(first: Image.Image, second: Image.Image) -> float:
    """How many of 255 levels a pixel differs by, on average."""
    levels = ImageChops.difference(first, second).convert("L").histogram()
    return sum(level * count for level, count in enumerate(levels)) / (first.width * first.height)


def _is_near(hue: float, pixel: tuple[float, float, float]) -> bool:
    other, saturation, value = colorsys.rgb_to_hsv(*pixel)
    apart = abs(other - hue)
    return min(apart, 1 - apart) < HUE_APART and saturation > 0.2 and value > 0.15
