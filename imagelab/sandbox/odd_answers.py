"""Answers that no page describes: broken, changed on the way, or not what they say they are."""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Literal

from PIL import Image

from imagelab.sandbox.wire import Answer

OddPlace = Literal["pay", "poll", "download"]
Change = Callable[[Answer], Answer]

_INSIDE: Final = "http://169.254.169.254/latest/meta-data/"  # where clouds keep their keys
_DEPTH: Final = 100_000
_DIGITS: Final = 5_000  # more than Python turns into a number
_BOMB_BYTES: Final = 80_000_000  # above what is read of one file
_PRICES: Final = ("cost", "credits", "tokens")  # in the names of fields that make a bill


def _says(body: bytes, content_type: str | None = None) -> Change:
    def change(answer: Answer) -> Answer:
        return replace(answer, body=body, content_type=content_type or answer.content_type)

    return change


def _walked(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """Every object of the document edited, the innermost first; what is no document stays."""

    def walk(value: object) -> object:
        match value:
            case dict():
                return edit({name: walk(inside) for name, inside in value.items()})
            case list():
                return [walk(inside) for inside in value]
            case _:
                return value

    def change(answer: Answer) -> Answer:
        try:
            document = json.loads(answer.body)
        except ValueError:
            return answer
        return replace(answer, body=json.dumps(walk(document)).encode())

    return change


def _images(edit: Callable[[bytes], bytes | str]) -> Change:
    """Every image that stands in the document as base64, edited; text stands as it is."""

    def coded(text: str) -> str:
        edited = edit(base64.b64decode(text))
        return edited if isinstance(edited, str) else base64.b64encode(edited).decode()

    return _walked(
        lambda fields: {k: coded(v) if k == "b64_json" and v else v for k, v in fields.items()}
    )


def _twice(fields: dict[str, Any]) -> dict[str, Any]:
    return {k: [*v, v[-1]] if k in ("data", "images") and v else v for k, v in fields.items()}


def _other_type(value: object) -> object:
    match value:
        case bool() | None:
            return "yes"
        case int() | float():
            return str(value)
        case _:
            return value


def _nan(name: str, value: object) -> object:
    bills = any(word in name for word in _PRICES) and isinstance(value, int | float)
    return float("nan") if bills else value


def _ended(coded: str) -> str:
    return coded[: len(coded) // 2 | 1]  # of an odd length, which base64 never has


def _as_jpeg(data: bytes) -> bytes:
    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").save(file, "JPEG")
    return file.getvalue()


# What may become of any document: name, what is seen, and how it is made.
_DOCUMENTS: Final[tuple[tuple[str, str, Change], ...]] = (
    ("empty", "200 and no body", _says(b"")),
    ("list", "200 and an empty list", _says(b"[]")),
    ("number", "200 and the number 7", _says(b"7")),
    ("nested", "200 and brackets in brackets, 100,000 deep", _says(b"[" * _DEPTH)),
    ("huge_number", "200 and a number of 5,000 digits", _says(b'{"data":' + b"9" * _DIGITS + b"}")),
    ("bad_text", "the answer with bytes that are no UTF-8", _says(b'{"data": "\xff\xfe"}')),
    (
        *("byte_order_mark", "the answer after a byte order mark"),
        lambda answer: replace(answer, body=b"\xef\xbb\xbf" + answer.body),
    ),
    (
        *("unknown_fields", "the answer, every object with a field that is new"),
        _walked(lambda fields: {"zz_new": {"nested": [1, None]}, **fields}),
    ),
    (
        *("renamed_fields", "the answer, every field under another name"),
        _walked(lambda fields: {f"{name}_v2": value for name, value in fields.items()}),
    ),
    (
        *("changed_types", "the answer, numbers and yes or no as texts"),
        _walked(lambda fields: {name: _other_type(value) for name, value in fields.items()}),
    ),
    (
        *("nan_price", "the answer, NaN in the place of every price and count of tokens"),
        _walked(lambda fields: {name: _nan(name, value) for name, value in fields.items()}),
    ),
    (
        *("negative_price", "the answer, every price and count of tokens below zero"),
        _walked(
            lambda fields: {
                name: -abs(value) - 1 if _nan(name, value) is not value else value
                for name, value in fields.items()
            }
        ),
    ),
    ("more", "the answer, its last image twice", _walked(_twice)),
    (
        *("error_beside", "the answer with an error in it too"),
        _walked(lambda fields: {**fields, "error": {"message": "beside", "code": "odd"}}),
    ),
    (
        "wrong_type",
        "the answer as text/html",
        lambda answer: replace(answer, content_type="text/html"),
    ),
    (
        *("huge_headers", "the answer with a header of 60,000 characters"),
        lambda answer: replace(answer, headers={**answer.headers, "x-filler": "x" * 60_000}),
    ),
)
_PAYING: Final[tuple[tuple[str, str, Change], ...]] = (
    ("bad_request_with_image", "the answer with 400", lambda answer: replace(answer, status=400)),
    (
        *("inline_truncated", "base64 that ends in the middle, where images are in the answer"),
        _images(lambda data: _ended(base64.b64encode(data).decode())),
    ),
    (
        "inline_half",
        "half of an image, where images are in the answer",
        _images(lambda d: d[: len(d) // 2]),
    ),
    ("inline_empty", "an image of no bytes, where images are in the answer", _images(lambda _: "")),
    (
        "inline_other_format",
        "JPEG whatever was asked, where images are in the answer",
        _images(_as_jpeg),
    ),
)
_FILES: Final[tuple[tuple[str, str, Change], ...]] = (
    (
        "html",
        "200 and the HTML page of a login in between",
        _says(b"<!doctype html><title>Log in</title>", "text/html"),
    ),
    (
        "svg",
        "200 and a drawing with a script in it",
        _says(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "image/svg+xml"),
    ),
    ("empty", "200 and no bytes", _says(b"")),
    (
        "half",
        "half of the image",
        lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2]),
    ),
    (
        "other_format",
        "JPEG whatever was asked",
        lambda answer: replace(answer, body=_as_jpeg(answer.body)),
    ),
    (
        "wrong_type",
        "the image as text/plain",
        lambda answer: replace(answer, content_type="text/plain"),
    ),
    (
        "forbidden",
        "403, as where an address was signed for somebody else",
        lambda answer: replace(answer, status=403, body=b""),
    ),
    (
        "redirect_inside",
        "a redirect to where clouds keep their keys",
        lambda answer: replace(answer, status=302, body=b"", headers={"location": _INSIDE}),
    ),
    (
        "redirect_around",
        "a redirect to the same address, for ever",
        lambda answer: replace(answer, status=302, body=b"", headers={"location": "?"}),
    ),
    (
        "bomb",
        "gzip that unfolds to 80 MB",
        lambda answer: replace(
            answer, body=gzip.compress(bytes(_BOMB_BYTES)), headers={"content-encoding": "gzip"}
        ),
    ),
)

_BILLED: Final = "billed, as an answer is"


def _named(
    place: OddPlace, lead: str, group: tuple[tuple[str, str, Change], ...]
) -> dict[str, tuple[OddPlace, str, Change]]:
    return {f"{lead}{name}": (place, seen, change) for name, seen, change in group}


_ALL: Final = {
    **_named("pay", "", _DOCUMENTS + _PAYING),
    **_named("poll", "poll_", _DOCUMENTS),
    **_named("download", "download_", _FILES),
}
# As in `faults.TABLE`: name, the place it strikes, what is seen there, whether it was billed.
TABLE: Final[tuple[tuple[str, OddPlace, str, str], ...]] = tuple(
    (name, place, seen, _BILLED if place == "pay" else "-")
    for name, (place, seen, _) in _ALL.items()
)


def odd(answer: Answer, fault: str | None) -> Answer:
    """The answer as the fault makes it; untouched by one that is not in `TABLE`."""
    found = _ALL.get(fault or "")
    return found[2](answer) if found else answer
