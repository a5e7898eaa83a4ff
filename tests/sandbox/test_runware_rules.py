from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings, strategies as st

from imagelab.sandbox.runware_rules import _FIELDS, Order, TaskError, order

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(), SCALARS, max_size=2)
TASK = {
    "taskType": "imageInference",
    "taskUUID": "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11",
    "model": "openai:4@1",
    "positivePrompt": "a fox",
    "width": 1024,
    "height": 1024,
}


@given(st.sampled_from(sorted(_FIELDS[""])), VALUES)
@settings(deadline=None, max_examples=200)
def test_any_value_in_any_field_is_taken_or_refused(name: str, value: object) -> None:
    with suppress(TaskError):
        assert isinstance(order({**TASK, name: value}), Order)


@given(st.sampled_from(["quality", "background"]), VALUES)
@settings(deadline=None)
def test_any_value_among_the_settings_is_taken_or_refused(name: str, value: object) -> None:
    with suppress(TaskError):
        assert isinstance(order({**TASK, "providerSettings": {"openai": {name: value}}}), Order)
