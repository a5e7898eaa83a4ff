"""What Cloudflare takes for OpenAI's models, by its pages: a body becomes an order, or an error.

Read from the parameter lists of developers.cloudflare.com/ai/models/openai/gpt-image-1.5/ and
…/gpt-image-2/, apart from the offers. Their schema admits fields it does not list, so those
are taken and change nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from imagelab.domain.frozen import frozen
from imagelab.sandbox.encode import Format, decoded
from imagelab.sandbox.tariff import Family
from imagelab.sandbox.wire import WireError, json_answer

_FAMILIES: Final[dict[str, Family]] = {"openai/gpt-image-1.5": "1.5", "openai/gpt-image-2": "2"}
_SIZES: Final[dict[Family, tuple[str, ...]]] = {
    "1.5": ("256x256", "512x512", "1024x1024", "1792x1024", "1024x1792"),
    "2": ("1024x1024", "1024x1536", "1536x1024", "auto"),
}
_QUALITIES: Final = ("low", "medium", "high", "auto")
_MAX_INPUTS = 16
_MAX_PROMPT = 32_000  # OpenAI's; the page names none
_LONG_PROMPT_WORDS = 20
_DATA_URI = re.compile(r"data:image/(png|jpeg|webp);base64,")

# Codes of Cloudflare's page "Workers AI errors".
NO_SUCH_MODEL, BAD_DATA, INCOMPLETE, BAD_INPUT = 5007, 5004, 3003, 5006
BAD_ENVELOPE, NO_ROUTE, NOT_ALLOWED = 7000, 7003, 10_000


@frozen
class Order:
    """A request that was accepted, nothing in it left at "auto"."""

    model: str
    family: Family
    prompt: str
    width: int
    height: int
    quality: str
    format: Format


def order(body: Mapping[str, Any], first: tuple[int, int] | None) -> Order:
    """The body checked and made definite; `first` is the size of the first input picture."""
    family, fields = _family(body), body["input"]
    prompt = _prompt(fields)
    size = _choice(fields, "size", _SIZES[family], "auto" if family == "2" else "1024x1024")
    width, height = map(int, (_fitting(first) if size == "auto" else size).split("x"))
    form = _format(fields) if family == "2" else _stylish(fields)
    quality = _quality(fields, prompt)
    return Order(str(body["model"]), family, prompt, width, height, quality, form)


def envelope(raw: bytes) -> dict[str, Any]:
    """The body as it must be: a model by its name, and an object of input."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("input"), dict):
        raise refused(BAD_ENVELOPE, "Invalid request body", status=500)
    return body


def pictures(fields: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The input pictures, each base64 by itself or in a data URI."""
    listed = fields.get("images", [])
    if not isinstance(listed, list) or len(listed) > _MAX_INPUTS:
        raise refused(BAD_INPUT, f"images must be an array of at most {_MAX_INPUTS} items.")
    return tuple(_picture(entry) for entry in listed)


def refused(code: int, message: str, *, status: int = 400) -> WireError:
    """An error in the form of Cloudflare's API, version 4."""
    errors = [{"code": code, "message": message}]
    told = {"success": False, "errors": errors, "messages": [], "result": None}
    return WireError(json_answer(status, told))


def _family(body: Mapping[str, Any]) -> Family:
    model = body.get("model")
    if model not in _FAMILIES:
        raise refused(NO_SUCH_MODEL, f"No such model {model!r}.")
    return _FAMILIES[str(model)]


def _prompt(fields: Mapping[str, Any]) -> str:
    prompt = fields.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise refused(INCOMPLETE, "Incomplete request: prompt is required.")
    if len(prompt) > _MAX_PROMPT:
        raise refused(BAD_INPUT, f"The prompt is longer than {_MAX_PROMPT} characters.")
    return prompt


def _choice(fields: Mapping[str, Any], name: str, offered: tuple[str, ...], default: str) -> str:
    value = fields.get(name, default)
    if value not in offered:
        raise refused(BAD_INPUT, f"{name} cannot be {value!r}; it is one of {', '.join(offered)}.")
    return str(value)


def _stylish(fields: Mapping[str, Any]) -> Format:
    """The older model has a style, and nothing to choose a format by."""
    _choice(fields, "style", ("vivid", "natural"), "vivid")
    return "png"


def _format(fields: Mapping[str, Any]) -> Format:
    background = _choice(fields, "background", ("transparent", "opaque", "auto"), "auto")
    if background == "transparent":
        # The head of the page, against its own list of values.
        message = "Transparent backgrounds are not supported; use openai/gpt-image-1.5 for those."
        raise refused(BAD_INPUT, message)
    return cast("Format", _choice(fields, "output_format", ("png", "webp", "jpeg"), "png"))


def _quality(fields: Mapping[str, Any], prompt: str) -> str:
    quality = _choice(fields, "quality", _QUALITIES, "auto")
    if quality == "auto":
        return "medium" if len(prompt.split()) < _LONG_PROMPT_WORDS else "high"
    return quality


def _fitting(first: tuple[int, int] | None) -> str:
    width, height = first or (1, 1)
    if width > 1.2 * height:
        return "1536x1024"
    return "1024x1536" if height > 1.2 * width else "1024x1024"


def _picture(entry: object) -> bytes:
    text = entry if isinstance(entry, str) else ""
    try:
        data = base64.b64decode(_DATA_URI.sub("", text, count=1), validate=True)
        decoded(data)
    except (binascii.Error, OSError, ValueError) as error:
        raise refused(
            BAD_DATA, "Invalid data: an entry of images is no image in base64."
        ) from error
    return data
