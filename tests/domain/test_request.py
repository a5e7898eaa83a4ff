from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagelab.domain.params import Params
from imagelab.domain.request import Input, Request, canonical

ONE = Input("a" * 64, "input", b"one", "png", 8, 8, asset="u1")
TWO = Input("b" * 64, "input", b"two", "png", 8, 8)
MASK = Input("c" * 64, "mask", b"mask", "png", 8, 8)
ASKED = Request("openai", "gpt-image-2", "gpt-image-2", "a fox", Params(quality="low"))


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "runware"},
        {"native": "gpt-image-3"},
        {"prompt": "a fox "},
        {"params": Params(quality="high")},
        {"n": 2},
        {"inputs": (ONE,)},
        {"extra": {"user": "x"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_request_has_another_fingerprint(change: dict[str, Any]) -> None:
    assert replace(ASKED, **change).fingerprint() != ASKED.fingerprint()


@pytest.mark.parametrize(
    "change",
    [{"tags": ("hero",)}, {"asked": {"size": "square"}}],
    ids=lambda change: next(iter(change)),
)
def test_what_is_not_sent_changes_no_fingerprint(change: dict[str, Any]) -> None:
    assert replace(ASKED, **change).fingerprint() == ASKED.fingerprint()


def test_inputs_count_by_content_and_in_order() -> None:
    both = replace(ASKED, inputs=(ONE, TWO)).fingerprint()

    assert replace(ASKED, inputs=(replace(ONE, asset="u2"), TWO)).fingerprint() == both
    assert replace(ASKED, inputs=(TWO, ONE)).fingerprint() != both
    assert replace(ASKED, inputs=(ONE, TWO, MASK)).fingerprint() != both


def test_pictures_and_mask_are_told_apart() -> None:
    asked = replace(ASKED, inputs=(ONE, MASK))

    assert (asked.images, asked.mask) == ((ONE,), MASK)
    assert ASKED.mask is None


def test_bytes_and_addresses_are_in_no_repr() -> None:
    shown = repr(replace(ONE, data=b"secret", url="https://example.com/?signature=secret"))

    assert "secret" not in shown


def test_canonical_json_has_one_spelling() -> None:
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'


def test_previews_make_no_other_request() -> None:
    shown = replace(ASKED, params=replace(ASKED.params, previews=2))

    assert shown.fingerprint() == ASKED.fingerprint()
