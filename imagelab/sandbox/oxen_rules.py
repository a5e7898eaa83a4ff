"""What Oxen takes for its two image models, by its pages: a body becomes an order, or an error.

Read from docs.oxen.ai/inference-api/reference/models/gpt-image-1-5 and …/gpt-image-2, apart from
the offers. No page tells a price of either, nor what pixels a ratio and a resolution are: the
box charges round prices an image, which its model objects tell, and keeps to OpenAI's pixels.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from PIL import Image

from imagelab.domain.frozen import frozen
from imagelab.sandbox.encode import Format, decoded
from imagelab.sandbox.wire import Web

ONE, TWO = "gpt-image-1-5", "gpt-image-2"
DEFAULT_PROMPT: Final = (
    "An ox standing in the middle of a long open road, in the snow, centered and staring at the "
    "camera. It is quietly snowing around him."
)
_SIZES: Final = {"square": (1024, 1024), "portrait": (1024, 1536), "landscape": (1536, 1024)}
_RATIOS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21")
_PIXELS: Final = {  # those that OpenAI names for its second model
    ("1:1", "1K"): (1024, 1024),
    ("3:2", "1K"): (1536, 1024),
    ("2:3", "1K"): (1024, 1536),
    ("1:1", "2K"): (2048, 2048),
    ("16:9", "2K"): (2048, 1152),
    ("9:16", "2K"): (1152, 2048),
    ("16:9", "4K"): (3840, 2160),
    ("9:16", "4K"): (2160, 3840),
}
_LONG_SIDE: Final = {"1K": 1536, "2K": 2048, "4K": 3840}
_STEP: Final = 16
_QUALITIES: Final = ("low", "medium", "high")
_FORMATS: Final = ("png", "jpeg", "webp")
_MAX_INPUTS: Final = 16
_MAX_PROMPT: Final = 32_000
_DATA_URI = re.compile(r"data:image/(png|jpeg|webp);base64,")

# Nano-dollars an image; the two rows at the ends are as an answer of the API once had them.
FLAT_NANO: Final = 40_000_000
GRID_NANO: Final[Mapping[str, Mapping[str, int]]] = {
    "low": {"1K": 4_000_000, "2K": 9_000_000, "4K": 35_000_000},
    "medium": {"1K": 35_000_000, "2K": 78_000_000, "4K": 300_000_000},
    "high": {"1K": 130_000_000, "2K": 290_000_000, "4K": 1_130_000_000},
}


class ParamsError(Exception):
    """Parameters that the model does not take, in the vendor's words; it never leaves the sandbox."""


@frozen
class Order:
    """A request that was accepted, nothing in it left open."""

    model: str
    prompt: str
    width: int
    height: int
    quality: str
    format: Format
    each_nano: int
    inputs: tuple[str, ...]  # as they were given: addresses and data URIs
    mask: str | None = None


def order(body: Mapping[str, Any]) -> Order:
    """The body checked and made definite; ParamsError says what is wrong with it."""
    prompt = body.get("prompt", DEFAULT_PROMPT if body.get("model") == ONE else None)
    if not isinstance(prompt, str) or not prompt.strip():
        raise ParamsError("Prompt cannot be empty")
    if len(prompt) > _MAX_PROMPT:
        raise ParamsError(f"prompt must be at most {_MAX_PROMPT} characters")
    form = cast("Format", _one_of(body, "output_format", _FORMATS, "png"))
    inputs = _addresses(body)
    if body.get("model") == ONE:
        size = _one_of(body, "size", ("auto", *_SIZES), "auto")
        width, height = _SIZES.get(size, _SIZES["square"])
        return Order(ONE, prompt, width, height, "medium", form, FLAT_NANO, inputs)
    return _second(body, prompt, form, inputs)


def pictures(wanted: Order, web: Web) -> tuple[bytes, ...]:
    """The input pictures, and behind them the mask as our painter has it; ParamsError."""
    found = [_picture(each, web) for each in wanted.inputs]
    if wanted.mask is not None:
        found.append(_clear_where_white(_picture(wanted.mask, web)))
    return tuple(found)


