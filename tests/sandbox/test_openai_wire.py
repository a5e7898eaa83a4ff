from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.pictures import data_uri, opened, png

BOAT: dict[str, Any] = {
    "model": "gpt-image-1.5",
    "prompt": "a paper boat on a slate table",
    "quality": "low",
    "size": "1024x1024",
    "output_format": "jpeg",
}
# The example of providers.md §5.3, in the vocabulary of OpenAI's reference.
DOCUMENTED: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a paper boat on a slate table",
    "n": 2,
    "size": "1536x864",
    "quality": "low",
    "background": "opaque",
    "output_format": "webp",
    "output_compression": 90,
    "moderation": "auto",
}


def test_a_generation_answers_with_the_picture_and_its_usage(openai: Exchange) -> None:
    reply = openai("generations", json=BOAT)

    assert reply.status_code == 200
    assert [(image.format, image.size) for image in pictures(reply)] == [("JPEG", (1024, 1024))]
    assert reply.json()["usage"] == {
        "input_tokens": 7,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": 7},
        "output_tokens": 272,
        "output_tokens_details": {"image_tokens": 272, "text_tokens": 0},
        "total_tokens": 279,
    }


def test_the_documented_request_is_answered_as_it_was_asked(openai: Exchange) -> None:
    reply = openai("generations", json=DOCUMENTED)

    told = reply.json()
    asked = ("background", "output_format", "quality", "size")
    assert {name: told[name] for name in asked} == {name: DOCUMENTED[name] for name in asked}
    assert [(image.format, image.size) for image in pictures(reply)] == [("WEBP", (1536, 864))] * 2


def test_what_was_left_to_the_vendor_is_told(openai: Exchange) -> None:
    reply = openai("generations", json={"model": "gpt-image-1.5", "prompt": "a wide landscape"})

    told = reply.json()
    assert told["size"] == "1536x1024"
    assert (told["quality"], told["background"]) == ("medium", "opaque")
    assert told["output_format"] == "png"
    assert [image.format for image in pictures(reply)] == ["PNG"]


def test_a_transparent_background_is_transparent(openai: Exchange) -> None:
    reply = openai(
        "generations", json={**BOAT, "background": "transparent", "output_format": "png"}
    )

    [image] = pictures(reply)
    assert image.mode == "RGBA"
    assert reply.json()["background"] == "transparent"


def test_the_same_request_gives_another_picture_and_another_charge(
    openai: Exchange, bill: Bill
) -> None:
    first, second = openai("generations", json=BOAT), openai("generations", json=BOAT)

    assert first.json()["data"] != second.json()["data"]
    assert [line.id for line in bill()] == [r.headers["x-request-id"] for r in (first, second)]


def test_the_bill_is_the_usage_at_the_list_price(openai: Exchange, bill: Bill) -> None:
    usage = openai("generations", json={**BOAT, "n": 3}).json()["usage"]

    [line] = bill()
    assert line.nano == usage["input_tokens"] * 5_000 + usage["output_tokens"] * 32_000
    assert (line.images, line.provider, line.note) == (3, "openai", "gpt-image-1.5")


def test_an_edit_by_form_counts_its_images_and_keeps_the_mask(openai: Exchange) -> None:
    files = [
        ("image[]", ("a.png", png((1024, 1536)), "image/png")),
        ("image[]", ("b.png", png((512, 512)), "image/png")),
        ("mask", ("m.png", png((1024, 1536), "RGBA", "#00000000"), "image/png")),
    ]
    fields = {"model": "gpt-image-2", "quality": "low", "n": "1", "output_format": "jpeg"}

    reply = openai("edits", data={**fields, "prompt": "add a fox"}, files=files)

    assert reply.status_code == 200
    assert reply.json()["usage"]["input_tokens_details"]["image_tokens"] == 323 + 194
    assert pictures(reply)[0].size == (1024, 1536)


def test_an_edit_takes_one_file_named_image(openai: Exchange) -> None:
    files = [("image", ("a.png", png(), "image/png"))]

    reply = openai("edits", data={**BOAT, "input_fidelity": "high"}, files=files)

    assert reply.json()["usage"]["input_tokens_details"]["image_tokens"] == 194 + 4096


