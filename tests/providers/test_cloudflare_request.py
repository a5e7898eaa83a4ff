from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from imagelab.domain.params import Params, read_params
from imagelab.domain.request import Input
from imagelab.errors import RequestError
from imagelab.imaging.sniff import sniff
from imagelab.providers.body import DataUri, JsonBody
from tests.providers.cloudflare_call import BASE, PAGES, boat_call, sent

FOX = Input("a" * 64, "input", b"fox", "png", 1024, 1024)
DEN = Input("b" * 64, "input", b"den", "jpeg", 1024, 1024, url="https://pictures.example/den.jpg")


@pytest.mark.parametrize("example", PAGES["requests"], ids=lambda e: e["input"]["prompt"][:24])
def test_every_example_of_the_pages_is_sent_word_for_word(example: dict[str, Any]) -> None:
    asked = dict(example["input"])
    prompt, coded = asked.pop("prompt"), asked.pop("images", [])
    params = read_params(**{_ours(name): value for name, value in asked.items()})
    inputs = tuple(_input(uri) for uri in coded)

    send = sent(boat_call(native=example["model"], prompt=prompt, params=params, inputs=inputs))

    assert send.body is not None
    kind, body = send.body.content()
    assert (kind, json.loads(body)) == ("application/json", example)


def test_the_address_is_that_of_the_account() -> None:
    send = sent(boat_call())

    assert send.method == "POST"
    assert send.url == f"{BASE}/ai/run"
    assert send.headers["Authorization"] == "Bearer t-1"


def test_the_gateway_in_between_is_told_to_pay_at_most_once() -> None:
    assert sent(boat_call()).headers["cf-aig-max-attempts"] == "1"


def test_the_gateway_in_between_is_told_not_to_give_an_older_image() -> None:
    assert sent(boat_call()).headers["cf-aig-skip-cache"] == "true"


def test_the_call_can_be_found_in_the_gateways_log() -> None:
    assert sent(boat_call()).headers["cf-aig-metadata"] == '{"imagelab":"0190-u"}'


def test_parameters_are_spelled_as_the_pages_spell_them() -> None:
    params = Params(size="1536x1024", quality="high", background="opaque", format="webp")

    assert _input_of(params=params) == {
        "prompt": "a paper boat",
        "size": "1536x1024",
        "quality": "high",
        "background": "opaque",
        "output_format": "webp",
    }


def test_a_style_is_sent_to_the_model_that_has_one() -> None:
    asked = _input_of(native="openai/gpt-image-1.5", params=Params(style="natural"))

    assert asked == {"prompt": "a paper boat", "style": "natural"}


def test_images_go_as_data_uris_even_where_there_is_an_address() -> None:
    asked = _input_of(inputs=(FOX, DEN))

    assert asked["images"] == [DataUri(FOX), DataUri(DEN)]


def test_a_server_without_a_key_is_sent_none() -> None:
    assert "Authorization" not in sent(boat_call(), key="").headers


def test_extra_is_merged_into_the_input() -> None:
    extra = {"input": {"moderation": "low"}}

    asked = _input_of(params=Params(quality="low"), extra=extra)

    assert asked == {"prompt": "a paper boat", "quality": "low", "moderation": "low"}


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"input": {"n": 4}}, "use n= for it"),
        ({"input": {"output_format": "png"}}, "use format= for it"),
        ({"input": {"images": []}}, "use images= for it"),
        ({"input": {"mask": "x"}}, "use mask= for it"),
        ({"input": {"stream": True}}, "imagelab sets it itself"),
        ({"prompt": "a fox"}, "use prompt= for it"),
        ({"output_format": "png"}, "use format= for it"),
        ({"input": None}, "would replace fields"),
        ({"model": "openai/gpt-image-3"}, "use model= for it"),
    ],
)
def test_extra_for_a_field_of_ours_is_refused(extra: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        sent(boat_call(extra=extra))


def _ours(name: str) -> str:
    return "format" if name == "output_format" else name


def _input(uri: str) -> Input:
    data = base64.b64decode(uri.partition(",")[2])
    header = sniff(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return Input(sha256, "input", data, header.format, header.width, header.height)


def _input_of(**asked: Any) -> dict[str, Any]:
    body = sent(boat_call(**asked)).body
    assert isinstance(body, JsonBody)
    fields: dict[str, Any] = body.document["input"]
    return fields
