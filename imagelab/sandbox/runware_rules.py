"""What Runware's `imageInference` takes for `openai:4@1`, by its page: a task becomes an order.

https://runware.ai/docs/models/openai-gpt-image-1-5, read apart from the offers. `webhookURL`
and `uploadEndpoint` are accepted and nothing is sent to them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from imagelab.domain.frozen import frozen
from imagelab.sandbox.encode import Format

PAGE: Final = "https://runware.ai/docs/models/openai-gpt-image-1-5"
MODEL: Final = "openai:4@1"
_FORMATS: Final[dict[str, Format]] = {"JPG": "jpeg", "PNG": "png", "WEBP": "webp"}
_QUALITIES: Final = ("auto", "high", "medium", "low")
_BACKGROUNDS: Final = ("auto", "opaque", "transparent")
_SIZES: Final = ((1024, 1024), (1536, 1024), (1024, 1536))
_LONG_PROMPT_WORDS = 20
_CUT_OUT = re.compile(r"\btransparent background\b", re.IGNORECASE)
_UUID4 = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_URI = re.compile(r"https?://[^\s/]+\S*")

# Every field of the page, with those of its nested objects.
_FIELDS: Final[dict[str, frozenset[str]]] = {
    "": frozenset(
        {"taskType", "taskUUID", "outputType", "outputFormat", "outputQuality", "webhookURL"}
        | {"deliveryMethod", "uploadEndpoint", "safety", "ttl", "includeCost", "numberResults"}
        | {"inputs", "model", "positivePrompt", "width", "height", "providerSettings"}
    ),
    "safety": frozenset({"checkContent", "mode"}),
    "inputs": frozenset({"referenceImages"}),
    "providerSettings": frozenset({"openai"}),
    "providerSettings.openai": frozenset({"background", "quality"}),
}


class TaskError(Exception):
    """One task's refusal, to be listed under `errors`; it never leaves the sandbox."""

    def __init__(self, code: str, message: str, parameter: str = "", *, status: int = 400) -> None:
        self.code, self.message, self.parameter, self.status = code, message, parameter, status
        super().__init__(message)


@frozen
class Order:
    """A task that was accepted, nothing in it left at "auto"; references not yet looked at."""

    prompt: str
    width: int
    height: int
    quality: str
    transparent: bool
    results: int
    output: str  # "URL", "base64Data" or "dataURI"
    format: Format
    compression: int
    waits: bool  # for the whole result, in the same reply
    seconds_to_live: int | None
    tells_cost: bool
    checks_content: bool
    references: tuple[str, ...]


def order(task: Mapping[str, Any]) -> Order:
    """The task checked and made definite; TaskError says what is wrong with it."""
    _known(task)
    uuid4(task)
    _one_of(task, "model", (MODEL,), None)
    prompt = _prompt(task)
    width, height = _size(task)
    openai = _nested(_nested(task, "providerSettings"), "openai", "providerSettings.")
    safety = _nested(task, "safety")
    form = _FORMATS[_one_of(task, "outputFormat", tuple(_FORMATS), "JPG")]
    output = _one_of(task, "outputType", ("URL", "base64Data", "dataURI"), "URL")
    _addresses(task)
    return Order(
        prompt,
        width,
        height,
        quality=_quality(openai, prompt),
        transparent=_transparent(openai, form, prompt),
        results=_whole(task, "numberResults", 1, 20, 1),
        output=output,
        format=form,
        compression=_whole(task, "outputQuality", 20, 99, 95),
        waits=_one_of(task, "deliveryMethod", ("sync", "async"), "sync") == "sync",
        seconds_to_live=_time_to_live(task, output),
        tells_cost=_flag(task, "includeCost"),
        checks_content=_checks_content(safety),
        references=_references(_nested(task, "inputs")),
    )


def uuid4(task: Mapping[str, Any]) -> str:
    """The task's own id; TaskError unless it is a UUID of version 4."""
    value = task.get("taskUUID")
    if value is None:
        raise TaskError("missingTaskUUID", "taskUUID is missing.", "taskUUID")
    if not isinstance(value, str) or not _UUID4.fullmatch(value):
        raise TaskError("invalidTaskUUID", f"taskUUID is {value!r}, not a UUID v4.", "taskUUID")
    return value


def is_uuid(text: str) -> bool:
    """Whether a reference names a picture by its UUID."""
    return bool(_UUID4.fullmatch(text))


