from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from imagelab.sandbox.book import Book
from imagelab.sandbox.faults import Faults
from imagelab.sandbox.transport import SandboxTransport

BASE = "https://api.openai.com/v1/images"
BOAT: dict[str, Any] = {
    "model": "gpt-image-1.5",
    "prompt": "a paper boat on a slate table",
    "quality": "low",
    "size": "1024x1024",
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
Post = Callable[..., httpx.Response]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Posts over a new transport each time: whatever is remembered is in the book."""

    def send(
        path: str, key: str | None = "sandbox", fault: str | None = None, **more: Any
    ) -> httpx.Response:
        async def run() -> httpx.Response:
            faults = Faults({fault: 1} if fault else {})
            transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=faults)
            headers = {} if key is None else {"authorization": f"Bearer {key}"}
            async with httpx.AsyncClient(transport=transport, headers=headers) as client:
                return await client.post(f"{BASE}/{path}", **more)

        return asyncio.run(run())

    return send


def pictures(reply: httpx.Response) -> list[Image.Image]:
    items = reply.json()["data"]
    return [Image.open(io.BytesIO(base64.b64decode(item["b64_json"]))) for item in items]


def png(size: tuple[int, int] = (1024, 1024), mode: str = "RGB", colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG")
    return file.getvalue()


def data_uri(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def test_a_generation_answers_with_the_picture_and_its_usage(post: Post) -> None:
    reply = post("generations", json=BOAT)

    assert reply.status_code == 200
    assert [(image.format, image.size) for image in pictures(reply)] == [("PNG", (1024, 1024))]
    assert reply.json()["usage"] == {
        "input_tokens": 7,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": 7},
        "output_tokens": 272,
        "output_tokens_details": {"image_tokens": 272, "text_tokens": 0},
        "total_tokens": 279,
    }


def test_the_documented_request_is_answered_as_it_was_asked(post: Post) -> None:
    reply = post("generations", json=DOCUMENTED)

    told = reply.json()
    asked = ("background", "output_format", "quality", "size")
    assert {name: told[name] for name in asked} == {name: DOCUMENTED[name] for name in asked}
    assert [(image.format, image.size) for image in pictures(reply)] == [("WEBP", (1536, 864))] * 2


def test_what_was_left_to_the_vendor_is_told(post: Post) -> None:
    reply = post("generations", json={"model": "gpt-image-1.5", "prompt": "a wide landscape"})

    told = reply.json()
    assert told["size"] == "1536x1024"
    assert (told["quality"], told["background"]) == ("medium", "opaque")
    assert told["output_format"] == "png"


def test_a_transparent_background_is_transparent(post: Post) -> None:
    reply = post("generations", json={**BOAT, "background": "transparent"})

    [image] = pictures(reply)
    assert image.mode == "RGBA"
    assert reply.json()["background"] == "transparent"


def test_the_same_request_gives_another_picture_and_another_charge(
    post: Post, tmp_path: Path
) -> None:
    first, second = post("generations", json=BOAT), post("generations", json=BOAT)

    bill = Book(tmp_path / "book.db").bill()
    assert first.json()["data"] != second.json()["data"]
    assert [line.id for line in bill] == [r.headers["x-request-id"] for r in (first, second)]


def test_the_bill_is_the_usage_at_the_list_price(post: Post, tmp_path: Path) -> None:
    usage = post("generations", json={**BOAT, "n": 3}).json()["usage"]

    [line] = Book(tmp_path / "book.db").bill()
    assert line.nano == usage["input_tokens"] * 5_000 + usage["output_tokens"] * 32_000
    assert (line.images, line.provider, line.note) == (3, "openai", "gpt-image-1.5")


def test_an_edit_by_form_counts_its_images_and_keeps_the_mask(post: Post) -> None:
    files = [
        ("image[]", ("a.png", png((1024, 1536)), "image/png")),
        ("image[]", ("b.png", png((512, 512)), "image/png")),
        ("mask", ("m.png", png((1024, 1536), "RGBA", "#00000000"), "image/png")),
    ]
    fields = {"model": "gpt-image-2", "prompt": "add a fox", "quality": "low", "n": "1"}

    reply = post("edits", data=fields, files=files)

    assert reply.status_code == 200
    assert reply.json()["usage"]["input_tokens_details"]["image_tokens"] == 323 + 194
    assert pictures(reply)[0].size == (1024, 1536)


def test_an_edit_takes_one_file_named_image(post: Post) -> None:
    files = [("image", ("a.png", png(), "image/png"))]

    reply = post("edits", data={**BOAT, "input_fidelity": "high"}, files=files)

    assert reply.json()["usage"]["input_tokens_details"]["image_tokens"] == 194 + 4096


def test_an_edit_by_json_takes_data_uris_and_addresses_it_can_reach(post: Post) -> None:
    stand_in = "https://assets.runware.ai/assets/inputs/2c91d5eb.jpg"
    images = [{"image_url": data_uri(png())}, {"image_url": stand_in}]

    reply = post("edits", json={**BOAT, "images": images, "moderation": "low"})

    assert reply.json()["usage"]["input_tokens_details"]["image_tokens"] == 194 + 323


def test_other_input_pixels_give_another_picture(post: Post) -> None:
    red, blue = (
        post("edits", json={**BOAT, "images": [{"image_url": data_uri(png(colour=colour))}]})
        for colour in ("red", "blue")
    )

    assert red.json()["data"] != blue.json()["data"]


@pytest.mark.parametrize("size", ["1024x1024", "1536x864", "2048x2048", "3840x2160", "1440x480"])
def test_the_second_family_takes_every_legal_size(post: Post, size: str) -> None:
    model = {"model": "gpt-image-2", "output_format": "jpeg"}

    reply = post("generations", json={**BOAT, **model, "size": size})

    assert reply.json()["size"] == size


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (png((512, 512), "RGBA"), "they must be the same"),
        (png(), "no PNG with an alpha channel"),
        (b"no image", "is not a PNG, JPEG or WebP"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(post: Post, mask: bytes, words: str) -> None:
    files = [("image", ("a.png", png(), "image/png")), ("mask", ("m.png", mask, "image/png"))]

    reply = post("edits", data=BOAT, files=files)

    assert reply.json()["error"]["param"] == "mask"
    assert words in reply.json()["error"]["message"]


def test_an_edit_without_an_image_is_refused(post: Post) -> None:
    reply = post("edits", json=BOAT)

    assert reply.json()["error"]["code"] == "missing_required_parameter"


def test_moderation_is_no_field_of_the_form(post: Post) -> None:
    files = [("image", ("a.png", png(), "image/png"))]

    reply = post("edits", data={**BOAT, "moderation": "low"}, files=files)

    assert reply.json()["error"]["code"] == "unknown_parameter"


def test_an_address_out_of_reach_is_refused(post: Post) -> None:
    images = [{"image_url": "https://example.org/fox.png"}]

    reply = post("edits", json={**BOAT, "images": images})

    assert reply.json()["error"]["code"] == "invalid_image_url"


@pytest.mark.parametrize("key", [None, "invalid-key"])
def test_a_key_that_is_missing_or_wrong_is_401(post: Post, key: str | None) -> None:
    reply = post("generations", key=key, json=BOAT)

    assert reply.status_code == 401
    assert "invalid-key" not in reply.text


def test_a_body_that_is_no_json_object_is_refused(post: Post) -> None:
    assert post("generations", content=b"{").status_code == 400
    assert post("generations", json=[BOAT]).status_code == 400


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
    post: Post, fault: str, status: int, code: str | None
) -> None:
    reply = post("generations", fault=fault, json=BOAT)

    assert reply.status_code == status
    assert reply.json()["error"]["code"] == code
    assert reply.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("fault", ["fewer", "partial"])
def test_a_missing_picture_is_not_billed(post: Post, tmp_path: Path, fault: str) -> None:
    reply = post("generations", fault=fault, json={**BOAT, "n": 3})

    [line] = Book(tmp_path / "book.db").bill()
    assert len(reply.json()["data"]) == line.images == 2
    assert reply.json()["usage"]["output_tokens"] == 2 * 272


def test_text_can_come_where_a_picture_should(post: Post) -> None:
    reply = post("generations", fault="not_an_image", json=BOAT)

    data = base64.b64decode(reply.json()["data"][0]["b64_json"])
    assert data == b"this is no image"


def test_a_refusal_has_the_documented_form_and_costs_nothing(post: Post, tmp_path: Path) -> None:
    reply = post("generations", json={**BOAT, "seed": 7})

    assert reply.status_code == 400
    assert reply.json()["error"] == {
        "message": "Unknown parameter: 'seed'.",
        "type": "invalid_request_error",
        "param": "seed",
        "code": "unknown_parameter",
    }
    assert Book(tmp_path / "book.db").bill() == []