def test_an_edit_by_json_takes_data_uris_and_addresses_it_can_reach(openai: Exchange) -> None:
    stand_in = "https://assets.runware.ai/assets/inputs/2c91d5eb.jpg"
    images = [{"image_url": data_uri(png())}, {"image_url": stand_in}]

    reply = openai("edits", json={**BOAT, "images": images, "moderation": "low"})

    assert reply.json()["usage"]["input_tokens_details"]["image_tokens"] == 194 + 323


def test_other_input_pixels_give_another_picture(openai: Exchange) -> None:
    inputs = [data_uri(png(colour=colour)) for colour in ("red", "blue")]

    red, blue = (openai("edits", json={**BOAT, "images": [{"image_url": i}]}) for i in inputs)

    assert red.json()["data"] != blue.json()["data"]


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (png((512, 512), "RGBA"), "they must be the same"),
        (png(), "no PNG with an alpha channel"),
        (b"no image", "is not a PNG, JPEG or WebP"),
    ],
    ids=["of another size", "opaque", "no picture"],
)
def test_a_mask_that_does_not_fit_is_refused(openai: Exchange, mask: bytes, words: str) -> None:
    files = [("image", ("a.png", png(), "image/png")), ("mask", ("m.png", mask, "image/png"))]

    reply = openai("edits", data=BOAT, files=files)

    assert reply.json()["error"]["param"] == "mask"
    assert words in reply.json()["error"]["message"]


def test_an_edit_without_an_image_is_refused(openai: Exchange) -> None:
    reply = openai("edits", json=BOAT)

    assert reply.json()["error"]["code"] == "missing_required_parameter"


def test_moderation_is_no_field_of_the_form(openai: Exchange) -> None:
    files = [("image", ("a.png", png(), "image/png"))]

    reply = openai("edits", data={**BOAT, "moderation": "low"}, files=files)

    assert reply.json()["error"]["code"] == "unknown_parameter"


def test_an_address_out_of_reach_is_refused(openai: Exchange) -> None:
    images = [{"image_url": "https://example.org/fox.png"}]

    reply = openai("edits", json={**BOAT, "images": images})

    assert reply.json()["error"]["code"] == "invalid_image_url"


@pytest.mark.parametrize("key", [None, "invalid-key"])
def test_a_key_that_is_missing_or_wrong_is_401(openai: Exchange, key: str | None) -> None:
    reply = openai("generations", key=key, json=BOAT)

    assert reply.status_code == 401
    assert "invalid-key" not in reply.text


@pytest.mark.parametrize("body", [b"{", b"[{}]"])
def test_a_body_that_is_no_json_object_is_refused(openai: Exchange, body: bytes) -> None:
    reply = openai("generations", content=body)

    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate_limit", 429, "rate_limit_exceeded"),
        ("quota", 429, "insufficient_quota"),
        ("auth", 401, "invalid_api_key"),
        ("moderation", 400, "moderation_blocked"),
        ("model_gone", 404, "model_not_found"),
        ("server_error_before_charge", 500, None),
        ("server_error_after_charge", 500, None),
    ],
)
def test_a_fault_speaks_as_openai_does(
    openai: Exchange, fault: str, status: int, code: str | None
) -> None:
    reply = openai("generations", fault=fault, json=BOAT)

    assert reply.status_code == status
    assert reply.json()["error"]["code"] == code
    assert reply.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("fault", ["fewer", "partial"])
def test_a_missing_picture_is_not_billed(openai: Exchange, bill: Bill, fault: str) -> None:
    reply = openai("generations", fault=fault, json={**BOAT, "n": 3})

    [line] = bill()
    assert len(reply.json()["data"]) == line.images == 2
    assert reply.json()["usage"]["output_tokens"] == 2 * 272


def test_text_can_come_where_a_picture_should(openai: Exchange) -> None:
    reply = openai("generations", fault="not_an_image", json=BOAT)

    data = base64.b64decode(reply.json()["data"][0]["b64_json"])
    assert data == b"this is no image"


def test_a_refusal_has_the_documented_form_and_costs_nothing(openai: Exchange, bill: Bill) -> None:
    reply = openai("generations", json={**BOAT, "seed": 7})

    assert reply.status_code == 400
    assert reply.json()["error"] == {
        "message": "Unknown parameter: 'seed'.",
        "type": "invalid_request_error",
        "param": "seed",
        "code": "unknown_parameter",
    }
    assert bill() == []


def pictures(reply: httpx.Response) -> list[Image.Image]:
    return [opened(base64.b64decode(item["b64_json"])) for item in reply.json()["data"]]
