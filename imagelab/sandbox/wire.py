"""What goes over a wire: a call as a vendor receives it, and the answer it gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field

import httpx

from imagelab.domain.frozen import frozen

# The internet as a vendor sees it when it is handed an address: the bytes, or None.
Web = Callable[[str], bytes | None]


@frozen
class Call:
    """One HTTP request, its body whole."""

    method: str
    url: httpx.URL
    headers: httpx.Headers
    body: bytes = field(repr=False)

    @property
    def bearer(self) -> str:
        """The key that came with the call, empty without one."""
        scheme, _, key = self.headers.get("authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""


@frozen
class Answer:
    """One HTTP reply, given after `seconds` (at pace 1), or how and why the connection breaks.

    With `pauses`, places in the body, it comes in parts over that time. It breaks before the
    reply begins, or after so many bytes of the body.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    pauses: tuple[int, ...] = ()
    breaks: type[httpx.TransportError] | None = None
    breaks_after: int | None = None
    reason: str = "the connection breaks, as it was told to"


class WireError(Exception):
    """A vendor's refusal on its way to becoming the answer; it never leaves the sandbox."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.body.decode())


def json_answer(
    status: int, value: object, *, seconds: float = 0.0, headers: Mapping[str, str] | None = None
) -> Answer:
    """The value as JSON.

    >>> json_answer(200, {"data": []}).body
    b'{"data": []}'
    """
    return Answer(status, json.dumps(value).encode(), headers=headers or {}, seconds=seconds)
