"""JSON whose long texts are set aside before it is read: images in base64 are most of an answer.

Python's reader looks twice at every character of a text. One of base64 needs no such look, for
whoever decodes it judges it, strictly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

LONG_BYTES = 100_000  # a text from here on is set aside
MARK = b".00000000000000000000E-0000"  # the end of the fraction that stands in its place
_QUOTE, _ESCAPE = b'"', b"\\"


def loads(body: bytes, number: Callable[[str], Any]) -> Any:  # noqa: ANN401 - a foreign document has any shape
    """The document; `number` reads fractions, NaN and infinities. ValueError if it is none.

    >>> loads(b'{"data": [{"b64_json": "iVBO"}], "cost": 0.5}', str)
    {'data': [{'b64_json': 'iVBO'}], 'cost': '0.5'}
    """
    texts, rest = _set_aside(body)
    try:
        return json.loads(
            rest, parse_float=lambda word: texts.get(word) or number(word), parse_constant=number
        )
    except ValueError:
        if not texts:
            raise
    # A text may stand where no number can: as a name.
    return json.loads(body, parse_float=number, parse_constant=number)


def _set_aside(body: bytes) -> tuple[dict[str, str], bytes]:
    """The long texts by the fractions that stand for them, and the body with those."""
    texts: dict[str, str] = {}
    kept: list[bytes] = []
    done = 0
    # In UTF-16 and UTF-32, which JSON may be in, half of its beginning is zeros.
    for begin, end in _plain_texts(body) if b"\0" not in body[:4] else ():
        try:
            text = str(memoryview(body)[begin:end], "ascii")
        except UnicodeDecodeError:
            continue
        mark = b"%d" % len(texts) + MARK
        texts[mark.decode()] = text
        # With spaces, so that no digit beside it becomes one of its own.
        kept += [body[done : begin - 1], b" ", mark, b" "]
        done = end + 1
    kept.append(body[done:])
    if any(MARK in part for part in kept[::4]):
        return {}, body
    return texts, b"".join(kept)


def _plain_texts(body: bytes) -> Iterator[tuple[int, int]]:
    """Where the long texts without an escape begin and end, the quotes not included."""
    begin = body.find(_QUOTE) + 1
    while 0 < begin < len(body) - LONG_BYTES:
        end = body.find(_QUOTE, begin)
        first = escape = body.find(_ESCAPE, begin, end)
        while 0 <= escape < end:
            if end == escape + 1:
                end = body.find(_QUOTE, end + 1)
            escape = body.find(_ESCAPE, escape + 2, end)
        if end < 0:
            return
        if first < 0 and end - begin >= LONG_BYTES:
            yield begin, end
        begin = body.find(_QUOTE, end + 1) + 1
