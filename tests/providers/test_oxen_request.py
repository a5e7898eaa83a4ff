from __future__ import annotations

import json
from typing import Any

import pytest

from imagelab.domain.params import Params
from imagelab.domain.request import Input
from imagelab.errors import RequestError
from imagelab.imaging.decode import decode
from imagelab.providers.body import DataUri, JsonBody
from imagelab.providers.oxen import PROVIDER
from imagelab.providers.oxen_offers import FIELDS
from imagelab.providers.steps import Listen, Pay
from tests.providers.oxen_call import AT_ONCE, BASE, PAGES, boat_call, sent
from tests.sandbox.pictures import masked_png

FOX = Input("a" * 64, "input", b"fox", "png", 1024, 1024)
DEN = Input("b" * 64, "input", b"den", "jpeg", 1024, 1024, url="https://pictures.example/den.jpg")


@pytest.mark.parametrize("example", PAGES["requests"], ids=lambda e: e["path"])
def test_every_example_of_the_pages_is_sent_word_for_word(example: dict[str, Any]) -> None:
    body = example["body"]
    inputs = tuple(Input("c" * 64, "input", b"ox", "png", 512, 512, url=url) for url in _urls(body))
    extra = AT_ONCE if example["path"] == "/ai/images/generate" else {}

    send = sent(
        boat_call(
            native=body["model"],
            prompt=body["prompt"],
            params=_params(body),
            inputs=inputs,
            extra=extra,
        )
    )

    assert send.body is not None
    kind, content = send.body.content()
    assert (send.method, send.url) == ("POST", BASE + example["path"])
    assert (kind, json.loads(content)) == ("application/json", body)


def test_the_events_are_listened_to_before_anything_is_paid() -> None:
    flow = PROVIDER.generate(boat_call(), "x-1", BASE)

    first, second = next(flow), next(flow)

    assert isinstance(first, Listen)
    assert (first.send.method, first.send.url) == ("GET", f"{BASE}/events")
    assert isinstance(second, Pay)


def test_the_queue_is_asked_unless_told_for_it_can_be_asked_again() -> None:
    send = sent(boat_call())

    assert send.url == f"{BASE}/ai/queue"
    assert send.headers == {"Authorization": "Bearer x-1"}


def test_a_post_is_never_repeated() -> None:
    flow = PROVIDER.generate(boat_call(), "x-1", BASE)

    step = [next(flow), next(flow)][1]

    assert isinstance(step, Pay)
    assert (step.repeatable, PROVIDER.repeatable) == (None, None)


def test_several_images_are_one_request() -> None:
    assert _body(n=3) == {
        "model": "gpt-image-1-5",
        "prompt": "a paper boat",
        "num_generations": 3,
    }


@pytest.mark.parametrize(("size", "asked"), FIELDS["gpt-image-2"].items())
def test_a_size_is_a_ratio_and_a_resolution_to_the_second_model(
    size: str, asked: dict[str, str]
) -> None:
    body = _body(native="gpt-image-2", params=Params(size=size))

    assert body == {"model": "gpt-image-2", "prompt": "a paper boat", **asked}


def test_other_ratios_are_for_extra_where_no_size_is_named() -> None:
    extra = {"aspect_ratio": "21:9", "resolution": "4K"}

    assert _body(native="gpt-image-2", extra=extra)["aspect_ratio"] == "21:9"
    with pytest.raises(RequestError, match="use size= for it"):
        _body(native="gpt-image-2", params=Params(size="1024x1024"), extra=extra)


def test_an_address_goes_as_it_is_and_bytes_as_a_data_uri() -> None:
    body = _body(inputs=(FOX, DEN))

    assert body["input_image"] == [DataUri(FOX), "https://pictures.example/den.jpg"]


def test_a_mask_is_sent_white_where_it_was_clear() -> None:
    mask = Input("m" * 64, "mask", masked_png((64, 64), (0, 0, 32, 64)), "png", 64, 64)

    uri = _body(native="gpt-image-2", inputs=(FOX, mask))["mask_url"]

    sent_mask = decode(uri.image.data).convert("L")
    assert (sent_mask.getpixel((8, 8)), sent_mask.getpixel((56, 8))) == (255, 0)
    assert uri.image.sha256 != mask.sha256


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"num_generations": 4}, "use n= for it"),
        ({"output_format": "png"}, "use format= for it"),
        ({"input_image": []}, "use images= for it"),
        ({"mask_url": "https://a.example/m.png"}, "use mask= for it"),
        ({"quality": "high"}, "use quality= for it"),
        ({"background": "opaque"}, "use background= for it"),
        ({"size": "square"}, "use size= for it"),
        ({"model": "gpt-image-3"}, "use model= for it"),
        ({"endpoint": "/videos/generate"}, "is not one of '/queue', '/images/generate'"),
    ],
)
def test_extra_for_a_field_of_ours_is_refused(extra: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        sent(boat_call(extra=extra))


def test_extra_is_merged_into_the_body() -> None:
    extra = {"target_namespace": "herd", "endpoint": "/queue"}

    assert _body(extra=extra)["target_namespace"] == "herd"
    assert "endpoint" not in _body(extra=extra)


def test_several_images_at_once_are_refused_with_what_can_be_done() -> None:
    with pytest.raises(RequestError, match=r"one image a call at .*use n=1, or leave endpoint out"):
        sent(boat_call(2, extra=AT_ONCE))


def test_what_is_asked_at_once_is_not_listened_for() -> None:
    assert isinstance(next(PROVIDER.generate(boat_call(extra=AT_ONCE), "x-1", BASE)), Pay)


def _urls(body: dict[str, Any]) -> list[str]:
    urls: list[str] = body.get("input_image", [])
    return urls


def _params(body: dict[str, Any]) -> Params:
    fields = {name: body[name] for name in ("size", "aspect_ratio", "resolution") if name in body}
    sizes = {tuple(sorted(f.items())): size for size, f in FIELDS[body["model"]].items()}
    return Params(
        size=sizes[tuple(sorted(fields.items()))] if fields else None,
        quality=body.get("quality"),
        format=body.get("output_format"),
    )


def _body(n: int = 1, **asked: Any) -> dict[str, Any]:
    body = sent(boat_call(n, **asked)).body
    assert isinstance(body, JsonBody)
    document: dict[str, Any] = body.document
    return document
