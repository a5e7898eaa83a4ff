from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagelab.providers.sse import events_of
from imagelab.sandbox.transport import SandboxTransport
from tests.providers.oxen_call import PAGES
from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.pictures import data_uri, difference, masked_png, opened, png

API = "https://hub.oxen.ai/api"
BOAT = {"model": "gpt-image-1-5", "prompt": "a paper boat"}
SMALL = {
    "model": "gpt-image-2",
    "prompt": "a paper boat",
    "quality": "low",
    "aspect_ratio": "1:1",
    "resolution": "1K",
}

Oxen = Callable[..., httpx.Response]


@pytest.fixture
def oxen(exchange: Exchange) -> Oxen:
    """Asks Oxen's API, by method and path."""

    def ask(method: str, path: str, **more: Any) -> httpx.Response:
        return exchange(method, f"{API}{path}", **more)

    return ask


@pytest.mark.parametrize("example", PAGES["requests"], ids=lambda e: e["path"])
def test_every_example_of_the_pages_is_answered_as_they_say(
    oxen: Oxen, download: Exchange, example: dict[str, Any]
) -> None:
    told = oxen("POST", example["path"], json=example["body"]).json()

    if example["path"] == "/ai/queue":
        assert set(told) == set(PAGES["enqueued"])
        [entry] = [oxen("GET", f"/ai/queue/{each}").json() for each in ids(told)]
        assert set(PAGES["succeeded"]) - set(entry) == {"aspect_ratio", "duration"} - set(entry)
        url = entry["result_url"]
    else:
        assert set(told) == set(PAGES["given"][0])
        [image] = told["images"]
        url = image["url"]
    assert opened(download(url).content).format == "PNG"


def test_what_was_asked_is_told_again_with_where_it_stands(oxen: Oxen) -> None:
    asked = {**SMALL, "output_format": "webp"}
    [name] = ids(oxen("POST", "/ai/queue", json=asked).json())

    entry = oxen("GET", f"/ai/queue/{name}").json()

    assert (entry["model_name"], entry["status"]) == ("gpt-image-2", "succeeded")
    assert {entry[field] for field in ("prompt", "output_format", "quality")} == {
        "a paper boat",
        "webp",
        "low",
    }


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"aspect_ratio": "2:3", "resolution": "1K"}, (1024, 1536)),
        ({"aspect_ratio": "9:16"}, (1152, 2048)),
        ({"aspect_ratio": "21:9", "resolution": "1K"}, (1536, 656)),
        ({}, (2048, 1152)),
    ],
)
def test_a_ratio_and_a_resolution_are_pixels(
    oxen: Oxen, download: Exchange, fields: dict[str, str], size: tuple[int, int]
) -> None:
    body = {"model": "gpt-image-2", "prompt": "a boat", "quality": "low", **fields}

    [url] = results(oxen, body)

    assert opened(download(url).content).size == size


def test_several_are_queued_together_and_billed_together(
    oxen: Oxen, download: Exchange, bill: Bill
) -> None:
    first, second = results(oxen, {**BOAT, "num_generations": 2})

    assert download(first).content != download(second).content
    [line] = bill()
    assert (line.images, line.nano, line.provider) == (2, 2 * 40_000_000, "oxen")


@pytest.mark.parametrize(
    ("fields", "nano"),
    [
        ({}, 4_000_000),
        ({"resolution": "2K"}, 9_000_000),
        ({"quality": "high", "resolution": "4K", "aspect_ratio": "16:9"}, 1_130_000_000),
    ],
)
def test_the_bill_is_what_the_model_object_says(
    oxen: Oxen, bill: Bill, fields: dict[str, str], nano: int
) -> None:
    body = {**SMALL, **fields}
    oxen("POST", "/ai/queue", json=body)

    grid = oxen("GET", "/ai/models/gpt-image-2").json()["pricing"]["cost_per_image_grid"]

    assert [line.nano for line in bill()] == [nano]
    assert round(grid[body["quality"]][body["resolution"]] * 10**9) == nano


