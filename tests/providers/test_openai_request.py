from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Input
from imagelab.errors import RequestError
from imagelab.providers.body import FormBody, JsonBody
from imagelab.providers.openai import PROVIDER
from imagelab.providers.openai_answers import BASE
from imagelab.providers.steps import Pay, Send
from tests.providers.openai_call import ELSEWHERE, FOX, boat_call

DEN = Input("b" * 64, "input", b"den", "jpeg", 1024, 1024)
MASK = Input("c" * 64, "mask", b"hole", "png", 1024, 1024)


def test_a_prompt_goes_to_generations_with_only_what_was_resolved() -> None:
    send = _sent(boat_call(params=Params(size="1536x864", format="webp", compression=90)))

    assert send.url == "https://api.openai.com/v1/images/generations"
    assert send.headers == {"Authorization": "Bearer sk-1"}
    assert isinstance(send.body, JsonBody)
    assert send.body.document == {
        "model": "gpt-image-2",
        "prompt": "a paper boat",
        "n": 1,
        "size": "1536x864",
        "output_format": "webp",
        "output_compression": 90,
    }


def test_images_and_mask_go_to_edits_as_files() -> None:
    send = _sent(boat_call(inputs=(FOX, DEN, MASK), n=2))

    assert send.url == "https://api.openai.com/v1/images/edits"
    assert isinstance(send.body, FormBody)
    assert send.body.files == (("image[]", FOX), ("image[]", DEN), ("mask", MASK))
    assert send.body.fields == {"model": "gpt-image-2", "prompt": "a paper boat", "n": "2"}


def test_one_image_for_another_server_goes_as_the_openai_package_sends_it() -> None:
    one, two = (
        next(PROVIDER.generate(boat_call(native="flux", inputs=images), "", ELSEWHERE))
        for images in ((FOX,), (FOX, DEN))
    )

    assert isinstance(one, Pay)
    assert isinstance(two, Pay)
    assert [_files(one.send), _files(two.send)] == [["image"], ["image[]", "image[]"]]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ((replace(FOX, data=b"x" * 50_000_000),), r"images\[0\] has 50,000,000 bytes"),
        ((FOX, replace(MASK, data=b"x" * 4_000_000)), r"mask= has 4,000,000 bytes as PNG"),
    ],
)
def test_a_file_that_openai_would_not_take_is_refused(inputs: tuple[Input, ...], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        _sent(boat_call(inputs=inputs))


def test_another_server_has_limits_of_its_own() -> None:
    large = replace(FOX, data=b"x" * 50_000_000)

    step = next(PROVIDER.generate(boat_call(inputs=(large,)), "", ELSEWHERE))

    assert isinstance(step, Pay)


def test_a_server_without_a_key_is_sent_none() -> None:
    step = next(PROVIDER.generate(boat_call(), "", ELSEWHERE))

    assert isinstance(step, Pay)
    assert step.send.headers == {}


def test_gpt_image_models_are_never_asked_for_base64() -> None:
    step = next(PROVIDER.generate(boat_call(), "", ELSEWHERE))

    assert isinstance(step, Pay)
    assert "response_format" not in _document(step.send)


def test_other_models_on_other_servers_are_asked_for_base64() -> None:
    step = next(PROVIDER.generate(boat_call(native="flux"), "", ELSEWHERE))

    assert isinstance(step, Pay)
    assert _document(step.send)["response_format"] == "b64_json"


def test_extra_is_passed_on() -> None:
    send = _sent(boat_call(extra={"complexity": "high"}))

    assert _document(send)["complexity"] == "high"


def test_extra_in_an_edit_becomes_text() -> None:
    send = _sent(boat_call(inputs=(FOX,), extra={"frame_count": 4}))

    assert isinstance(send.body, FormBody)
    assert send.body.fields["frame_count"] == "4"


def test_extra_for_a_field_of_ours_names_the_parameter() -> None:
    with pytest.raises(RequestError, match=r"output_format.*use format= for it"):
        _sent(boat_call(extra={"output_format": "png"}))


@pytest.mark.parametrize(
    ("params", "inputs", "said"),
    [
        (Params(compression=50), (), "compression= only with format='jpeg' or 'webp'"),
        (Params(moderation="low"), (FOX,), "moderation= only without images="),
        (Params(input_fidelity="high"), (), "input_fidelity= only with images="),
    ],
)
def test_what_has_no_field_here_is_refused_before_paying(
    params: Params, inputs: tuple[Input, ...], said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        _sent(boat_call(params=params, inputs=inputs))


def _sent(call: Call) -> Send:
    step = next(PROVIDER.generate(call, "sk-1", BASE))
    assert isinstance(step, Pay)
    return step.send


def _files(send: Send) -> list[str]:
    assert isinstance(send.body, FormBody)
    return [name for name, _ in send.body.files]


def _document(send: Send) -> dict[str, Any]:
    assert isinstance(send.body, JsonBody)
    document: dict[str, Any] = send.body.document
    return document
