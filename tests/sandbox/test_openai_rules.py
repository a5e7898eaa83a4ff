from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.sandbox.openai_rules import _FIELDS, Asked, Order, order
from imagelab.sandbox.wire import WireError

BOAT = {"model": "gpt-image-1.5", "prompt": "a paper boat", "quality": "low"}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(), SCALARS, max_size=2)


@given(st.sampled_from(sorted(_FIELDS)), VALUES, st.sampled_from(["gpt-image-1.5", "gpt-image-2"]))
@settings(deadline=None, max_examples=200)
def test_any_value_in_any_field_is_taken_or_refused(name: str, value: object, model: str) -> None:
    fields = {"model": model, "prompt": "a fox", name: value}

    with suppress(WireError):
        assert isinstance(order(Asked(fields)), Order)


def test_quality_left_to_the_vendor_rises_with_the_length_of_the_prompt() -> None:
    short = order(Asked({"model": "gpt-image-2", "prompt": "a fox"}))
    long = order(Asked({"model": "gpt-image-2", "prompt": "a very quick fox " * 9}))

    assert (short.quality, long.quality) == ("medium", "high")


@pytest.mark.parametrize(
    ("change", "status", "code", "param"),
    [
        ({"model": "dall-e-3"}, 404, "model_not_found", "model"),
        ({"prompt": ""}, 400, "invalid_type", "prompt"),
        ({"prompt": "x" * 32_001}, 400, "string_above_max_length", "prompt"),
        ({"n": 0}, 400, "integer_below_min_value", "n"),
        ({"n": 11}, 400, "integer_above_max_value", "n"),
        ({"n": "2"}, 400, "invalid_type", "n"),
        ({"size": "512x512"}, 400, "invalid_value", "size"),
        ({"size": "1536x864"}, 400, "invalid_value", "size"),
        ({"quality": "xhigh"}, 400, "invalid_value", "quality"),
        ({"background": "clear"}, 400, "invalid_value", "background"),
        ({"output_format": "gif"}, 400, "invalid_value", "output_format"),
        ({"output_compression": 50}, 400, "invalid_value", "output_compression"),
        ({"moderation": "none"}, 400, "invalid_value", "moderation"),
        ({"seed": 7}, 400, "unknown_parameter", "seed"),
        ({"response_format": "b64_json"}, 400, "unknown_parameter", "response_format"),
        ({"input_fidelity": "high"}, 400, "unknown_parameter", "input_fidelity"),
        ({"background": "transparent", "output_format": "jpeg"}, 400, "invalid_value", None),
    ],
)
def test_what_the_reference_does_not_list_is_refused(
    change: dict[str, Any], status: int, code: str, param: str | None
) -> None:
    with pytest.raises(WireError, match=code) as refusal:
        order(Asked({**BOAT, **change}))

    assert refusal.value.answer.status == status
    assert json.loads(refusal.value.answer.body)["error"]["param"] == (param or "background")


@pytest.mark.parametrize("size", ["512x512", "1000x1000", "3072x960", "4096x2048", "wide"])
def test_the_second_family_refuses_every_size_outside_its_rule(size: str) -> None:
    with pytest.raises(WireError, match=f"'{size}'"):
        order(Asked({**BOAT, "model": "gpt-image-2", "size": size}))


@pytest.mark.parametrize("size", ["1024x1024", "1536x864", "2048x2048", "3840x2160", "1440x480"])
def test_the_second_family_takes_every_legal_size(size: str) -> None:
    taken = order(Asked({**BOAT, "model": "gpt-image-2", "size": size}))

    assert f"{taken.width}x{taken.height}" == size
