"""What can go wrong at a vendor, each switched on by name and for a number of calls.

In code `Faults({"rate_limit": 2})`; for a process `IMAGELAB_SANDBOX_FAULT=rate_limit:2`,
several joined by commas, one time each if no count is given. A fault strikes the next calls
to its place: `pay` is the POST that costs money, `stream` one that is answered by events,
`poll` any other question to Runware or Apiframe, or about Oxen's queue, `download` a result URL.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

import httpx

from imagelab.errors import RequestError, listed
from imagelab.sandbox.wire import Answer

Place = Literal["pay", "stream", "poll", "download"]

VARIABLE = "IMAGELAB_SANDBOX_FAULT"

# The one table: name, the place it strikes, what is seen there, whether it was billed.
TABLE: Final[tuple[tuple[str, Place, str, str], ...]] = (
    ("connect", "pay", "the connection is refused: httpx.ConnectError", "not billed"),
    ("rate_limit", "pay", "429 with Retry-After: 1", "not billed"),
    ("quota", "pay", "no money left: 429 at OpenAI, 402 elsewhere", "not billed"),
    ("auth", "pay", "401, whatever the key", "not billed"),
    ("moderation", "pay", "a refusal: 400; asynchronously, when it is polled", "not billed"),
    (
        "model_gone",
        "pay",
        "the model was retired: 404 at OpenAI and Oxen, 400 elsewhere",
        "not billed",
    ),
    ("html", "pay", "200 and the HTML page of a hotel's login in between", "not billed"),
    ("server_error_before_charge", "pay", "500", "not billed"),
    ("server_error_after_charge", "pay", "500", "billed"),
    ("bad_gateway", "pay", "502 and an HTML page", "billed"),
    ("reset_after_charge", "pay", "the connection breaks: httpx.ReadError", "billed"),
    ("stall", "pay", "silence for a second at most, then httpx.ReadTimeout", "billed"),
    ("truncated", "pay", "200 and JSON that ends in the middle", "billed"),
    ("null", "pay", "200 and the JSON value null", "billed"),
    ("slow", "pay", "the right answer after a whole second", "billed"),
    ("fewer", "pay", "the last image is missing without a word", "the others are billed"),
    (
        *("partial", "pay", "the last image is an error; at OpenAI and Apiframe as fewer"),
        "the others are billed",
    ),
    ("not_an_image", "pay", "the images are text; by URL, when downloaded", "billed"),
    ("stream_cut", "stream", "the connection breaks after the first rough picture", "billed"),
    ("stream_cut_late", "stream", "it breaks after the first image, before the end", "billed"),
    ("stream_error", "stream", "an error event after the first rough picture", "billed"),
    ("poll_server_error", "poll", "500", "-"),
    ("poll_reset", "poll", "the connection breaks: httpx.ReadError", "-"),
    ("expired", "download", "404, as after the address's time to live", "-"),
    ("download_server_error", "download", "503", "-"),
    ("download_reset", "download", "the connection breaks: httpx.ReadError", "-"),
)

# Faults that strike before anything reached the vendor, and all that is seen of them.
_INSTEAD: Final = {
    "connect": Answer(
        0, breaks=httpx.ConnectError, reason="the connection is refused, as it was told to"
    ),
    "html": Answer(200, b"<!doctype html><title>Log in</title>", "text/html"),
    "poll_reset": Answer(0, breaks=httpx.ReadError),
    "expired": Answer(404, b"Not Found", "text/plain"),
    "download_server_error": Answer(503, b"Service Unavailable", "text/plain"),
    "download_reset": Answer(0, breaks=httpx.ReadError),
}

# Faults that strike on the way back, and what they make of the answer.
_CHANGES: Final[dict[str, dict[str, Any]]] = {
    "bad_gateway": {
        "status": 502,
        "body": b"<!doctype html><title>502 Bad Gateway</title>",
        "content_type": "text/html",
    },
    "reset_after_charge": {"breaks": httpx.ReadError},
    "stall": {
        "seconds": 1.0,
        "breaks": httpx.ReadTimeout,
        "reason": "it stays silent, as it was told to",
    },
    "null": {"body": b"null"},
    "slow": {"seconds": 1.0},
}


class Faults:
    """How often each fault still strikes; safe to share between threads."""

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        self._left = dict(counts or {})
        self._lock = threading.Lock()
        names = [name for name, *_ in TABLE]
        for name in self._left:
            if name not in names:
                raise RequestError(f"sandbox: no fault {name!r}; there are {listed(names)}")

    @classmethod
    def from_environment(cls) -> Faults:
        """What `IMAGELAB_SANDBOX_FAULT` asks for; RequestError if it cannot be read."""
        return cls.parsed(os.environ.get(VARIABLE, ""))

    @classmethod
    def parsed(cls, text: str) -> Faults:
        """The faults in a text such as `rate_limit:2,expired`."""
        pairs = [item.strip().partition(":") for item in text.split(",") if item.strip()]
        for name, _, count in pairs:
            if count and not count.isdecimal():
                raise RequestError(f"{VARIABLE}: the count of {name!r} is {count!r}, not a number")
        return cls({name: int(count or 1) for name, _, count in pairs})

    def take(self, place: Place) -> str | None:
        """The fault that strikes this call, counted down; the table's order decides."""
        with self._lock:
            for name, struck, *_ in TABLE:
                if struck == place and self._left.get(name, 0) > 0:
                    self._left[name] -= 1
                    return name
        return None


def instead(fault: str | None) -> Answer | None:
    """What is seen where the vendor never gets the call; None if it does."""
    return _INSTEAD.get(fault or "")


def spoiled(answer: Answer, fault: str | None) -> Answer:
    """The vendor's answer after the way back; only what succeeded can be spoiled."""
    if not 200 <= answer.status < 300:
        return answer
    if fault == "truncated":
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    return replace(answer, **_CHANGES.get(fault or "", {}))
