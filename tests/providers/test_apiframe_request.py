from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from imagelab.domain.params import Params, read_params
from imagelab.domain.request import Sent
from imagelab.errors import AuthError, ProtocolError, RequestError
from imagelab.providers.apiframe import PROVIDER, UPLOAD_BYTES
from imagelab.providers.apiframe_offers import OFFERS
from imagelab.providers.body import FormBody
from imagelab.providers.steps import Ask
from tests.providers.apiframe_call import BASE, DEN, FOX, KEY, PAGES, boat_call, paying
from tests.providers.tape import replied

SIZES = {"1:1": "1024x1024", "3:2": "1536x1024", "2:3": "1024x1536"}
UPLOADED = replied(PAGES["upload"], 201)
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)


def body_of(uploads: Any = (), **asked: Any) -> dict[str, Any]:
    send = paying(boat_call(**asked), uploads)[0].send
    assert send.body is not None
    kind, content = send.body.content()
    assert kind == "application/json"
    document: dict[str, Any] = json.loads(content)
    return document


def record_of(uploads: Any = (), **asked: Any) -> str:
    send = paying(boat_call(**asked), uploads)[0].send
    assert send.body is not None
    return send.body.record()


@pytest.mark.parametrize("example", PAGES["requests"], ids=lambda e: e["prompt"][:24])
def test_every_example_of_the_pages_is_sent_word_for_word(example: dict[str, Any]) -> None:
    asked = dict(example["gptImageParams"])
    size, form = SIZES[asked.pop("aspect_ratio")], asked.pop("output_format")
    params = read_params(size=size, format=form, **asked)

    assert body_of(model=example["model"], prompt=example["prompt"], params=params) == example


def test_it_goes_to_the_image_endpoint_with_the_key_and_the_calls_own_key() -> None:
    call = boat_call()

    send = paying(call)[0].send

    assert (send.method, send.url) == ("POST", f"{BASE}/images/generate")
    assert send.headers == {"X-API-Key": KEY, "Idempotency-Key": call.key}


def test_every_parameter_is_spelled_as_the_page_spells_it() -> None:
    params = Params(
        size="1024x1536",
        quality="low",
        background="transparent",
        format="webp",
        input_fidelity="high",
    )

    assert body_of(n=3, params=params)["gptImageParams"] == {
        "aspect_ratio": "2:3",
        "quality": "low",
        "background": "transparent",
        "output_format": "webp",
        "input_fidelity": "high",
        "number_of_images": 3,
    }


def test_the_newer_model_has_parameters_of_its_own() -> None:
    asked = body_of(model="gpt-image-2", params=Params(moderation="low", background="opaque"))

    assert asked["gptImage2Params"] == {"moderation": "low", "background": "opaque"}
    assert "gptImageParams" not in asked


def test_every_size_of_an_offer_has_an_aspect_ratio() -> None:
    sizes = [size for offer in OFFERS for size in offer.choices["size"]]

    told = {s: body_of(params=Params(size=s))["gptImageParams"]["aspect_ratio"] for s in sizes}

    assert {ratio: size for size, ratio in told.items()} == SIZES


def test_images_without_an_address_are_uploaded_once_and_named_by_it() -> None:
    pay, before = paying(boat_call(inputs=(FOX, DEN, FOX)), (UPLOADED,))

    [step] = before
    assert isinstance(step, Ask)
    assert (step.send.method, step.send.url) == ("POST", f"{BASE}/uploads")
    assert isinstance(step.send.body, FormBody)
    assert step.send.body.files == (("file", FOX),)
    assert pay.send.body is not None
    asked = json.loads(pay.send.body.content()[1])["gptImageParams"]["input_images"]
    assert asked == [PAGES["upload"]["url"], DEN.url, PAGES["upload"]["url"]]


def test_the_record_has_the_hash_of_an_upload_beside_its_address() -> None:
    said = f"sha256:{FOX.sha256} at {PAGES['upload']['url']}"

    assert said in record_of((UPLOADED,), inputs=(FOX,))


def test_what_opens_an_address_of_the_user_is_not_in_the_record() -> None:
    extra = {"webhookUrl": "https://hooks.example/x?token=hunter2"}

    record = record_of(inputs=(DEN,), extra=extra)

    assert "https://pictures.example/den.jpg?…" in record
    assert "https://hooks.example/x?…" in record
    assert "key=k" not in record
    assert "hunter2" not in record
    assert body_of(inputs=(DEN,), extra=extra)["webhookUrl"] == extra["webhookUrl"]


def test_a_repeat_uploads_nothing_and_has_the_same_bytes() -> None:
    call = boat_call(inputs=(FOX, DEN))
    first, _ = paying(call, (UPLOADED,))
    assert first.send.body is not None
    sent = Sent(AT, first.send.body.record())

    again, before = paying(replace(call, sent=sent))

    assert before == []
    assert again.send.body is not None
    assert again.send.body.content() == first.send.body.content()


def test_a_repeat_is_within_the_life_of_the_key_and_of_the_uploads() -> None:
    assert paying(boat_call())[0].repeatable == timedelta(hours=23)
    with_uploads = paying(boat_call(inputs=(FOX,)), (UPLOADED,))[0].repeatable
    assert with_uploads is not None
    assert with_uploads < timedelta(hours=1)


def test_an_upload_that_is_refused_costs_nothing() -> None:
    with pytest.raises(AuthError, match="Invalid API key") as caught:
        paying(boat_call(inputs=(FOX,)), (replied({"error": "Invalid API key"}, 401),))

    assert caught.value.charged == "no"


def test_an_upload_without_an_address_costs_nothing() -> None:
    with pytest.raises(ProtocolError, match="not understood") as caught:
        paying(boat_call(inputs=(FOX,)), (replied({"id": "77"}, 201),))

    assert caught.value.charged == "no"


def test_a_file_larger_than_an_upload_may_be_is_refused_before_anything_is_sent() -> None:
    huge = replace(FOX, data=bytes(UPLOAD_BYTES + 1))

    with pytest.raises(RequestError, match=r"uploads of up to 25 MB; an image of images= has 25.0"):
        next(PROVIDER.generate(boat_call(inputs=(huge,)), KEY, BASE))


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"model": "gpt-image-3"}, "use model= for it"),
        ({"prompt": "b"}, "use prompt= for it"),
        ({"gptImageParams": {"aspect_ratio": "1:1"}}, "use size= for it"),
        ({"gptImageParams": {"number_of_images": 4}}, "use n= for it"),
        ({"gptImageParams": {"input_images": []}}, "use images= for it"),
        ({"gptImage2Params": {"output_format": "png"}}, "use format= for it"),
        ({"gptImageParams": None}, "would replace fields"),
    ],
)
def test_extra_for_a_field_of_ours_is_refused(extra: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        paying(boat_call(extra=extra))


def test_a_webhook_is_passed_on() -> None:
    extra = {"webhookUrl": "https://hooks.example/x", "webhookEvents": ["completed"]}

    assert body_of(extra=extra).items() >= extra.items()