def test_a_wrong_parameter_fails_when_it_runs_and_costs_nothing(oxen: Oxen, bill: Bill) -> None:
    [name] = ids(oxen("POST", "/ai/queue", json={**BOAT, "size": "huge"}).json())

    entry = oxen("GET", f"/ai/queue/{name}").json()

    assert (entry["status"], entry["result_url"]) == ("failed", None)
    assert entry["error_message"].startswith("size must be one of auto, square")
    assert bill() == []


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"model": "gpt-4"}, 404, "Model not found: gpt-4"),
        ({**BOAT, "num_generations": 5}, 400, "num_generations must be an integer between 1 and 4"),
        ([], 400, "no JSON object"),
    ],
)
def test_what_the_queue_does_not_take_is_refused_and_costs_nothing(
    oxen: Oxen, bill: Bill, body: object, status: int, words: str
) -> None:
    reply = oxen("POST", "/ai/queue", json=body)

    assert reply.status_code == status
    assert words in reply.json()["error"]["detail"]
    assert reply.json()["status"] == "error"
    assert bill() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"prompt": ""}, "Prompt cannot be empty"),
        ({"output_format": "gif"}, "output_format must be one of png, jpeg, webp"),
        ({"input_image": ["https://files.example/fox.png"]}, "403 Client Error: Forbidden for url"),
        ({"input_image": [data_uri(b"no image")]}, "403 Client Error"),
        ({"input_image": ["x"] * 17}, "at most 16 URLs"),
        ({"mask_url": data_uri(png((8, 8)))}, "beside an input_image"),
    ],
)
def test_at_once_a_wrong_parameter_is_told_at_once(
    oxen: Oxen, bill: Bill, fields: dict[str, Any], words: str
) -> None:
    reply = oxen("POST", "/ai/images/generate", json={**SMALL, **fields})

    assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_params")
    assert words in reply.json()["error"]["detail"]
    assert bill() == []


def test_an_image_at_once_can_come_as_base64_and_is_in_no_queue(oxen: Oxen, bill: Bill) -> None:
    body = {**SMALL, "response_format": "b64_json"}

    [image] = oxen("POST", "/ai/images/generate", json=body).json()["images"]

    assert set(image) == {"b64_json"}
    assert len(bill()) == 1
    assert oxen("GET", "/ai/queue?status=succeeded").json() == {"count": 0, "generations": []}


def test_an_edit_shows_its_input(oxen: Oxen, download: Exchange) -> None:
    [plain] = results(oxen, SMALL)
    [edit] = results(oxen, {**SMALL, "input_image": [data_uri(png(colour="blue"))]})

    before, after = (opened(download(url).content).convert("RGB") for url in (plain, edit))

    assert difference(before, after) > 1


def test_a_mask_is_white_where_the_picture_changes(oxen: Oxen, download: Exchange) -> None:
    white = masked_png((1024, 1024), (0, 0, 0, 0))
    black = png(mode="L", colour="black")
    images = {"input_image": [data_uri(png(colour="blue"))]}

    kept, changed = (
        opened(download(results(oxen, {**SMALL, **images, "mask_url": data_uri(m)})[0]).content)
        for m in (black, white)
    )

    assert difference(kept.convert("RGB"), changed.convert("RGB")) > 1


def test_the_list_has_what_is_active_unless_a_status_is_named(oxen: Oxen) -> None:
    [name] = ids(oxen("POST", "/ai/queue", json=BOAT).json())

    active, ended, other = (
        oxen("GET", f"/ai/queue{query}").json()
        for query in ("", "?status=succeeded&model=gpt-image-1-5", "?status=succeeded&model=x")
    )

    assert (active["count"], other["count"]) == (0, 0)
    assert [entry["generation_id"] for entry in ended["generations"]] == [name]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_id_that_nobody_has_is_not_found(oxen: Oxen, method: str) -> None:
    reply = oxen(method, "/ai/queue/none")

    assert reply.status_code == 404
    assert reply.json()["status_message"] == PAGES["missing"]["status_message"]


