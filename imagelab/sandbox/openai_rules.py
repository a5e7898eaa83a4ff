"""What the Images API takes, by OpenAI's reference: a body becomes an order, or an error.

Read from `openai` 3.52.0's parameter types and OpenAI's guide, apart from the offers. Not
served: `markup`, gif and svg (gated previews), and models without a public price.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import field
from typing import Any, Final, cast, get_args

from PIL import Image

from imagelab.domain.frozen import frozen
from imagelab.sandbox.encode import Format, decoded
from imagelab.sandbox.tariff import Family, Fidelity
from imagelab.sandbox.wire import WireError, json_answer

_FAMILIES: Final[dict[str, Family]] = {
    "gpt-image-1.5": "1.5",
    "gpt-image-1.5-2025-12-16": "1.5",
    "chatgpt-image-latest": "1.5",
    "gpt-image-1-mini": "1-mini",
    "gpt-image-2": "2",
    "gpt-image-2-2026-04-21": "2",
    "gpt-image-2.5-sunburst": "2.5",
    "gpt-image-2.5-sunburst-2026-09-08": "2.5",
    "gpt-image-2.5-flare": "2.5",
    "gpt-image-2.5-flare-2026-09-08": "2.5",
}
_FIELDS: Final = frozenset(
    {"prompt", "model", "n", "size", "quality", "background", "output_format"}
    | {"output_compression", "stream", "partial_images", "user", "safety_identifier"}
)
_QUALITIES: Final = ("low", "medium", "high")
_LONG_PROMPT_WORDS = 20
_MAX_PROMPT, _MAX_N, _MAX_INPUTS = 32_000, 10, 16
_MAX_INPUT_BYTES, _MAX_MASK_BYTES = 50_000_000, 4_000_000
_SHAPES: Final = {(0, 0): "1024x1024", (1, 0): "1536x1024", (0, 1): "1024x1536"}
_WIDE = re.compile(r"\b(landscape|panorama|panoramic|wide|horizon)\b", re.IGNORECASE)
_TALL = re.compile(r"\b(portrait|poster|tall|tower)\b", re.IGNORECASE)
_CUT_OUT = re.compile(r"\btransparent background\b", re.IGNORECASE)


@frozen
class Asked:
    """A body as it was read: plain fields, and the bytes of its pictures."""

    fields: Mapping[str, Any]
    inputs: tuple[bytes, ...] = field(default=(), repr=False)
    mask: bytes | None = field(default=None, repr=False)
    edit: bool = False
    form: bool = False


@frozen
class Order:
    """A request that was accepted, nothing in it left at "auto"."""

    model: str
    family: Family
    prompt: str
    n: int
    width: int
    height: int
    quality: str
    background: str
    format: Format
    compression: int
    fidelity: Fidelity
    edit: bool = False
    stream: bool = False
    partials: int = 0
    inputs: tuple[bytes, ...] = field(default=(), repr=False)
    mask: bytes | None = field(default=None, repr=False)


def order(asked: Asked) -> Order:
    """The body checked and made definite; WireError says what is wrong with it."""
    model, family = _model(asked.fields)
    _known(asked, family)
    prompt = _text(asked.fields, "prompt", _MAX_PROMPT)
    shapes = _inputs(asked)
    _mask(asked, shapes)
    form = cast("Format", _choice(asked.fields, "output_format", get_args(Format), "png"))
    width, height = _size(asked.fields, family, prompt, shapes)
    return Order(
        model,
        family,
        prompt,
        n=_whole(asked.fields, "n", 1, _MAX_N, 1),
        width=width,
        height=height,
        quality=_quality(asked.fields, family, prompt),
        background=_background(asked.fields, form, prompt),
        format=form,
        compression=_compression(asked.fields, form),
        fidelity=_fidelity(asked.fields, family),
        edit=asked.edit,
        stream=asked.fields.get("stream") is True,
        partials=_partials(asked.fields),
        inputs=asked.inputs,
        mask=asked.mask,
    )


def refused(
    message: str,
    param: str | None = None,
    code: str | None = "invalid_value",
    *,
    status: int = 400,
    kind: str = "invalid_request_error",
) -> WireError:
    """An error in OpenAI's form."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return WireError(json_answer(status, {"error": error}))


def _model(fields: Mapping[str, Any]) -> tuple[str, Family]:
    model = _text(fields, "model", 200)
    if model not in _FAMILIES:
        message = f"There is no model {model!r}, or it has been retired."
        raise refused(message, "model", "model_not_found", status=404)
    return model, _FAMILIES[model]


def _known(asked: Asked, family: Family) -> None:
    known = set(_FIELDS)
    known |= {"input_fidelity"} if asked.edit else {"moderation"}
    known |= {"moderation"} if asked.edit and not asked.form else set()
    known |= {"complexity"} if family == "2.5" else set()
    for name in asked.fields:
        if name not in known:
            raise refused(f"Unknown parameter: {name!r}.", name, "unknown_parameter")
    _choice(asked.fields, "moderation", ("auto", "low"), "auto")
    _choice(asked.fields, "complexity", _QUALITIES, "medium")
    if not isinstance(asked.fields.get("stream", False), bool):
        raise refused("stream must be true or false.", "stream", "invalid_type")


def _inputs(asked: Asked) -> tuple[tuple[int, int], ...]:
    if asked.edit and not asked.inputs:
        raise refused("An edit needs an image.", "image", "missing_required_parameter")
    if len(asked.inputs) > _MAX_INPUTS:
        message = f"There are {len(asked.inputs)} images; at most {_MAX_INPUTS} are taken."
        raise refused(message, "image", "array_above_max_length")
    return tuple(_picture(data, "image", _MAX_INPUT_BYTES).size for data in asked.inputs)


