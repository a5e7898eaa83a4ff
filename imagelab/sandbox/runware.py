"""Runware's API: a list of tasks each call, carried out at once or behind a task's id."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.encode import CONTENT_TYPES
from imagelab.sandbox.runware_results import SECONDS, Item, Results, delivered, head, price_nano
from imagelab.sandbox.runware_rules import PAGE, TaskError, order, uuid4
from imagelab.sandbox.wire import Answer, Call, Web, json_answer

PROVIDER: Final = "runware"
_STARTING_BALANCE_NANO = 100 * 10**9
_LONG_TEXT = 1000  # characters; a longer reference is kept as its hash

# What each fault looks like here: status, code, headers.
_FAULTS: Final[dict[str, tuple[int, str, dict[str, str]]]] = {
    "rate_limit": (429, "rateLimitExceeded", {"retry-after": "1"}),
    "quota": (402, "insufficientCredits", {}),
    "auth": (401, "invalidApiKey", {}),
    "model_gone": (400, "invalidModel", {}),
    "server_error_before_charge": (500, "internalServerError", {}),
    "server_error_after_charge": (500, "internalServerError", {}),
    "poll_server_error": (500, "internalServerError", {}),
}
_FATES: Final = frozenset({"moderation", "partial", "fewer", "not_an_image"})
_FATE_ERRORS: Final = {
    "moderation": ("contentPolicyViolation", "The content policy does not allow this prompt."),
    "partial": ("inferenceError", "One of the results could not be made."),
}

# What came of one task: items for `data`, items for `errors`, seconds it was waited for.
_Outcome = tuple[list[Item], list[Item], float]


class Runware:
    """The vendor: its tasks and its bill are in a book; `pace` stretches the time tasks take."""

    def __init__(self, book: Book, web: Web, pace: float) -> None:
        self._book = book
        self._results = Results(book, web, pace)

    def answer(self, call: Call, fault: str | None) -> Answer:
        """One reply to a list of tasks: what came of each, under `data` or `errors`."""
        try:
            tasks = _tasks(call)
            _admitted(call, tasks)
        except TaskError as error:
            return json_answer(error.status, {"data": [], "errors": [_error(error, {})]})
        if fault in _FAULTS and fault != "server_error_after_charge":
            return _failed(fault)
        answer = self._carried_out(tasks, fault)
        return _failed(fault) if fault == "server_error_after_charge" else answer

    def download(self, call: Call) -> Answer:
        """The picture at a result URL, or 404."""
        found = self._results.at(str(call.url)) if call.method == "GET" else None
        if not found:
            return Answer(404, b"Not Found", "text/plain")
        data, form = found
        return Answer(200, data, CONTENT_TYPES[form])

    def result(self, address: str) -> bytes | None:
        """The bytes at a result URL, for a vendor that is given it as an input."""
        found = self._results.at(address)
        return found[0] if found else None

    def _carried_out(self, tasks: list[Item], fault: str | None) -> Answer:
        body: dict[str, list[Item]] = {"data": [], "errors": []}
        held, status = 0.0, 200
        for task in tasks:
            try:
                items, errors, seconds = self._one(task, fault)
            except TaskError as error:
                items, errors, seconds = [], [_error(error, task)], 0.0
                status = error.status
            body["data"] += items
            body["errors"] += errors
            held = max(held, seconds)
        told = {key: value for key, value in body.items() if value or key == "data"}
        return json_answer(200 if body["data"] else status, told, seconds=held)

    def _one(self, task: Item, fault: str | None) -> _Outcome:
        match task.get("taskType"):
            case "imageInference":
                return self._inference(task, fault)
            case "getResponse":
                return self._response(task)
            case "getTaskDetails":
                return [self._details(task)], [], 0.0
            case "accountManagement":
                return [self._account(task)], [], 0.0
            case "authentication":
                session = {"connectionSessionUUID": str(uuid.uuid4())}
                return [{"taskType": "authentication", **session}], [], 0.0
            case kind:
                raise TaskError("invalidTaskType", f"There is no task {kind!r}.", "taskType")

    def _inference(self, asked: Item, fault: str | None) -> _Outcome:
        wanted = order(asked)
        references = tuple(self._results.reference(text) for text in wanted.references)
        fate = fault if fault in _FATES else ""
        each, made = price_nano(wanted, references), delivered(wanted, fate or "")
        task = Task(uuid4(asked), PROVIDER, _kept(asked), wanted.results, each, fate or "")
        taken = self._book.accept(
            task, digest=_digest(asked), nano=each * made, charged=made, inputs=references
        )
        if taken is None:
            message = "A task with this taskUUID was accepted before."
            raise TaskError("conflictTaskUUID", message, "taskUUID")
        if not wanted.waits:
            return [head(asked)], [], 0.0
        if fate == "moderation":
            raise TaskError(*_FATE_ERRORS[fate], "positivePrompt")
        items = [self._results.item(taken, wanted, position) for position in range(made)]
        return items, _fate_errors(taken), SECONDS[wanted.quality]

    def _response(self, asked: Item) -> _Outcome:
        task = self._book.task(uuid4(asked))
        if task is None or task.provider != PROVIDER:
            return [], [], 0.0
        wanted = order(task.body)
        running = self._results.running(task, wanted)
        items = [
            {**self._results.item(task, wanted, position), "status": "success"}
            for position in self._results.ready(task, wanted)
        ]
        if running:
            return [*items, {**head(task.body), "status": "processing"}], [], 0.0
        return items, [{**error, "status": "error"} for error in _fate_errors(task)], 0.0

    def _details(self, asked: Item) -> Item:
        data, errors, _ = self._response(asked)
        task = self._book.task(uuid4(asked))
        if task is None:
            message = "No task was accepted under this taskUUID."
            raise TaskError("taskFailedOrNotFound", message, "taskUUID")
        done = [item for item in data if item["status"] == "success"]
        response = {"data": done, "errors": errors} if errors else {"data": done}
        return {**head(asked), "request": [dict(task.body)], "response": response}

    def _account(self, asked: Item) -> Item:
        if asked.get("operation") != "getDetails":
            message = "The sandbox has the operation 'getDetails' only."
            raise TaskError("invalidParameterValue", message, "operation")
        lines = [line for line in self._book.bill() if line.provider == PROVIDER]
        spent = sum(line.nano for line in lines)
        total = {"credits": spent / 1e9, "requests": len(lines)}
        balance = (_STARTING_BALANCE_NANO - spent) / 1e9
        return {**head(asked), "balance": balance, "usage": {"total": total}}


def _tasks(call: Call) -> list[Item]:
    if call.method != "POST":
        raise TaskError("invalidMethod", f"This address takes POST, not {call.method}.", status=405)
    try:
        tasks = json.loads(call.body)
    except ValueError as error:
        raise TaskError("invalidJSON", "The body is not JSON.") from error
    if not isinstance(tasks, list) or not tasks or not all(isinstance(t, dict) for t in tasks):
        raise TaskError("invalidRequest", "The body must be an array of task objects.")
    return tasks


def _admitted(call: Call, tasks: list[Item]) -> None:
    first = tasks[0]
    by_task = first.get("taskType") == "authentication"
    key = str(first.get("apiKey") or "") if by_task else call.bearer
    if not key:
        raise TaskError("missingApiKey", "There is no API key.", "apiKey", status=401)
    if key.startswith("invalid"):
        raise TaskError("invalidApiKey", "The API key is not right.", "apiKey", status=401)


def _failed(fault: str) -> Answer:
    status, code, headers = _FAULTS[fault]
    error = TaskError(code, f"The sandbox was told to answer with {fault}.")
    return json_answer(status, {"data": [], "errors": [_error(error, {})]}, headers=headers)


def _fate_errors(task: Task) -> list[Item]:
    if task.fate not in _FATE_ERRORS:
        return []
    return [_error(TaskError(*_FATE_ERRORS[task.fate]), task.body)]


def _error(error: TaskError, task: Mapping[str, Any]) -> Item:
    item = {"code": error.code, "message": error.message, "documentation": PAGE, **head(task)}
    return {**item, "parameter": error.parameter} if error.parameter else item


def _digest(asked: Item) -> str:
    # Without the id, so that the same request in another lab gives the same picture.
    rest = {key: value for key, value in asked.items() if key != "taskUUID"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _kept(asked: Item) -> Item:
    inputs = asked.get("inputs", {})
    references = [_short(text) for text in inputs.get("referenceImages", [])]
    return {**asked, "inputs": {"referenceImages": references}} if references else asked


def _short(reference: str) -> str:
    if len(reference) <= _LONG_TEXT:
        return reference
    return f"sha256:{hashlib.sha256(reference.encode()).hexdigest()}"
