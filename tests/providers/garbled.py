"""Garbling: answers as a vendor gives them, made wrong in every way that a seed can think of."""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n and what follows"
CODED = base64.b64encode(PNG).decode()
EVENTS = "text/event-stream"

# What stands in the place of a value.
_WRONG: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**63, 10**40, -0.5, 1e308, float("nan"), float("inf")),
    *("", "x", "\0", "\ud800", "é" * 20, "NaN", "1e9999", "error", "success", "\n\ndata: {}\n\n"),
    *([], {}, [None], [[]], {"": None}, {"message": "no"}, {"error": {"error": {}}}),
    *(CODED, f"data:image/png;base64,{CODED}", "data:image/png;base64,", "?", CODED[:-3]),
    *("https://files.example/a.png", "http://169.254.169.254/latest", "file:///etc/passwd"),
    *("//files.example/a.png", "https://[", "https://files.example:99999/", "javascript:1"),
)
_STATUSES = (*[200] * 8, 201, 204, 302, 400, 401, 402, 403, 404, 409, 422, 429, 429, 500, 503, 504)
_TYPES = (
    "application/json",
    "text/html",
    "text/plain",
    "",
    "text/event-stream",
    "image/png",
    "\t;",
)
_DELAYS = ("1", "0", "-1", "nan", "99999", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", "")
_WHOLE = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"7",
    b"<!doctype html><title>Log in</title>",
    b"\xff\xfe\x00",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer on the wire, in pieces; `breaks` if the connection does after the last."""

    status: int
    headers: dict[str, str]
    pieces: tuple[bytes, ...] = field(repr=False)
    breaks: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


def reply(dice: random.Random, documents: Sequence[Any]) -> Said:
    """An answer like one of the documents, more or less."""
    document = garbled(dice, dice.choice(documents))
    body = dice.choice(_WHOLE) if dice.random() < 0.05 else _damaged(dice, spelled(document))
    return _said(dice, body, "application/json")


def stream(dice: random.Random, documents: Sequence[dict[str, Any]]) -> Said:
    """A stream whose events are like some of the documents, in some order."""
    told = [garbled(dice, dice.choice(documents)) for _ in range(dice.randrange(5))]
    told += [documents[-1]] * (dice.random() < 0.5)  # so that some of them come to an image
    body = b"".join(_event(dice, document) for document in told)
    body += dice.choice((b"", b"data: [DONE]\n\n", b"data: [DONE]", b": end\n\n", b"\xef\xbb\xbf"))
    return _said(dice, _damaged(dice, body), EVENTS)


def garbled(dice: random.Random, document: Any) -> Any:
    """The document with up to three things wrong, sometimes with none."""
    document = copy.deepcopy(document)
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        document = _worse(dice, document)
    return document


def spelled(document: Any) -> bytes:
    """As JSON; half a character becomes its escape, and what is no number its name."""
    return json.dumps(document).encode()


def _worse(dice: random.Random, document: Any) -> Any:
    spots = list(_spots(document))
    if not spots or dice.random() < 0.03:
        return dice.choice(_WRONG)
    inside, key = dice.choice(spots)
    match dice.randrange(7):
        case 0 | 1 | 2:
            inside[key] = copy.deepcopy(dice.choice(_WRONG))
        case 3:
            del inside[key]
        case 4:
            inside[key] = [inside[key]]
        case 5:
            inside[key] = {dice.choice(("data", "error", "result", "x")): inside[key]}
        case 6 if isinstance(inside, list):
            inside += [copy.deepcopy(inside[key])] * dice.randrange(1, 4)
        case _:
            other, place = dice.choice(spots)
            inside[key] = copy.deepcopy(other[place])
    return document


def _spots(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in it that holds a value."""
    keys: Any = ()
    if isinstance(document, dict):
        keys = list(document)
    elif isinstance(document, list):
        keys = range(len(document))
    for key in keys:
        yield document, key
        yield from _spots(document[key])


def _damaged(dice: random.Random, body: bytes) -> bytes:
    """Mostly as it is; else cut, longer, deeper, or of other bytes."""
    at = dice.randrange(len(body) + 1)
    worse = {
        0: body[:at],
        1: body[:at] + dice.randbytes(dice.randrange(1, 9)) + body[at:],
        2: b"\xef\xbb\xbf" + body,
        3: body[:at] + b"[" * 5000 + body[at:],
        4: body[:at] + b"9" * 5000 + body[at:],
        5: body + body,
    }
    return worse.get(dice.randrange(16), body)


def _event(dice: random.Random, document: Any) -> bytes:
    end = dice.choice(("\n", "\n", "\r\n", "\r"))
    kind = document.get("type") if isinstance(document, dict) else None
    lines = [f"event: {kind}"] if isinstance(kind, str) and dice.random() < 0.7 else []
    lines += dice.choice(([], [], [": awake"], ["id: 7"], ["retry: 5"], ["event: error"]))
    lines += [f"data: {spelled(document).decode()}"]
    return (end.join(lines) + end + end).encode(errors="replace")


def _said(dice: random.Random, body: bytes, kind: str) -> Said:
    usual = dice.random() < 0.8
    headers = {"content-type": kind if usual else dice.choice(_TYPES), "x-request-id": "req_1"}
    if dice.random() < 0.2:
        headers["retry-after"] = dice.choice(_DELAYS)
    status = 200 if usual and dice.random() < 0.7 else dice.choice(_STATUSES)
    return Said(status, headers, tuple(_pieces(dice, body)), breaks=dice.random() < 0.06)


def _pieces(dice: random.Random, body: bytes) -> Iterator[bytes]:
    while body:
        size = dice.choice((1, 7, 100, 1000, len(body)))
        yield body[:size]
        body = body[size:]