def test_what_is_cancelled_before_it_began_is_taken_off_the_bill(oxen: Oxen, bill: Bill) -> None:
    slow = {"pace": 1000.0}
    body = {**BOAT, "num_generations": 2}
    first, _ = ids(oxen("POST", "/ai/queue", json=body, **slow).json())

    deleted = oxen("DELETE", f"/ai/queue/{first}", **slow).json()

    assert deleted == {"status": "success", "generation_id": first}
    entry = oxen("GET", f"/ai/queue/{first}", **slow).json()
    assert (entry["status"], entry["started_at"]) == ("cancelled", None)
    assert [(line.images, line.nano) for line in bill()] == [(1, 40_000_000)]


def test_what_has_ended_is_not_cancelled(oxen: Oxen, bill: Bill) -> None:
    [name] = ids(oxen("POST", "/ai/queue", json=BOAT).json())

    oxen("DELETE", f"/ai/queue/{name}")

    assert oxen("GET", f"/ai/queue/{name}").json()["status"] == "succeeded"
    assert len(bill()) == 1


def test_a_model_object_has_every_field_of_the_reference(oxen: Oxen) -> None:
    one = oxen("GET", "/ai/models/gpt-image-1-5").json()
    every = oxen("GET", "/ai/models").json()
    found = oxen("GET", "/ai/models/search?search=image-2").json()

    assert set(PAGES["model_fields"]) <= set(one)
    assert "output_format" in one["json_request_schema"]["properties"]
    assert [model["id"] for model in every["data"]] == ["gpt-image-1-5", "gpt-image-2"]
    assert [model["id"] for model in found["data"]] == ["gpt-image-2"]
    assert oxen("GET", "/ai/models/gpt-9").status_code == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [("", "succeeded"), ("moderation", "failed")],
)
def test_an_event_tells_of_what_ends_after_it_was_subscribed(
    book_file: Path, fault: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", fault)

    kind, told = asyncio.run(_first_event(book_file))

    assert kind == "media_generation_completed"
    assert told["status"] == status
    assert set(told) == _documented_fields(status)


def test_the_events_are_for_those_with_a_key(oxen: Oxen) -> None:
    assert oxen("GET", "/events", key=None).status_code == 401


@pytest.mark.parametrize("key", [None, "invalid-key"])
def test_a_key_that_is_missing_or_wrong_is_401(oxen: Oxen, key: str | None) -> None:
    reply = oxen("POST", "/ai/queue", json=BOAT, key=key)

    assert (reply.status_code, reply.json()["error"]["type"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("rate_limit", 429, "rate_limited"),
        ("quota", 402, "payment_required"),
        ("auth", 401, "unauthenticated"),
        ("model_gone", 404, "resource_not_found"),
        ("server_error_before_charge", 500, "unknown_error"),
        ("server_error_after_charge", 500, "unknown_error"),
    ],
)
def test_a_fault_speaks_as_oxen_does(
    oxen: Oxen, bill: Bill, fault: str, status: int, kind: str
) -> None:
    reply = oxen("POST", "/ai/queue", json=BOAT, fault=fault)

    assert (reply.status_code, reply.json()["error"]["type"]) == (status, kind)
    assert reply.headers["x-request-id"]
    assert len(bill()) == (fault == "server_error_after_charge")


@pytest.mark.parametrize("fault", ["moderation", "partial"])
def test_a_generation_can_fail_while_the_others_are_made(
    oxen: Oxen, bill: Bill, fault: str
) -> None:
    body = {**BOAT, "num_generations": 2}
    names = ids(oxen("POST", "/ai/queue", json=body, fault=fault).json())

    states = [oxen("GET", f"/ai/queue/{name}").json()["status"] for name in names]

    made = 1 if fault == "partial" else 0
    assert states.count("succeeded") == made
    assert sum(line.images for line in bill()) == made


def test_fewer_are_queued_without_a_word(oxen: Oxen, bill: Bill) -> None:
    body = {**BOAT, "num_generations": 2}

    assert len(ids(oxen("POST", "/ai/queue", json=body, fault="fewer").json())) == 1
    assert [line.images for line in bill()] == [1]


@pytest.mark.parametrize("fault", ["bad_gateway", "truncated", "null"])
def test_a_reply_spoiled_on_the_way_back_is_billed_and_listed_all_the_same(
    oxen: Oxen, bill: Bill, fault: str
) -> None:
    oxen("POST", "/ai/queue", json=BOAT, fault=fault)

    assert len(bill()) == 1
    assert oxen("GET", "/ai/queue?status=succeeded").json()["count"] == 1


@pytest.mark.parametrize("fault", ["reset_after_charge", "stall"])
def test_a_connection_lost_on_the_way_back_is_billed_all_the_same(
    oxen: Oxen, bill: Bill, fault: str
) -> None:
    with pytest.raises(httpx.TransportError, match=r"sandbox, as hub\.oxen\.ai"):
        oxen("POST", "/ai/queue", json=BOAT, fault=fault)

    assert len(bill()) == 1


def test_a_poll_can_fail_while_the_generation_goes_on(oxen: Oxen) -> None:
    [name] = ids(oxen("POST", "/ai/queue", json=BOAT).json())

    assert oxen("GET", f"/ai/queue/{name}", fault="poll_server_error").status_code == 500
    with pytest.raises(httpx.ReadError, match="the connection breaks"):
        oxen("GET", f"/ai/queue/{name}", fault="poll_reset")
    assert oxen("GET", f"/ai/queue/{name}").json()["status"] == "succeeded"


@pytest.mark.parametrize(("fault", "status"), [("expired", 404), ("download_server_error", 503)])
def test_a_download_can_fail_once(oxen: Oxen, download: Exchange, fault: str, status: int) -> None:
    [url] = results(oxen, BOAT)

    assert download(url, fault=fault).status_code == status
    assert download(url).status_code == 200


def test_text_can_come_where_a_picture_should(oxen: Oxen, download: Exchange) -> None:
    [name] = ids(oxen("POST", "/ai/queue", json=BOAT, fault="not_an_image").json())

    url = oxen("GET", f"/ai/queue/{name}").json()["result_url"]

    assert download(url).content == b"this is no image"


def test_an_address_of_nothing_is_not_found(download: Exchange, oxen: Oxen) -> None:
    [url] = results(oxen, BOAT)

    assert download(url.replace(".png", ".webp")).status_code == 404
    assert oxen("GET", "/ai/nowhere").status_code == 404


def ids(told: dict[str, Any]) -> list[str]:
    return [each["generation_id"] for each in told["generations"]]


def results(oxen: Oxen, body: dict[str, Any]) -> list[str]:
    """The addresses of what comes of a body that is queued."""
    names = ids(oxen("POST", "/ai/queue", json=body).json())
    return [oxen("GET", f"/ai/queue/{name}").json()["result_url"] for name in names]


async def _first_event(book: Path) -> tuple[str, dict[str, Any]]:
    headers = {"authorization": "Bearer sandbox"}
    transport = SandboxTransport(book, pace=0)
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        async with client.stream("GET", f"{API}/events") as stream:
            parts = stream.aiter_bytes()
            assert (await anext(parts)).startswith(b":")
            await client.post(f"{API}/ai/queue", json=BOAT)
            [event] = events_of(await anext(parts))
        return event.name, json.loads(event.data)


def _documented_fields(status: str) -> set[str]:
    documented = [json.loads(text.partition("data: ")[2]) for text in PAGES["events"]]
    return set(next(told for told in documented if told["status"] == status))