def _mask(asked: Asked, shapes: tuple[tuple[int, int], ...]) -> None:
    if asked.mask is None:
        return
    mask = _picture(asked.mask, "mask", _MAX_MASK_BYTES)
    if mask.format != "PNG" or not mask.has_transparency_data:
        raise refused("The mask is no PNG with an alpha channel.", "mask", "invalid_image_file")
    if mask.size != shapes[0]:
        message = f"The mask is {mask.size}, the first image {shapes[0]}; they must be the same."
        raise refused(message, "mask", "invalid_image_file")


def _picture(data: bytes, name: str, limit: int) -> Image.Image:
    if len(data) >= limit:
        message = f"{name} has {len(data)} bytes, {limit} or more."
        raise refused(message, name, "image_too_large", status=413)
    try:
        return decoded(data)
    except (OSError, ValueError) as error:
        message = f"{name} is not a PNG, JPEG or WebP that can be read."
        raise refused(message, name, "invalid_image_file") from error


def _size(
    fields: Mapping[str, Any], family: Family, prompt: str, shapes: tuple[tuple[int, int], ...]
) -> tuple[int, int]:
    size = fields.get("size", "auto")
    if size == "auto":
        size = _fitting(prompt, shapes)
    free = family in {"2", "2.5"} and re.fullmatch(r"\d{1,5}x\d{1,5}", str(size))
    if size not in _SHAPES.values() and not free:
        raise refused(f"{size!r} is no size of this model.", "size")
    width, height = map(int, str(size).split("x"))
    if not _legal(width, height):
        message = f"{size!r} breaks the rule: multiples of 16, at most 3:1, 3840 and 8294400 pixels"
        raise refused(f"{message}, at least 655360.", "size")
    return width, height


def _fitting(prompt: str, shapes: tuple[tuple[int, int], ...]) -> str:
    if shapes:
        width, height = shapes[0]
        return _SHAPES[width > 1.2 * height, height > 1.2 * width]
    wide, tall = bool(_WIDE.search(prompt)), bool(_TALL.search(prompt))
    return _SHAPES[wide and not tall, tall and not wide]


def _legal(width: int, height: int) -> bool:
    long, short = max(width, height), min(width, height)
    whole = width % 16 == 0 and height % 16 == 0
    return whole and long <= min(3840, 3 * short) and 655_360 <= width * height <= 8_294_400


def _quality(fields: Mapping[str, Any], family: Family, prompt: str) -> str:
    offered = (*_QUALITIES, "xhigh", "max") if family == "2.5" else _QUALITIES
    quality = _choice(fields, "quality", ("auto", *offered), "auto")
    if quality == "auto":
        return "medium" if len(prompt.split()) < _LONG_PROMPT_WORDS else "high"
    return quality


def _background(fields: Mapping[str, Any], form: Format, prompt: str) -> str:
    background = _choice(fields, "background", ("auto", "opaque", "transparent"), "auto")
    if background == "transparent" and form == "jpeg":
        message = "A transparent background needs output_format 'png' or 'webp', not 'jpeg'."
        raise refused(message, "background")
    if background == "auto":
        cut_out = form != "jpeg" and _CUT_OUT.search(prompt)
        return "transparent" if cut_out else "opaque"
    return background


def _compression(fields: Mapping[str, Any], form: Format) -> int:
    compression = _whole(fields, "output_compression", 0, 100, 100)
    if form == "png" and compression < 100:
        raise refused("A PNG cannot be compressed below 100.", "output_compression")
    return compression


def _fidelity(fields: Mapping[str, Any], family: Family) -> Fidelity:
    if "input_fidelity" in fields and family in {"2", "2.5"}:
        message = "This model has no input_fidelity."
        raise refused(message, "input_fidelity", "unsupported_parameter")
    offered = ("low",) if family == "1-mini" else get_args(Fidelity)
    return cast("Fidelity", _choice(fields, "input_fidelity", offered, "low"))


def _partials(fields: Mapping[str, Any]) -> int:
    """How many partial images each image sends ahead; without a stream they go nowhere."""
    partials = _whole(fields, "partial_images", 0, 3, 0)
    return partials if fields.get("stream") else 0


def _text(fields: Mapping[str, Any], name: str, longest: int) -> str:
    if name not in fields:
        raise refused(f"{name} is missing.", name, "missing_required_parameter")
    text = fields[name]
    if not isinstance(text, str) or not text:
        raise refused(f"{name} must be a text with something in it.", name, "invalid_type")
    if len(text) > longest:
        message = f"{name} has {len(text)} characters; at most {longest} are taken."
        raise refused(message, name, "string_above_max_length")
    return text


def _choice(fields: Mapping[str, Any], name: str, offered: Collection[str], default: str) -> str:
    value = fields.get(name, default)
    if value not in offered:
        taken = ", ".join(map(repr, offered))
        raise refused(f"{name} cannot be {value!r}; it takes {taken}.", name)
    return str(value)


def _whole(fields: Mapping[str, Any], name: str, least: int, most: int, default: int) -> int:
    value = fields.get(name, default)
    if type(value) is not int:
        raise refused(f"{name} must be an integer, not {value!r}.", name, "invalid_type")
    if not least <= value <= most:
        side = "below_min" if value < least else "above_max"
        message = f"{name} is {value}; it takes {least} to {most}."
        raise refused(message, name, f"integer_{side}_value")
    return value
