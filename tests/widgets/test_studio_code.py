from __future__ import annotations

from typing import Any

import pytest

import imagelab as il
from imagelab.catalog import requests

FORMS: list[dict[str, Any]] = [
    {
        "prompt": "A 'fox' and \"hens\"\n\\ in {ink}",
        "params": {"quality": "low", "size": "portrait"},
    },
    {
        "model": "runware/gpt-image-1.5",
        "prompt": "Ein Füchslein 🦊",
        "n": 2,
        "params": {"quality": "low", "background": "transparent", "tags": ["hero", "a b"]},
    },
    {
        "prompt": "{{a|b}}",
        "params": {"quality": "low", "format": "webp", "compression": 70, "previews": 1},
    },
    {"model": "apiframe/gpt-image-2", "prompt": "A fox", "params": {"quality": "low"}},
]


@pytest.mark.parametrize("form", FORMS, ids=["quotes", "unicode", "braces", "credits"])
def test_the_code_asks_for_exactly_what_the_button_does(lab: il.Lab, form: dict[str, Any]) -> None:
    studio = lab.studio()
    for name in ("model", "params", "prompt", "n"):
        setattr(studio, name, form.get(name, getattr(studio, name)))

    exec(studio.code, {"lab": lab})  # noqa: S102 - our own code, which is the test
    studio.generate()

    with lab._engine.catalog.reading() as db:
        one, other = requests.request_of(db, 1), requests.request_of(db, 2)
    assert (one.fingerprint(), one.tags, one.asked) == (
        other.fingerprint(),
        other.tags,
        other.asked,
    )
