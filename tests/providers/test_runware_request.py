from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input
from imagelab.errors import RequestError
from imagelab.providers.body import DataUri, JsonBody
from imagelab.providers.runware import PROVIDER
from imagelab.providers.steps import Pay
from tests.providers.runware_task import BASE, TASK, task_call

FOX = Input("a" * 64, "input", b"fox", "png", 1024, 1024)
DEN = Input("b" * 64, "input", b"den", "jpeg", 1024, 1024, url="https://pictures.example/den.jpg")


def test_a_task_is_one_entry_of_a_list_under_our_id() -> None:
    step = next(PROVIDER.generate(task_call(n=2), "k", BASE))

    assert isinstance(step, Pay)
    assert step.send.url == BASE
    assert step.send.headers == {"Authorization": "Bearer k"}
    assert _task(task_call(n=2)) == {
        "taskType": "imageInference",
        "taskUUID": TASK,
        "model": "openai:4@1",
        "positivePrompt": "an observatory",
        "width": 1024,
        "height": 1024,
        "numberResults": 2,
        "outputType": "URL",
        "deliveryMethod": "async",
        "includeCost": True,
    }


def test_the_post_may_be_repeated_for_a_quarter_of_an_hour() -> None:
    step = next(PROVIDER.generate(task_call(), "k", BASE))

    assert isinstance(step, Pay)
    assert step.repeatable == timedelta(minutes=15)


def test_parameters_are_spelled_as_runware_spells_them() -> None:
    params = Params(
        size="1536x1024", quality="high", background="opaque", format="jpeg", compression=80
    )

    task = _task(task_call(params=params))

    assert (task["width"], task["height"]) == (1536, 1024)
    assert (task["outputFormat"], task["outputQuality"]) == ("JPG", 80)
    assert task["providerSettings"] == {"openai": {"quality": "high", "background": "opaque"}}


def test_an_address_goes_as_it_is_and_bytes_as_a_data_uri() -> None:
    task = _task(task_call(inputs=(FOX, DEN)))

    assert task["inputs"] == {"referenceImages": [DataUri(FOX), "https://pictures.example/den.jpg"]}


def test_extra_is_merged_deeply() -> None:
    extra = {"ttl": 600, "providerSettings": {"openai": {"style": "ink"}}}

    task = _task(task_call(params=Params(quality="low"), extra=extra))

    assert task["ttl"] == 600
    assert task["providerSettings"] == {"openai": {"quality": "low", "style": "ink"}}


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"numberResults": 4}, "use n= for it"),
        ({"width": 4}, "use size= for it"),
        ({"providerSettings": {"openai": {"quality": "low"}}}, "use quality= for it"),
        ({"inputs": {"referenceImages": []}}, "use images= for it"),
        ({"inputs": None}, "would replace fields"),
        ({"includeCost": False}, "imagelab sets it itself"),
        ({"taskUUID": TASK}, "imagelab sets it itself"),
    ],
)
def test_extra_for_a_field_of_ours_is_refused(extra: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        _task(task_call(extra=extra))


def test_an_image_may_come_inside_the_answer() -> None:
    assert _task(task_call(extra={"outputType": "base64Data"}))["outputType"] == "base64Data"

    with pytest.raises(RequestError, match=r"'jpg'.* is none of 'URL', 'base64Data', 'dataURI'"):
        _task(task_call(extra={"outputType": "jpg"}))


def _task(call: Call) -> dict[str, Any]:
    step = next(PROVIDER.generate(call, "k", BASE))
    assert isinstance(step, Pay)
    assert isinstance(step.send.body, JsonBody)
    [task] = step.send.body.document
    assert isinstance(task, dict)
    return task
