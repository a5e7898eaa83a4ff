"""Apiframe's jobs as they are told: how far each is, what came of it, and its pictures."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from imagelab import clock
from imagelab.sandbox.apiframe_files import FILES, Files
from imagelab.sandbox.apiframe_rules import Order, order, refused
from imagelab.sandbox.book import Book, Task
from imagelab.sandbox.encode import CONTENT_TYPES, Commission, rendered

PROVIDER: Final = "apiframe"
KEPT_S: Final = 24 * 3600.0  # results and keys
_FOLDER: Final = f"https://{FILES}/images/"
_SECONDS: Final = {"low": 0.3, "medium": 0.5, "high": 0.8, "auto": 0.8}
_QUEUED: Final = 0.2  # of the whole time
_PAGE, _MOST = 20, 100
_NO_PICTURE: Final = b"this is no image"
_WHY: Final = {
    "moderation": "Your request was rejected by the safety system.",
    "lost_input": "An input image could not be fetched.",
}


class Jobs:
    """All jobs of a book; `pace` stretches the time they take."""

    def __init__(self, book: Book, files: Files, pace: float) -> None:
        self._book, self._files, self._pace = book, files, pace

    @staticmethod
    def digest(body: Mapping[str, Any]) -> str:
        """What makes two requests equal."""
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

    def told(self, name: str) -> dict[str, Any]:
        """One job by its id, or 404."""
        task = self._book.task(name)
        if task is None or task.provider != PROVIDER:
            raise refused(404, "Job not found")
        return self._job(task)

    def listed(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The page of jobs that is asked for, newest first."""
        jobs = [self._job(task) for task in self._book.tasks(PROVIDER)]
        fitting = [
            job
            for job in jobs
            if all(job[name] == asked.get(name, job[name]) for name in ("model", "status"))
            and asked.get("search", "") in job["id"]
        ]
        start, most = int(asked.get("cursor", 0)), min(int(asked.get("limit", _PAGE)), _MOST)
        more = start + most < len(fitting)
        page = fitting[start : start + most]
        return {"jobs": page, "nextCursor": str(start + most) if more else None, "hasMore": more}

    def status(self, task: Task) -> str:
        """How far a job is."""
        takes = _SECONDS[order(task.body).quality] * self._pace
        age = age_s(task)
        if age < takes:
            return "QUEUED" if age < _QUEUED * takes else "PROCESSING"
        return "FAILED" if task.fate in _WHY else "COMPLETED"

    def file(self, address: str) -> tuple[bytes, str] | None:
        """The picture at a result's address, as long as it lies there."""
        name, _, ending = address.removeprefix(_FOLDER).rpartition("-")
        task = self._book.task(name) if address.startswith(_FOLDER) else None
        if task is None or task.provider != PROVIDER:
            return None
        wanted = order(task.body)
        places = {f"{place + 1}.{wanted.format}": place for place in range(task.images)}
        there = self.status(task) == "COMPLETED" and age_s(task) <= KEPT_S
        if not there or ending not in places:
            return None
        data = _NO_PICTURE if task.fate == "not_an_image" else self._drawn(task, wanted, ending)
        return data, CONTENT_TYPES[wanted.format]

    def _job(self, task: Task) -> dict[str, Any]:
        status, wanted = self.status(task), order(task.body)
        done = status in ("COMPLETED", "FAILED")
        ended = clock.from_us(task.at_us + int(_SECONDS[wanted.quality] * self._pace * 1e6))
        folder = f"{_FOLDER}{task.id}"
        images = [f"{folder}-{place + 1}.{wanted.format}" for place in range(task.images)]
        return {
            "id": task.id,
            "status": status,
            "model": wanted.model,
            "progress": 100 if done else 50 if status == "PROCESSING" else None,
            "result": {"images": images} if status == "COMPLETED" else None,
            "error": _WHY[task.fate] if status == "FAILED" else None,
            "creditCost": None if status == "FAILED" else task.each_nano * task.images // 10**9,
            "webhookStatus": "pending" if "webhookUrl" in task.body else None,
            "input": {"prompt": wanted.prompt},
            "expired": status == "COMPLETED" and age_s(task) > KEPT_S,
            "createdAt": clock.from_us(task.at_us).isoformat(),
            "completedAt": ended.isoformat() if done else None,
        }

    def _drawn(self, task: Task, wanted: Order, ending: str) -> bytes:
        return _rendered_once(
            Commission(
                wanted.prompt,
                task.seed(int(ending.partition(".")[0]) - 1),
                wanted.width,
                wanted.height,
                wanted.format,
                transparent=wanted.transparent,
                inputs=self._book.inputs(task),
            )
        )


def job_uuid(told: str) -> str:
    """A version 4 UUID that a text decides."""
    return str(uuid.UUID(bytes=hashlib.sha256(told.encode()).digest()[:16], version=4))


def age_s(task: Task) -> float:
    """Seconds since a job was taken on; old rather than in the future, where a clock was set back."""
    since = (clock.now_us() - task.at_us) / 1e6
    return since if since >= 0 else 3600.0


_rendered_once = lru_cache(maxsize=8)(rendered)
