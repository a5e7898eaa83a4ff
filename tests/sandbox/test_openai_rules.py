from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings, strategies as st

from imagelab.sandbox.openai_rules import _FIELDS, Asked, Order, order
from imagelab.sandbox.wire import WireError

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
