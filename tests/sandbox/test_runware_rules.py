from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
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


@pytest.mark.parametrize(
    ("change", "code", "parameter"),
    [
        ({"taskUUID": "7"}, "invalidTaskUUID", "taskUUID"),
        ({"taskUUID": "6f1a9f0e-8a55-7c0e-9c57-2f4f3f0f7a11"}, "invalidTaskUUID", "taskUUID"),
        ({"model": "openai:9@9"}, "invalidModel", "model"),
        ({"positivePrompt": "x"}, "invalidPositivePrompt", "positivePrompt"),
        ({"positivePrompt": "x" * 32_001}, "invalidPositivePrompt", "positivePrompt"),
        ({"width": 512}, "invalidParameterValue", "width"),
        ({"width": 1536, "height": 1536}, "invalidParameterValue", "width"),
        ({"width": 1024.0}, "invalidParameterValue", "width"),
        ({"numberResults": 21}, "invalidParameterValue", "numberResults"),
        ({"numberResults": True}, "invalidParameterValue", "numberResults"),
        ({"outputFormat": "JPEG"}, "invalidParameterValue", "outputFormat"),
        ({"outputQuality": 19}, "invalidParameterValue", "outputQuality"),
        ({"outputQuality": 100}, "invalidParameterValue", "outputQuality"),
        ({"ttl": 59}, "invalidParameterValue", "ttl"),
        ({"ttl": 60, "outputType": "dataURI"}, "invalidParameter", "ttl"),
        ({"includeCost": "yes"}, "invalidParameterType", "includeCost"),
        ({"seed": 7}, "invalidParameter", "seed"),
        ({"safety": {"level": 1}}, "invalidParameter", "safety.level"),
        ({"inputs": {"mask": "x"}}, "invalidParameter", "inputs.mask"),
        (
            {"providerSettings": {"openai": {"moderation": "low"}}},
            "invalidParameter",
            "providerSettings.openai.moderation",
        ),
        (
            {"providerSettings": {"openai": {"quality": "best"}}},
            "invalidParameterValue",
            "providerSettings.openai.quality",
        ),
    ],
)
def test_what_the_page_does_not_list_is_refused(
    change: dict[str, Any], code: str, parameter: str
) -> None:
    with pytest.raises(TaskError, match=parameter.rpartition(".")[2]) as refusal:
        order({**TASK, **change})

    assert (refusal.value.code, refusal.value.parameter) == (code, parameter)


@pytest.mark.parametrize("missing", ["taskUUID", "model", "positivePrompt", "width", "height"])
def test_what_the_page_requires_must_be_there(missing: str) -> None:
    with pytest.raises(TaskError, match=f"^{missing} is missing"):
        order({name: value for name, value in TASK.items() if name != missing})
