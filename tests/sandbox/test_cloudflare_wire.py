from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.providers.cloudflare_call import PAGES
from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.pictures import data_uri, difference, opened, png

API = "https://api.cloudflare.com/client/v4"
BOAT: dict[str, Any] = {"prompt": "a paper boat", "quality": "low", "size": "1024x1024"}


def asked(model: str = "2", **fields: Any) -> dict[str, Any]:
    return {"model": f"openai/gpt-image-{model}", "input": {**BOAT, **fields}}


@pytest.mark.parametrize("example", PAGES["requests"], ids=lambda e: e["input"]["prompt"][:24])
def test_every_example_of_the_pages_is_answered_as_they_say(
    cloudflare: Exchange, download: Exchange, example: dict[str, Any]
) -> None:
    reply = cloudflare(json=example)

    told = reply.json()
    assert set(told) == set(PAGES["responses"][0])
    assert told["state"] == "Completed"
    assert told["gatewayMetadata"] == {"keySource": "Unified"}
    form = example["input"].get("output_format", "png")
    image = opened(download(told["result"]["image"]).content)
    assert image.format == form.upper()
    assert f"{image.width}x{image.height}" == example["input"].get("size", "1024x1024")


@pytest.mark.parametrize("size", ["256x256", "512x512", "1024x1024", "1792x1024", "1024x1792"])
def test_the_older_model_gives_the_sizes_of_its_page(
    cloudflare: Exchange, download: Exchange, size: str
) -> None:
    reply = cloudflare(json=asked("1.5", size=size, style="natural"))

    image = opened(download(address(reply)).content)
    assert f"{image.width}x{image.height}" == size


def test_a_result_is_a_file_of_its_kind_at_an_address_without_a_key(
    cloudflare: Exchange, download: Exchange
) -> None:
    reply = cloudflare(json=asked(output_format="webp"))

    found = download(address(reply))
    assert address(reply).endswith(".webp")
    assert found.headers["content-type"] == "image/webp"
    assert download(address(reply)).content == found.content
    assert download(f"{address(reply)}.png").status_code == 404


def test_the_same_request_gives_another_picture_and_another_charge(
    cloudflare: Exchange, download: Exchange, bill: Bill
) -> None:
    first, second = cloudflare(json=asked()), cloudflare(json=asked())

    assert download(address(first)).content != download(address(second)).content
    assert [line.id for line in bill()] == [r.headers["cf-ray"] for r in (first, second)]


@pytest.mark.parametrize(("model", "nano"), [("1.5", 272 * 32_000), ("2", 196 * 30_000)])
def test_the_bill_is_the_tokens_at_the_list_price(
    cloudflare: Exchange, bill: Bill, model: str, nano: int
) -> None:
    cloudflare(json=asked(model))

    [line] = bill()
    assert line.nano == nano + 3 * 5_000
    assert (line.images, line.provider) == (1, "cloudflare")
    assert line.note == f"openai/gpt-image-{model}"


def test_input_images_come_bare_or_as_data_uris_and_are_counted(
    cloudflare: Exchange, download: Exchange, bill: Bill
) -> None:
    images = [data_uri(png()), base64.b64encode(png((1024, 1536), colour="blue")).decode()]

    edit = cloudflare(json=asked(images=images))
    plain = cloudflare(json=asked())

    before, after = (opened(download(address(reply)).content) for reply in (plain, edit))
    assert difference(before.convert("RGB"), after.convert("RGB")) > 1
    [first, second] = bill()
    assert first.nano - second.nano == (194 + 323) * 8_000


def test_an_edit_left_to_choose_takes_the_shape_of_its_input(
    cloudflare: Exchange, download: Exchange
) -> None:
    reply = cloudflare(json=asked(size="auto", images=[data_uri(png((600, 900)))]))

    assert opened(download(address(reply)).content).size == (1024, 1536)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (asked("3"), 400, 5007),
        (asked(size="1792x1024"), 400, 5006),
        (asked("1.5", size="1536x1024"), 400, 5006),
        (asked("1.5", size="auto"), 400, 5006),
        (asked("1.5", style="loud"), 400, 5006),
        (asked(quality="xhigh"), 400, 5006),
        (asked(output_format="gif"), 400, 5006),
        (asked(background="transparent"), 400, 5006),
        (asked(images=[data_uri(png((8, 8)))] * 17), 400, 5006),
        (asked(images=["https://files.example/fox.png"]), 400, 5004),
        (asked(images=[base64.b64encode(b"no image").decode()]), 400, 5004),
        (asked(prompt=""), 400, 3003),
        ({"model": "openai/gpt-image-2", "prompt": "a fox"}, 500, 7000),
        ([], 500, 7000),
    ],
)
def test_what_the_pages_do_not_have_is_refused_and_costs_nothing(
    cloudflare: Exchange, bill: Bill, body: object, status: int, code: int
) -> None:
    reply = cloudflare(json=body)

    assert reply.status_code == status
    assert reply.json()["success"] is False
    assert [error["code"] for error in reply.json()["errors"]] == [code]
    assert bill() == []