def schema(model: str) -> dict[str, Any]:
    """The request schema of a model object, as the parameter table of its page."""
    fields: dict[str, Any] = {
        "prompt": {"type": "string"},
        "input_image": {"type": "array", "items": {"type": "string"}},
    }
    if model == ONE:
        fields["size"] = {"type": "string", "enum": ["auto", *_SIZES], "default": "auto"}
    else:
        fields |= {
            "mask_url": {"type": "string", "format": "uri"},
            "aspect_ratio": {"type": "string", "enum": ["auto", *_RATIOS], "default": "16:9"},
            "resolution": {"type": "string", "enum": [*_LONG_SIDE], "default": "2K"},
            "quality": {"type": "string", "enum": [*_QUALITIES], "default": "high"},
        }
    fields["output_format"] = {"type": "string", "enum": [*_FORMATS], "default": "png"}
    return {"type": "object", "properties": fields, "required": ["prompt"]}


def pricing(model: str) -> dict[str, Any]:
    """The prices of a model object."""
    names = ("input_cost_per_token", "output_cost_per_token", "cost_per_second", "cost_per_image")
    told: dict[str, Any] = {"method": "per_image"} | dict.fromkeys(names)
    if model == ONE:
        return told | {"cost_per_image": FLAT_NANO / 1e9}
    grid = {q: {r: nano / 1e9 for r, nano in row.items()} for q, row in GRID_NANO.items()}
    return told | {"cost_per_image_grid": grid}


def _second(body: Mapping[str, Any], prompt: str, form: Format, inputs: tuple[str, ...]) -> Order:
    ratio = _one_of(body, "aspect_ratio", ("auto", *_RATIOS), "16:9")
    resolution = _one_of(body, "resolution", tuple(_LONG_SIDE), "2K")
    quality = _one_of(body, "quality", _QUALITIES, "high")
    mask = body.get("mask_url")
    if mask is not None and (not isinstance(mask, str) or not inputs):
        raise ParamsError("mask_url must be a URL, beside an input_image")
    width, height = _pixels("1:1" if ratio == "auto" else ratio, resolution)
    nano = GRID_NANO[quality][resolution]
    return Order(TWO, prompt, width, height, quality, form, nano, inputs, mask)


def _pixels(ratio: str, resolution: str) -> tuple[int, int]:
    if (ratio, resolution) in _PIXELS:
        return _PIXELS[ratio, resolution]
    across, down = map(int, ratio.split(":"))
    long = min(_LONG_SIDE[resolution], 2880 if across == down else 3840)
    short = round(long * min(across, down) / max(across, down) / _STEP) * _STEP
    return (long, short) if across >= down else (short, long)


def _one_of(body: Mapping[str, Any], name: str, taken: tuple[str, ...], default: str) -> str:
    value = body.get(name, default)
    if value not in taken:
        raise ParamsError(f"{name} must be one of {', '.join(taken)}; it is {value!r}")
    return str(value)


def _addresses(body: Mapping[str, Any]) -> tuple[str, ...]:
    given = body.get("input_image", [])
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ParamsError("input_image must be an array of URLs")
    if len(listed) > _MAX_INPUTS:
        raise ParamsError(f"input_image must be at most {_MAX_INPUTS} URLs")
    return tuple(listed)


def _picture(address: str, web: Web) -> bytes:
    try:
        coded = _DATA_URI.sub("", address, count=1)
        data = (web(address) or b"") if coded == address else base64.b64decode(coded, validate=True)
        decoded(data)
    except (binascii.Error, OSError, ValueError) as error:
        raise ParamsError(f"403 Client Error: Forbidden for url: {address[:80]}") from error
    return data


def _clear_where_white(mask: bytes) -> bytes:
    grey = decoded(mask).convert("L")
    alpha = grey.point([255 if level < 128 else 0 for level in range(256)])
    picture = Image.merge("LA", (grey, alpha)).convert("RGBA")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
