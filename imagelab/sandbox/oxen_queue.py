"""Oxen's queue: generations taken on together, how each stands by now, and what is painted of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from imagelab import clock
from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.encode import CONTENT_TYPES, Commission, Format, rendered
from imagelab.sandbox.oxen_rules import Order, order
from imagelab.sandbox.wire import Web

PROVIDER: Final = "oxen"
RESULTS: Final = "https://hub.oxen.ai/api/repos/sandbox/results/file/main/"
_QUEUED_S: Final = 0.1  # before a worker takes it
_SECONDS: Final = {"low": 0.3, "medium": 0.5, "high": 0.8}
_NO_PICTURE: Final = b"this is no image"
_OUR_OWN: Final = ("model", "num_generations", "target_namespace", "response_format")
_LONG_TEXT: Final = 1000
_FATES: Final = {
    "moderation": "Your request was rejected by the safety system.",
    "partial": "The generation failed.",
}

Entry = dict[str, Any]


class Queue:
    """The generations in a book; `pace` stretches the time they take."""

    def __init__(self, book: Book, web: Web, pace: float) -> None:
        self._book, self._web, self._pace = book, web, pace

    def take_on(
        self,
        body: Mapping[str, Any],
        wanted: Order | None,
        inputs: tuple[bytes, ...],
        fault: str | None,
        *,
        at_once: bool = False,
    ) -> list[Task]:
        """Queue so many and charge for what will come of them; `wanted` None fails when it runs."""
        asked = int(body.get("num_generations", 1))
        n = asked - (fault == "fewer")
        fates = [fault or ""] * n
        if fault == "partial":
            fates = [""] * (n - 1) + ["partial"]
        each = wanted.each_nano if wanted else 0
        ids = [str(uuid.uuid4()) for _ in range(n)]
        tasks = [
            Task(
                name,
                PROVIDER,
                {**_kept(body), "first": ids[0], "at_once": at_once, "place": place},
                images=1,
                each_nano=each,
                fate=fates[place],
            )
            for place, name in enumerate(ids)
        ]
        charged = sum(fate not in _FATES for fate in fates) if wanted else 0
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        return self._book.accept_together(
            tasks, digest=digest, nano=each * charged, charged=charged, inputs=inputs
        )

    def entry(self, task: Task) -> Entry:
        """A generation as it stands by now."""
        state, started, ended = self.state(task)
        made = state == "succeeded"
        words = self._words(task) if state == "failed" else None
        told = {name: v for name, v in task.body["asked"].items() if name not in _OUR_OWN}
        enqueued = task.at_us // 1_000_000
        return {
            "generation_id": task.id,
            "model_name": task.body["model"],
            "media_type": "image",
            "status": state,
            "result_url": self.address(task) if made else None,
            "error_message": words,
            "enqueued_at": enqueued,
            "started_at": enqueued if started else None,
            "completed_at": enqueued + 1 if ended else None,
            "prompt": "",
            **told,
        }

    def state(self, task: Task) -> tuple[str, bool, bool]:
        """Its status, whether it was begun, and whether it has ended."""
        if task.fate in ("cancelled", "cancelled_late"):
            return "cancelled", task.fate == "cancelled_late", True
        age = (clock.now_us() - task.at_us) / 1e6
        age = age if age >= 0 else 1e9  # where the clock was set back
        if age < _QUEUED_S * self._pace:
            return "queued", False, False
        if age < self._seconds(task) * self._pace:
            return "processing", True, False
        return ("failed" if self._words(task) else "succeeded"), True, True

    def cancel(self, task: Task) -> None:
        """Take it from the queue, free if no worker has it; what has ended stays as it is."""
        state, started, ended = self.state(task)
        del state
        if not ended:
            self._book.cancel(
                task, task.body["first"], "cancelled_late" if started else "cancelled"
            )

    def of(self, name: str) -> Task | None:
        """A generation in the queue by its id."""
        task = self._book.task(name)
        return task if task and task.provider == PROVIDER and not task.body["at_once"] else None

    def all(self) -> list[Task]:
        """Every generation that was queued, newest first."""
        found = self._book.tasks(PROVIDER)
        return [task for task in found if not task.body["at_once"]]

    def address(self, task: Task) -> str:
        """Where its picture lies."""
        form = task.body["asked"].get("output_format", "png")
        return f"{RESULTS}{task.image_uuid(0)}.{form}"

    def at(self, address: str) -> tuple[bytes, str] | None:
        """The picture at a result's address, with its media type."""
        name, _, ending = address.removeprefix(RESULTS).partition("?")[0].partition(".")
        found = self._book.picture(name) if address.startswith(RESULTS) else None
        if not found or found[0].provider != PROVIDER:
            return None
        wanted = order(found[0].body["asked"])
        if ending != wanted.format:
            return None
        return self.drawn(found[0], wanted), CONTENT_TYPES[wanted.format]

    def drawn(self, task: Task, wanted: Order) -> bytes:
        """The picture of a generation."""
        if task.fate == "not_an_image":
            return _NO_PICTURE
        inputs = self._book.inputs(task)
        mask = inputs[-1] if wanted.mask else None
        form: Format = wanted.format
        return _rendered_once(
            Commission(
                wanted.prompt,
                task.seed(task.body["place"]),
                wanted.width,
                wanted.height,
                form,
                inputs=inputs[: len(wanted.inputs)],
                mask=mask,
            )
        )

    def _words(self, task: Task) -> str | None:
        return _FATES.get(task.fate) or task.body.get("wrong")

    def _seconds(self, task: Task) -> float:
        quality = task.body["asked"].get("quality", "high")
        return _QUEUED_S + _SECONDS.get(quality, 0.5)


def _kept(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the book has of a body: long inputs by their hash."""
    asked = {**body}
    if isinstance(asked.get("input_image"), list):
        asked["input_image"] = [_short(each) for each in asked["input_image"]]
    if isinstance(asked.get("mask_url"), str):
        asked["mask_url"] = _short(asked["mask_url"])
    wrong = asked.pop("wrong", None)
    return {"model": body["model"], "prompt": body.get("prompt"), "asked": asked, "wrong": wrong}


def _short(text: str) -> str:
    if len(text) <= _LONG_TEXT:
        return text
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


_rendered_once = lru_cache(maxsize=8)(rendered)
