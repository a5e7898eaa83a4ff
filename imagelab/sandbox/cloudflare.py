"""Cloudflare Workers AI: OpenAI's models behind one address for every account, images by URL."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.cloudflare_rules import (
    BAD_INPUT,
    NO_ROUTE,
    NO_SUCH_MODEL,
    NOT_ALLOWED,
    Order,
    envelope,
    order,
    pictures,
    refused,
)
from imagelab.sandbox.encode import CONTENT_TYPES, Commission, decoded, rendered
from imagelab.sandbox.tariff import Usage, output_tokens, picture_tokens, text_tokens
from imagelab.sandbox.wire import Answer, Call, WireError, json_answer

PROVIDER: Final = "cloudflare"
FILES: Final = "pub-04a6d208d361438ea01b797e6973bd19.r2.dev"  # as on the pages

_ROUTE = re.compile(r"/client/v4/accounts/[0-9a-f]{32}/ai/run")
_FOLDER: Final = f"https://{FILES}/catalog/"
_SECONDS: Final = {"low": 0.3, "medium": 0.5, "high": 0.8}
_NO_PICTURE: Final = b"this is no image"

# What each fault looks like here: status, code, words, headers. No page says in which form
# OpenAI's refusals come through.
_FAULTS: Final[dict[str, tuple[int, int, str, dict[str, str]]]] = {
    "rate_limit": (429, 3040, "Out of capacity.", {"retry-after": "1"}),
    "quota": (402, 3036, "There are no credits left for Unified Billing.", {}),
    "auth": (401, NOT_ALLOWED, "Authentication error", {}),
    "moderation": (400, BAD_INPUT, "moderation_blocked: the safety system rejected this.", {}),
    "model_gone": (400, NO_SUCH_MODEL, "No such model, or it has been retired.", {}),
    "server_error_before_charge": (500, 3043, "Internal server error", {}),
    "server_error_after_charge": (500, 3043, "Internal server error", {}),
}


class Cloudflare:
    """The vendor: its bill and the names of its pictures are in a book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def answer(self, call: Call, fault: str | None) -> Answer:
        """One reply, with the id that Cloudflare gives every request."""
        ray = f"{uuid.uuid4().hex[:16]}-ZRH"
        try:
            answer = self._answer(call, fault, ray)
        except WireError as error:
            answer = error.answer
        return replace(answer, headers={**answer.headers, "cf-ray": ray})

    def download(self, call: Call) -> Answer:
        """The picture at a result's address, or 404."""
        name, _, ending = str(call.url).removeprefix(_FOLDER).rpartition("/")[2].partition(".")
        found = self._book.picture(name) if call.method == "GET" else None
        if not found or found[0].provider != PROVIDER:
            return Answer(404, b"Not Found", "text/plain")
        task, position = found
        inputs = self._book.inputs(task)
        wanted = _wanted(task.body, inputs)
        if ending != wanted.format:
            return Answer(404, b"Not Found", "text/plain")
        data = (
            _NO_PICTURE if task.fate == "not_an_image" else _drawn(task, wanted, inputs, position)
        )
        return Answer(200, data, CONTENT_TYPES[wanted.format])

    def _answer(self, call: Call, fault: str | None, ray: str) -> Answer:
        _admitted(call)
        body = envelope(call.body)
        inputs = pictures(body["input"])
        wanted = _wanted(body, inputs)
        if fault in _FAULTS and fault != "server_error_after_charge":
            return _failed(fault)
        task = self._taken(body, wanted, inputs, fault, ray)
        if fault == "server_error_after_charge":
            return _failed(fault)
        return json_answer(200, _reply(task, wanted), seconds=_SECONDS[wanted.quality])

    def _taken(
        self,
        body: Mapping[str, Any],
        wanted: Order,
        inputs: tuple[bytes, ...],
        fault: str | None,
        ray: str,
    ) -> Task:
        made = 0 if fault in {"fewer", "partial"} else 1
        task = Task(ray, PROVIDER, _kept(body), images=made, fate=fault or "")
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        nano = _usage(wanted, inputs).nano(wanted.family)
        taken = self._book.accept(task, digest=digest, nano=nano, charged=made, inputs=inputs)
        assert taken, "a ray is never given twice"
        return taken


def _admitted(call: Call) -> None:
    if not call.bearer or call.bearer.startswith("invalid"):
        raise refused(NOT_ALLOWED, "Authentication error", status=401)
    if call.method != "POST" or not _ROUTE.fullmatch(call.url.path):
        message = f"Could not route to {call.url.path}, perhaps your object identifier is invalid?"
        raise refused(NO_ROUTE, message, status=404)


def _failed(fault: str) -> Answer:
    status, code, words, headers = _FAULTS[fault]
    return replace(refused(code, words, status=status).answer, headers=headers)


def _wanted(body: Mapping[str, Any], inputs: tuple[bytes, ...]) -> Order:
    return order(body, decoded(inputs[0]).size if inputs else None)


def _kept(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without its pictures, which the book keeps once each."""
    fields = {name: value for name, value in body["input"].items() if name != "images"}
    return {**body, "input": fields}


def _usage(wanted: Order, inputs: tuple[bytes, ...]) -> Usage:
    return Usage(
        text=text_tokens(wanted.prompt),
        image=sum(picture_tokens(*decoded(data).size) for data in inputs),
        output=output_tokens(wanted.family, wanted.quality, wanted.width, wanted.height),
    )


def _reply(task: Task, wanted: Order) -> dict[str, Any]:
    """The raw response of the pages; a failed state has the form of the page "Run API"."""
    paid_by = {"gatewayMetadata": {"keySource": "Unified"}}
    if task.fate == "partial":
        error = {"code": "provider_unavailable", "message": "The provider could not make it."}
        return {**paid_by, "state": "Failed", "error": error}
    folder = wanted.model.replace("/", "__")
    address = f"{_FOLDER}{folder}/{task.image_uuid(0)}.{wanted.format}"
    return {**paid_by, "result": {"image": address} if task.images else {}, "state": "Completed"}


def _drawn(task: Task, wanted: Order, inputs: tuple[bytes, ...], position: int) -> bytes:
    return rendered(
        Commission(
            wanted.prompt,
            task.seed(position),
            wanted.width,
            wanted.height,
            wanted.format,
            inputs=inputs,
        )
    )