def test_a_field_that_the_pages_do_not_list_is_admitted(cloudflare: Exchange) -> None:
    assert cloudflare(json=asked(moderation="low")).json()["state"] == "Completed"


@pytest.mark.parametrize("key", [None, "invalid-key"])
def test_a_key_that_is_missing_or_wrong_is_401(cloudflare: Exchange, key: str | None) -> None:
    reply = cloudflare(key=key, json=asked())

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (401, 10_000)
    assert "invalid-key" not in reply.text


@pytest.mark.parametrize(
    "path", ["/accounts/short/ai/run", "/accounts//ai/run", f"/accounts/{'0' * 32}/ai/run/@cf/x"]
)
def test_an_account_or_route_that_is_none_is_404(exchange: Exchange, path: str) -> None:
    reply = exchange("POST", f"{API}{path}", json=asked())

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (404, 7003)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate_limit", 429, 3040),
        ("quota", 402, 3036),
        ("auth", 401, 10_000),
        ("moderation", 400, 5006),
        ("model_gone", 400, 5007),
        ("server_error_before_charge", 500, 3043),
        ("server_error_after_charge", 500, 3043),
    ],
)
def test_a_fault_speaks_as_cloudflare_does(
    cloudflare: Exchange, bill: Bill, fault: str, status: int, code: int
) -> None:
    reply = cloudflare(fault=fault, json=asked())

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (status, code)
    assert reply.headers["cf-ray"]
    assert len(bill()) == (fault == "server_error_after_charge")


@pytest.mark.parametrize(("fault", "state"), [("fewer", "Completed"), ("partial", "Failed")])
def test_the_only_picture_can_be_missing_and_is_not_billed(
    cloudflare: Exchange, bill: Bill, fault: str, state: str
) -> None:
    told = cloudflare(fault=fault, json=asked()).json()

    assert told["state"] == state
    assert "image" not in told.get("result", {})
    assert bill() == []


def test_text_can_come_where_a_picture_should(cloudflare: Exchange, download: Exchange) -> None:
    reply = cloudflare(fault="not_an_image", json=asked())

    assert download(address(reply)).content == b"this is no image"


@pytest.mark.parametrize(("fault", "status"), [("expired", 404), ("download_server_error", 503)])
def test_a_download_can_fail_once(
    cloudflare: Exchange, download: Exchange, fault: str, status: int
) -> None:
    reply = cloudflare(json=asked())

    assert download(address(reply), fault=fault).status_code == status
    assert download(address(reply)).status_code == 200


def test_a_download_can_break(cloudflare: Exchange, download: Exchange) -> None:
    reply = cloudflare(json=asked())

    with pytest.raises(httpx.ReadError, match="the connection breaks"):
        download(address(reply), fault="download_reset")


@pytest.mark.parametrize("fault", ["bad_gateway", "truncated", "null"])
def test_a_reply_spoiled_on_the_way_back_is_billed_all_the_same(
    cloudflare: Exchange, bill: Bill, fault: str
) -> None:
    cloudflare(fault=fault, json=asked())

    assert len(bill()) == 1


@pytest.mark.parametrize("fault", ["reset_after_charge", "stall"])
def test_a_connection_lost_on_the_way_back_is_billed_all_the_same(
    cloudflare: Exchange, bill: Bill, fault: str
) -> None:
    with pytest.raises(httpx.TransportError, match=r"sandbox, as api\.cloudflare\.com"):
        cloudflare(fault=fault, json=asked())

    assert len(bill()) == 1


def address(reply: httpx.Response) -> str:
    found = reply.json()["result"]["image"]
    assert isinstance(found, str)
    return found
