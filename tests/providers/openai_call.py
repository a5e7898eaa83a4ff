"""One call at OpenAI, and the answer its reference documents."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input, Request
from imagelab.providers.openai import PROVIDER
from imagelab.providers.openai_answers import BASE
from imagelab.providers.steps import Facts, Step
from tests.providers.tape import played, replied

KEY = "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11"
ELSEWHERE = "http://127.0.0.1:8080/v1"
PNG = b"\x89PNG one"
WEBP = b"RIFF two"

# Shaped after the response of POST /images/generations in OpenAI's API reference.
ANSWER: dict[str, Any] = {
    "created": 1795200000,
    "background": "opaque",
    "output_format": "webp",
    "quality": "low",
    "size": "1536x864",
    "data": [{"b64_json": base64.b64encode(PNG).decode()}],
    "usage": {
        "total_tokens": 252,
        "input_tokens": 12,
        "input_tokens_details": {"text_tokens": 12, "image_tokens": 0},
        "output_tokens": 240,
    },
}
FOX = Input("a" * 64, "input", b"fox", "png", 1024, 1024)
WITHOUT_USAGE = {name: value for name, value in ANSWER.items() if name != "usage"}


def boat_call(
    n: int = 1,
    *,
    native: str = "gpt-image-2",
    params: Params | None = None,
    inputs: tuple[Input, ...] = (),
    extra: Mapping[str, Any] | None = None,
) -> Call:
    """A call for a paper boat."""
    asked = params or Params()
    request = Request("openai", native, native, "a paper boat", asked, n, inputs, extra or {})
    return Call("0190-u", KEY, request, n)


def made(document: Any, n: int = 1, *, base: str = BASE) -> tuple[list[Step], Facts]:
    """A generation that is answered with the document, played to its end."""
    return played(PROVIDER.generate(boat_call(n), "sk-1", base), replied(document))
