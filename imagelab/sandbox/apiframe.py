"""Apiframe: every request is a job, taken on under a key of the client's and asked for by its id."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from imagelab.sandbox.apiframe_files import Files
from imagelab.sandbox.apiframe_jobs import KEPT_S, PROVIDER, Jobs, age_s, job_uuid
from imagelab.sandbox.apiframe_rules import document, order, refused
from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.forms import parts
from imagelab.sandbox.wire import Answer, Call, Web, WireError, json_answer

PAYING: Final = "/v2/images/generate"
_JOB = re.compile(r"/v2/jobs/([0-9a-f-]{36})")
_STARTING_CREDITS: Final = 10_000
_KEY_LENGTH: Final = 255

# What each fault looks like here: status, words, more fields, headers.
_FAULTS: Final[dict[str, tuple[int, str, dict[str, Any], dict[str, str]]]] = {
    "rate_limit": (429, "Too many requests", {}, {"retry-after": "1"}),
    "quota": (402, "Insufficient credits", {"creditsRequired": 24, "creditsAvailable": 3}, {}),
    "auth": (401, "Invalid API key", {}, {}),
    "model_gone": (400, "Validation failed", {"details": {"model": ["Invalid model"]}}, {}),
    "server_error_before_charge": (500, "Internal server error", {}, {}),
    "server_error_after_charge": (500, "Internal server error", {}, {}),
    "poll_server_error": (500, "Internal server error", {}, {}),
}
_FATES: Final = frozenset({"moderation", "fewer", "partial", "not_an_image"})


class Apiframe:
    """The vendor: its jobs, uploads and bill are in a book; `pace` stretches the time jobs take."""

    def __init__(self, book: Book, web: Web, pace: float) -> None:
        self._book, self._web = book, web
        self._files = Files(book)
        self._jobs = Jobs(book, self._files, pace)

    def answer(self, call: Call, fault: str | None) -> Answer:
        """One reply, with the id that Apiframe gives every request."""
        try:
            answer = self._answer(call, fault)
        except WireError as error:
            answer = error.answer
        return replace(answer, headers={**answer.headers, "x-request-id": str(uuid.uuid4())})

    def download(self, call: Call) -> Answer:
        """The picture at an address of a result or an upload, or 404."""
        found = self.file(str(call.url)) if call.method == "GET" else None
        if found is None:
            return Answer(404, b"Not Found", "text/plain")
        return Answer(200, *found)

    def file(self, address: str) -> tuple[bytes, str] | None:
        """The bytes at an address of a result or an upload, and their media type."""
        return self._jobs.file(address) or self._files.upload(address)

    def _answer(self, call: Call, fault: str | None) -> Answer:
        key = call.headers.get("x-api-key", "")
        if not key or key.startswith("invalid"):
            raise refused(401, "Invalid API key")
        if fault in _FAULTS and fault != "server_error_after_charge":
            return _failed(fault)
        match call.method, call.url.path:
            case "POST", path if path == PAYING:
                answer = self._taken(call, fault)
                return _failed(fault) if fault == "server_error_after_charge" else answer
            case "POST", "/v2/uploads":
                return self._uploaded(call)
            case "GET", "/v2/jobs":
                return json_answer(200, self._jobs.listed(dict(call.url.params)))
            case "GET", "/v2/me":
                return json_answer(200, self._account())
            case "GET", path if found := _JOB.fullmatch(path):
                return json_answer(200, self._jobs.told(found[1]))
            case _:
                raise refused(404, "Not found")

    def _taken(self, call: Call, fault: str | None) -> Answer:
        """The job for a request; the one it was before, where its key was used already."""
        body = document(call.body)
        wanted = order(body)
        digest = Jobs.digest(body)
        name, earlier = self._under(call.headers.get("idempotency-key"))
        if earlier is not None:
            if earlier.digest != digest:
                raise refused(409, "Idempotency key was used with a different request body")
            return json_answer(202, {"jobId": name, "status": self._jobs.status(earlier)})
        inputs = [self._web(address) for address in wanted.inputs]
        fate = fault if fault in _FATES else ""
        if None in inputs:
            fate = "lost_input"
        failed = fate in {"moderation", "lost_input"}
        made = 0 if failed else wanted.count - (fate in {"fewer", "partial"})
        task = Task(name, PROVIDER, body, made, wanted.credits_each * 10**9, fate)
        self._book.accept(
            task,
            digest=digest,
            nano=task.each_nano * made,
            charged=made,
            inputs=[data for data in inputs if data is not None],
        )
        return json_answer(202, {"jobId": name, "status": "QUEUED"})

    def _under(self, key: str | None) -> tuple[str, Task | None]:
        """The id of the job under a key, and the job if there is one; a day later it is forgotten."""
        if not key:
            return str(uuid.uuid4()), None
        if len(key) > _KEY_LENGTH:
            raise refused(400, f"Idempotency-Key is longer than {_KEY_LENGTH} characters")
        for turn in range(1_000):
            name = job_uuid(f"{key}/{turn}")
            task = self._book.task(name)
            if task is None or age_s(task) < KEPT_S:
                return name, task
        raise refused(500, "Internal server error")

    def _uploaded(self, call: Call) -> Answer:
        try:
            [file] = [p for p in parts(call.headers["content-type"], call.body) if p.filename]
        except (ValueError, KeyError) as error:
            raise refused(400, "No file uploaded") from error
        return json_answer(201, self._files.taken(file.content))

    def _account(self) -> Mapping[str, Any]:
        spent = sum(line.nano for line in self._book.bill() if line.provider == PROVIDER)
        return {
            "user": {"id": "user_sandbox", "email": "sandbox@example.org"},
            "team": {"credits": _STARTING_CREDITS - spent / 1e9, "plan": "sandbox"},
            "apiKey": {"name": "sandbox"},
        }


def _failed(fault: str) -> Answer:
    status, words, more, headers = _FAULTS[fault]
    return replace(refused(status, words, **more).answer, headers=headers)
