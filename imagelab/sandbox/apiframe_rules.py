"""What Apiframe takes for OpenAI's models, by its pages: a body becomes an order, or an error.

Read from https://apiframe.ai/docs/images/gpt-image/gpt-image-1-5 and the openapi.json of
Apiframe's Node package, apart from the offers. Its schema admits no field that it does not
list. What gpt-image-2 costs is taken from the older page
https://docs-v2.apiframe.ai/docs/images/gpt-image-2, for the page of today tells nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from imagelab.domain.frozen import frozen
from imagelab.sandbox.encode import Format
from imagelab.sandbox.wire import WireError, json_answer

# Credits a picture.
_TARIFF: Final = {
    "gpt-image-1.5": {"low": 4, "medium": 9, "auto": 24, "high": 24},
    "gpt-image-2": {"low": 4, "medium": 9, "auto": 23, "high": 23},
}
_PARAMS: Final = {"gpt-image-1.5": "gptImageParams", "gpt-image-2": "gptImage2Params"}
_RATIOS: Final = {"1:1": (1024, 1024), "3:2": (1536, 1024), "2:3": (1024, 1536)}
_CHOICES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "gpt-image-1.5": {
        "quality": ("auto", "low", "medium", "high"),
        "aspect_ratio": tuple(_RATIOS),
        "output_format": ("webp", "png", "jpeg"),
        "background": ("auto", "transparent", "opaque"),
        "input_fidelity": ("low", "high"),
    },
    "gpt-image-2": {
        "quality": ("auto", "low", "medium", "high"),
        "aspect_ratio": tuple(_RATIOS),
        "output_format": ("webp", "png", "jpeg"),
        "background": ("auto", "opaque"),
        "moderation": ("auto", "low"),
    },
}
_EVENTS: Final = ("progress", "completed", "failed")
_MOST, _LONGEST_PROMPT = 10, 2_000
_URI = re.compile(r"https?://[^\s/]+\S*")

Wrong = dict[str, list[str]]


@frozen
class Order:
    """A request that was accepted; input pictures are addresses not yet looked at."""

    prompt: str
    model: str
    quality: str
    width: int
    height: int
    format: Format
    transparent: bool
    count: int
    inputs: tuple[str, ...]

    @property
    def credits_each(self) -> int:
        """What one picture costs; what is left to the service is billed as high."""
        return _TARIFF[self.model][self.quality]


def document(raw: bytes) -> dict[str, Any]:
    """The body as it must be: an object."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise refused(400, "Validation failed", details={"": ["Expected an object"]})
    return body


def order(body: Mapping[str, Any]) -> Order:
    """The body checked and made definite; everything that is wrong with it is told at once."""
    model = body.get("model")
    if model not in _PARAMS:
        wrong = {"model": [f"Invalid model: {model!r}. There are {', '.join(_PARAMS)}"]}
        raise refused(400, "Validation failed", details=wrong)
    named = _PARAMS[str(model)]
    params = body.get(named, {})
    wrong = _envelope(body, named)
    if isinstance(params, dict):
        wrong |= {f"{named}.{field}": said for field, said in _inside(str(model), params).items()}
    if wrong:
        raise refused(400, "Validation failed", details=wrong)
    width, height = _RATIOS[params.get("aspect_ratio", "1:1")]
    form = cast("Format", params.get("output_format", "webp"))
    return Order(
        body["prompt"],
        str(model),
        params.get("quality", "auto"),
        width,
        height,
        form,
        params.get("background") == "transparent" and form != "jpeg",
        params.get("number_of_images", 1),
        tuple(params.get("input_images") or ()),
    )


def refused(status: int, words: str, **more: object) -> WireError:
    """An error as Apiframe words it."""
    return WireError(json_answer(status, {"error": words, **more}))


def _envelope(body: Mapping[str, Any], named: str) -> Wrong:
    wrong: Wrong = {}
    prompt = body.get("prompt")
    if not isinstance(prompt, str) or not 1 <= len(prompt) <= _LONGEST_PROMPT:
        wrong["prompt"] = [f"String must contain 1 to {_LONGEST_PROMPT} characters"]
    if not isinstance(body.get(named, {}), dict):
        wrong[named] = ["Expected object"]
    if not _is_uri(body.get("webhookUrl", "https://example.org")):
        wrong["webhookUrl"] = ["Invalid url"]
    events = body.get("webhookEvents", [])
    if not isinstance(events, list) or set(map(str, events)) - set(_EVENTS):
        wrong["webhookEvents"] = [f"Expected {' | '.join(_EVENTS)}"]
    for field in body.keys() - {"prompt", "model", named, "webhookUrl", "webhookEvents"}:
        wrong[field] = ["Unrecognized key"]
    return wrong


def _inside(model: str, params: Mapping[str, Any]) -> Wrong:
    wrong: Wrong = {}
    for field, value in params.items():
        choices = _CHOICES[model].get(field)
        if choices is not None and value not in choices:
            wrong[field] = [f"Invalid enum value. Expected {' | '.join(choices)}"]
        elif field == "number_of_images":
            if type(value) is not int or not 1 <= value <= _MOST:
                wrong[field] = [f"Number must be from 1 to {_MOST}"]
        elif field == "input_images":
            if value is not None and not (isinstance(value, list) and all(map(_is_uri, value))):
                wrong[field] = ["Invalid url"]
        elif choices is None:
            wrong[field] = ["Unrecognized key"]
    return wrong


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and bool(_URI.fullmatch(value))
