"""OpenAI's Images API: generations and edits, answered while the request is held open."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from dataclasses import replace
from typing import Any, Final

from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.encode import Commission, decoded, rendered
from imagelab.sandbox.faults import Faults
from imagelab.sandbox.forms import Part, parts
from imagelab.sandbox.openai_events import events
from imagelab.sandbox.openai_rules import Asked, Order, order, refused
from imagelab.sandbox.tariff import (
    PARTIAL_TOKENS,
    Usage,
    output_tokens,
    picture_tokens,
    text_tokens,
)
from imagelab.sandbox.wire import Answer, Call, Web, WireError, json_answer

PROVIDER: Final = "openai"
_GENERATIONS, _EDITS = "/v1/images/generations", "/v1/images/edits"
_SECONDS: Final = {"low": 0.3, "medium": 0.5, "high": 0.8, "xhigh": 0.85, "max": 0.9}
_INTEGERS = ("n", "output_compression", "partial_images")
_MAX_ADDRESS = 20_971_520  # characters of an image_url, by OpenAI's specification

# What each fault looks like here: status, code, type, headers.
_FAULTS: Final[dict[str, tuple[int, str | None, str, dict[str, str]]]] = {
    "rate_limit": (429, "rate_limit_exceeded", "requests", {"retry-after": "1"}),
    "quota": (429, "insufficient_quota", "insufficient_quota", {}),
    "auth": (401, "invalid_api_key", "invalid_request_error", {}),
    "moderation": (400, "moderation_blocked", "image_generation_user_error", {}),
    "model_gone": (404, "model_not_found", "invalid_request_error", {}),
    "server_error_before_charge": (500, None, "server_error", {}),
    "server_error_after_charge": (500, None, "server_error", {}),
}


class OpenAI:
    """The vendor: it keeps its bill in a book and looks at given addresses through a web.

    Faults of its streams it takes from `faults` itself, as nobody before it knows of them.
    """

    def __init__(self, book: Book, web: Web, faults: Faults) -> None:
        self._book = book
        self._web = web
        self._faults = faults

    def answer(self, call: Call, fault: str | None) -> Answer:
        """One reply, with the id that OpenAI gives every request."""
        request_id = f"req_{uuid.uuid4().hex}"
        try:
            answer = self._answer(call, fault, request_id)
        except WireError as error:
            answer = error.answer
        return replace(answer, headers={**answer.headers, "x-request-id": request_id})

    def _answer(self, call: Call, fault: str | None, request_id: str) -> Answer:
        _admitted(call)
        asked = self._asked(call)
        if fault in _FAULTS and fault != "server_error_after_charge":
            return _failed(fault)
        wanted = order(asked)
        task, usage = self._taken(wanted, asked, fault, request_id)
        if fault == "server_error_after_charge":
            return _failed(fault)
        reply, seconds = _reply(wanted, task, usage), _SECONDS[wanted.quality]
        if wanted.stream:
            return events(wanted, reply, seconds, self._faults.take("stream"))
        return json_answer(200, reply, seconds=seconds)

    def _asked(self, call: Call) -> Asked:
        edit = call.url.path == _EDITS
        content_type = call.headers.get("content-type", "")
        if edit and content_type.startswith("multipart/"):
            return _from_form(content_type, call.body)
        fields = _json_object(call.body)
        if not edit:
            return Asked(fields)
        named = fields.pop("images", [])
        if not isinstance(named, list):
            raise refused("images must be an array.", "images", "invalid_type")
        inputs = tuple(self._resolved(item, f"images[{i}]") for i, item in enumerate(named))
        mask = self._resolved(fields.pop("mask"), "mask") if "mask" in fields else None
        return Asked(fields, inputs, mask, edit=True)

    def _resolved(self, item: object, param: str) -> bytes:
        address = item.get("image_url") if isinstance(item, dict) else None
        if not isinstance(address, str) or len(address) > _MAX_ADDRESS:
            raise refused(f"{param} has no image_url that can be used.", param)
        data = _from_data_uri(address) if address.startswith("data:") else self._web(address)
        if data is None:
            message = f"The image at {address[:80]!r} could not be read."
            raise refused(message, param, "invalid_image_url")
        return data

    def _taken(
        self, wanted: Order, asked: Asked, fault: str | None, request_id: str
    ) -> tuple[Task, Usage]:
        made = wanted.n - 1 if fault in {"fewer", "partial"} else wanted.n
        usage = _usage(wanted, made)
        body = {**asked.fields, "inputs": [_named(data) for data in wanted.inputs]}
        body["mask"] = _named(wanted.mask) if wanted.mask else None
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        task = Task(request_id, PROVIDER, body, images=made, fate=fault or "")
        nano = usage.nano(wanted.family)
        taken = self._book.accept(task, digest=digest, nano=nano, charged=made)
        assert taken, "a request id is never given twice"
        return taken, usage


def _admitted(call: Call) -> None:
    if call.url.path not in {_GENERATIONS, _EDITS}:
        message = f"There is nothing at {call.url.path!r}."
        raise refused(message, code="unknown_url", status=404)
    if call.method != "POST":
        message = f"{call.url.path!r} takes POST, not {call.method}."
        raise refused(message, code="method_not_supported", status=405)
    if not call.bearer:
        raise refused("There is no API key in the Authorization header.", code=None, status=401)
    if call.bearer.startswith("invalid"):
        raise refused("The API key is not right.", code="invalid_api_key", status=401)


def _failed(fault: str) -> Answer:
    status, code, kind, headers = _FAULTS[fault]
    message = f"The sandbox was told to answer with {fault}."
    answer = refused(message, code=code, status=status, kind=kind).answer
    return replace(answer, headers=headers)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise refused("The body is not JSON.", code=None) from error
    if not isinstance(fields, dict):
        raise refused("The body is not a JSON object.", code=None)
    return {name: value for name, value in fields.items() if value is not None}


def _from_form(content_type: str, body: bytes) -> Asked:
    try:
        given = parts(content_type, body)
    except ValueError as error:
        raise refused("The multipart body cannot be read.", code=None) from error
    files = [part for part in given if part.name in {"image", "image[]", "mask"}]
    masks = [part.content for part in files if part.name == "mask"]
    return Asked(
        dict(_form_field(part) for part in given if part not in files),
        tuple(part.content for part in files if part.name != "mask"),
        masks[0] if masks else None,
        edit=True,
        form=True,
    )


def _form_field(part: Part) -> tuple[str, object]:
    text = part.content.decode(errors="replace")
    if part.name in _INTEGERS and text.lstrip("-").isdecimal():
        return part.name, int(text)
    if part.name == "stream" and text in ("true", "false"):
        return part.name, text == "true"
    return part.name, text


def _from_data_uri(address: str) -> bytes | None:
    head, _, content = address.partition(",")
    try:
        return base64.b64decode(content, validate=True) if head.endswith(";base64") else None
    except binascii.Error:
        return None


def _usage(wanted: Order, made: int) -> Usage:
    sizes = [decoded(data).size for data in wanted.inputs]
    each = output_tokens(wanted.family, wanted.quality, wanted.width, wanted.height)
    return Usage(
        text=text_tokens(wanted.prompt),
        image=sum(picture_tokens(*size, wanted.fidelity) for size in sizes),
        output=(each + PARTIAL_TOKENS * wanted.partials) * made,
    )


def _named(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _reply(wanted: Order, task: Task, usage: Usage) -> dict[str, Any]:
    return {
        "created": task.at_us // 1_000_000,
        "background": wanted.background,
        "data": [{"b64_json": _drawn(wanted, task, index)} for index in range(task.images)],
        "output_format": wanted.format,
        "quality": wanted.quality,
        "size": f"{wanted.width}x{wanted.height}",
        "usage": {
            "input_tokens": usage.text + usage.image,
            "input_tokens_details": {"image_tokens": usage.image, "text_tokens": usage.text},
            "output_tokens": usage.output,
            "output_tokens_details": {"image_tokens": usage.output, "text_tokens": 0},
            "total_tokens": usage.text + usage.image + usage.output,
        },
    }


def _drawn(wanted: Order, task: Task, index: int) -> str:
    if task.fate == "not_an_image":
        return base64.b64encode(b"this is no image").decode()
    commission = Commission(
        wanted.prompt,
        task.seed(index),
        wanted.width,
        wanted.height,
        wanted.format,
        wanted.compression,
        transparent=wanted.background == "transparent",
        inputs=wanted.inputs,
        mask=wanted.mask,
    )
    return base64.b64encode(rendered(commission)).decode()