def _known(task: Mapping[str, Any]) -> None:
    for place, fields in _FIELDS.items():
        value: Any = task
        for name in filter(None, place.split(".")):
            value = _nested(value, name) if isinstance(value, Mapping) else {}
        for name in value:
            if name not in fields:
                path = f"{place}.{name}".lstrip(".")
                raise TaskError("invalidParameter", f"There is no parameter {path!r}.", path)


def _nested(value: Mapping[str, Any], name: str, above: str = "") -> Mapping[str, Any]:
    inner = value.get(name, {})
    if not isinstance(inner, Mapping):
        raise TaskError("invalidParameterType", f"{above}{name} is no object.", above + name)
    return inner


def _prompt(task: Mapping[str, Any]) -> str:
    prompt = task.get("positivePrompt")
    if prompt is None:
        raise TaskError("missingParameter", "positivePrompt is missing.", "positivePrompt")
    if not isinstance(prompt, str) or not 2 <= len(prompt) <= 32_000:
        message = "positivePrompt must be a text of 2 to 32000 characters."
        raise TaskError("invalidPositivePrompt", message, "positivePrompt")
    return prompt


def _size(task: Mapping[str, Any]) -> tuple[int, int]:
    for name, other in (("width", "height"), ("height", "width")):
        if name not in task:
            message = f"{name} is missing; it must be used together with {other}."
            raise TaskError("missingParameter", message, name)
    size = task["width"], task["height"]
    if size not in _SIZES or not all(type(side) is int for side in size):
        taken = ", ".join(f"{width}x{height}" for width, height in _SIZES)
        message = f"width and height are {size[0]!r} and {size[1]!r}; there are {taken}."
        raise TaskError("invalidParameterValue", message, "width")
    return size


def _quality(openai: Mapping[str, Any], prompt: str) -> str:
    quality = _one_of(openai, "quality", _QUALITIES, "auto", "providerSettings.openai.")
    if quality == "auto":
        return "medium" if len(prompt.split()) < _LONG_PROMPT_WORDS else "high"
    return quality


def _transparent(openai: Mapping[str, Any], form: Format, prompt: str) -> bool:
    # The page's sticker sheet asks for a transparent JPG and gets one: the alpha is dropped.
    chosen = _one_of(openai, "background", _BACKGROUNDS, "auto", "providerSettings.openai.")
    wanted = chosen == "transparent" or (chosen == "auto" and bool(_CUT_OUT.search(prompt)))
    return wanted and form != "jpeg"


def _time_to_live(task: Mapping[str, Any], output: str) -> int | None:
    if "ttl" not in task:
        return None
    if output != "URL":
        raise TaskError("invalidParameter", "ttl needs outputType 'URL'.", "ttl")
    return _whole(task, "ttl", 60, 2**31, 60)


def _checks_content(safety: Mapping[str, Any]) -> bool:
    mode = _one_of(safety, "mode", ("none", "fast"), "none", "safety.")
    return _flag(safety, "checkContent", "safety.") or mode == "fast"


def _references(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    named = inputs.get("referenceImages", [])
    if not isinstance(named, list) or not all(isinstance(item, str) for item in named):
        message = "inputs.referenceImages must be an array of strings."
        raise TaskError("invalidParameterType", message, "inputs.referenceImages")
    return tuple(named)


def _addresses(task: Mapping[str, Any]) -> None:
    for name in ("webhookURL", "uploadEndpoint"):
        value = task.get(name, "https://example.org")
        if not isinstance(value, str) or not _URI.fullmatch(value):
            raise TaskError("invalidParameterValue", f"{name} is no URI: {value!r}.", name)


def _one_of(
    fields: Mapping[str, Any],
    name: str,
    taken: Collection[str],
    default: str | None,
    above: str = "",
) -> str:
    value = fields.get(name, default)
    if value is None:
        raise TaskError("missingParameter", f"{above}{name} is missing.", above + name)
    if value not in taken:
        message = f"{above}{name} is {value!r}; it takes {', '.join(taken)}."
        code = "invalidModel" if name == "model" else "invalidParameterValue"
        raise TaskError(code, message, above + name)
    return str(value)


def _whole(fields: Mapping[str, Any], name: str, least: int, most: int, default: int) -> int:
    value = fields.get(name, default)
    if type(value) is not int or not least <= value <= most:
        message = f"{name} is {value!r}; it takes an integer from {least} to {most}."
        raise TaskError("invalidParameterValue", message, name)
    return value


def _flag(fields: Mapping[str, Any], name: str, above: str = "") -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        message = f"{above}{name} is {value!r}; it takes true or false."
        raise TaskError("invalidParameterType", message, above + name)
    return value
