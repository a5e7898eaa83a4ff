"""Oxen.ai: an image at once, a queue of generations, their list, the models and the events."""

from __future__ import annotations

import asyncio
import json
import uuid
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any, Final

from imagelab import clock
from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.oxen_queue import Queue
from imagelab.sandbox.oxen_rules import (
    ONE,
    TWO,
    Order,
    ParamsError,
    order,
    pictures,
    pricing,
    schema,
)
from imagelab.sandbox.wire import Answer, Call, Web, WireError, json_answer

_MODELS: Final = {ONE: "GPT Image 1.5", TWO: "GPT Image 2"}
_STATES: Final = ("queued", "processing", "succeeded", "failed", "cancelled")
_ACTIVE: Final = ("queued", "processing")
_MOST: Final = 4
_AT_ONCE_S: Final = 0.6
_LOOKS_S: Final = 0.05
_KEEP_ALIVE_S: Final = 15.0

# What each fault looks like here: status, type, words, headers.
_FAULTS: Final[dict[str, tuple[int, str, str, dict[str, str]]]] = {
    "rate_limit": (429, "rate_limited", "Too many requests", {"retry-after": "1"}),
    "quota": (402, "payment_required", "Insufficient credits", {}),
    "auth": (401, "unauthenticated", "unauthenticated", {}),
    "model_gone": (404, "resource_not_found", "Model not found: it was retired", {}),
    "server_error_before_charge": (500, "unknown_error", "Something went wrong", {}),
    "server_error_after_charge": (500, "unknown_error", "Something went wrong", {}),
    "poll_server_error": (500, "unknown_error", "Something went wrong", {}),
}
_MISSING: Final = "The requested resource could not be found"


class Oxen:
    """The vendor: its generations and its bill are in a book; `pace` stretches their time."""

    def __init__(self, book: Book, web: Web, pace: float) -> None:
        self._queue = Queue(book, web, pace)
        self._web, self._pace = web, pace

    def answer(self, call: Call, fault: str | None) -> Answer:
        """One reply, with the id that every request is given."""
        try:
            answer = self._answer(call, fault)
        except WireError as error:
            answer = error.answer
        return replace(answer, headers={**answer.headers, "x-request-id": uuid.uuid4().hex})

    def download(self, call: Call) -> Answer:
        """The picture at a result's address, or 404."""
        found = self._queue.at(str(call.url)) if call.method == "GET" else None
        return Answer(200, *found) if found else Answer(404, b"Not Found", "text/plain")

    def result(self, address: str) -> bytes | None:
        """The bytes at a result's address, for a vendor that is given it as an input."""
        found = self._queue.at(address)
        return found[0] if found else None

    async def events(self, threads: Executor) -> AsyncIterator[bytes]:
        """What ends from now on, as it ends; a word now and then while nothing does.

        The book is read on `threads`.
        """
        read = partial(asyncio.get_running_loop().run_in_executor, threads, self._ended)
        known = {task.id for task in await read()}
        spoke = clock.monotonic()
        yield b": connected\n\n"
        while True:
            await asyncio.sleep(_LOOKS_S * max(self._pace, 0.2))
            for task in await read():
                if task.id not in known:
                    known.add(task.id)
                    spoke = clock.monotonic()
                    yield self._event(task)
            if clock.monotonic() - spoke > _KEEP_ALIVE_S:
                spoke = clock.monotonic()
                yield b": keep-alive\n\n"

    def _answer(self, call: Call, fault: str | None) -> Answer:
        if not call.bearer or call.bearer.startswith("invalid"):
            raise _refused(401, "unauthenticated", "unauthenticated")
        if fault in _FAULTS and fault != "server_error_after_charge":
            return _failed(fault)
        match call.method, call.url.path.removeprefix("/api/ai/").split("/"):
            case "POST", ["queue"]:
                answer = self._enqueued(_body(call), fault)
            case "POST", ["images", "generate"]:
                answer = self._at_once(_body(call), fault)
            case "GET", ["queue"]:
                answer = self._list(dict(call.url.params))
            case "GET", ["queue", name]:
                answer = json_answer(200, self._queue.entry(self._known(name)))
            case "DELETE", ["queue", name]:
                self._queue.cancel(self._known(name))
                answer = json_answer(200, {"status": "success", "generation_id": name})
            case "GET", ["models", *rest]:
                answer = _models(rest, call.url.params.get("search"))
            case _:
                raise _refused(404, "resource_not_found", _MISSING)
        return _failed(fault) if fault == "server_error_after_charge" else answer

    def _enqueued(self, body: dict[str, Any], fault: str | None) -> Answer:
        """Parameters are looked at when a generation runs, so a wrong one fails then."""
        n = body.get("num_generations", 1)
        if type(n) is not int or not 1 <= n <= _MOST:
            said = f"num_generations must be an integer between 1 and {_MOST}"
            raise _refused(400, "invalid_params", said)
        try:
            wanted: Order | None = order(body)
            inputs = pictures(wanted, self._web) if wanted else ()
        except ParamsError as error:
            wanted, inputs, body = None, (), {**body, "wrong": str(error)}
        tasks = self._queue.take_on(body, wanted, inputs, fault)
        queued = [{"generation_id": task.id, "status": "queued"} for task in tasks]
        return json_answer(200, {"generations": queued})

    def _at_once(self, body: dict[str, Any], fault: str | None) -> Answer:
        try:
            wanted = order(body)
            inputs = pictures(wanted, self._web)
        except ParamsError as error:
            raise _refused(400, "invalid_params", str(error)) from error
        if fault == "moderation":
            raise _refused(400, "invalid_params", "moderation_blocked by the safety system")
        asked = {**body, "num_generations": 1}
        made = self._queue.take_on(asked, wanted, inputs, fault, at_once=True)
        told = {"model": body["model"], "created": int(clock.now().timestamp())}
        if not made or made[0].fate == "partial":
            return json_answer(200, {**told, "images": []})
        if body.get("response_format") == "b64_json":
            coded = b64encode(self._queue.drawn(made[0], wanted)).decode()
            image = {"b64_json": coded}
        else:
            image = {"url": self._queue.address(made[0])}
        return json_answer(200, {**told, "images": [image]}, seconds=_AT_ONCE_S)

    def _list(self, query: Mapping[str, str]) -> Answer:
        states = (query["status"],) if query.get("status") else _ACTIVE
        if not set(states) <= set(_STATES):
            raise _refused(400, "invalid_params", f"status must be one of {', '.join(_STATES)}")
        found = [self._queue.entry(task) for task in self._queue.all()]
        model = query.get("model")
        listed = [
            entry
            for entry in found
            if entry["status"] in states and model in (None, entry["model_name"])
        ]
        return json_answer(200, {"count": len(listed), "generations": listed})

    def _known(self, name: str) -> Task:
        task = self._queue.of(name)
        if task is None:
            raise _refused(404, "resource_not_found", _MISSING)
        return task

    def _ended(self) -> list[Task]:
        """Those that ended by themselves: of the cancelled no event tells."""
        tasks = self._queue.all()
        return [t for t in tasks if self._queue.state(t)[0] in ("succeeded", "failed")]

    def _event(self, task: Task) -> bytes:
        entry = self._queue.entry(task)
        told = {name: entry[name] for name in ("generation_id", "status", "media_type")}
        if entry["status"] == "succeeded":
            told |= {"model": entry["model_name"], "url": entry["result_url"]}
        else:
            told |= {"error": entry["error_message"]}
        return f"event: media_generation_completed\ndata: {json.dumps(told)}\n\n".encode()


def _body(call: Call) -> dict[str, Any]:
    try:
        body = json.loads(call.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _refused(400, "invalid_params", "The body is no JSON object")
    if body.get("model") not in _MODELS:
        raise _refused(404, "resource_not_found", f"Model not found: {body.get('model')}")
    return body


def _models(rest: list[str], search: str | None) -> Answer:
    match rest:
        case []:
            return json_answer(200, {"object": "list", "data": [_model(m) for m in _MODELS]})
        case ["search"]:
            found = [_model(m) for m in _MODELS if (search or "") in m]
            return json_answer(200, {"object": "list", "data": found})
        case [name] if name in _MODELS:
            return json_answer(200, _model(name))
        case _:
            raise _refused(404, "resource_not_found", f"Model not found: {'/'.join(rest)}")


def _model(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": 1_766_000_000,
        "owned_by": "oxen",
        "display_name": _MODELS[name],
        "description": None,
        "summary": None,
        "model_type": "base",
        "endpoint": "/images/generate",
        "capabilities": {"input": ["text", "image"], "output": ["image"]},
        "pricing": pricing(name),
        "fine_tuning": None,
        "deployments": [],
        "developer": {"name": "OpenAI", "logo": None},
        "source_model": None,
        "image_url": None,
        "released_at": None,
        "json_request_schema": schema(name),
    }


def _failed(fault: str) -> Answer:
    status, kind, words, headers = _FAULTS[fault]
    return replace(_refused(status, kind, words).answer, headers=headers)


def _refused(status: int, kind: str, words: str) -> WireError:
    """An error in the form of the reference."""
    error = {"type": kind, "title": words, "detail": words}
    return WireError(
        json_answer(status, {"error": error, "status": "error", "status_message": kind})
    )
