from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from imagelab.sandbox.book import Book
from imagelab.sandbox.faults import Faults
from imagelab.sandbox.transport import SandboxTransport

PAGE = json.loads((Path(__file__).parent / "runware_page.json").read_text())
EXAMPLES = PAGE["examples"]
ID = "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11"
OTHER = "0b5c0a1e-1111-4222-8333-444455556666"
BOAT: dict[str, Any] = {
    "taskType": "imageInference",
    "taskUUID": ID,
    "model": "openai:4@1",
    "positivePrompt": "a paper boat on a slate table",
    "width": 1024,
    "height": 1024,
    "providerSettings": {"openai": {"quality": "low", "background": "opaque"}},
}
LATER = {**BOAT, "deliveryMethod": "async", "includeCost": True}
POLL = {"taskType": "getResponse", "taskUUID": ID}
# A task of low quality, 0.3 s at pace 1, takes 3000 s: it is still running when a test looks.
VERY_SLOW = 10_000.0
Post = Callable[..., httpx.Response]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Posts tasks over a new transport each time: whatever is remembered is in the book."""

    def send(
        *tasks: dict[str, Any], key: str | None = "sandbox", pace: float = 0.0
    ) -> httpx.Response:
        transport = SandboxTransport(tmp_path / "book.db", pace=pace, faults=Faults())
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        return asyncio.run(sent(transport, headers, "POST", "https://api.runware.ai/v1", tasks))

    return send


@pytest.fixture
def download(tmp_path: Path) -> Post:
    def send(url: str) -> httpx.Response:
        transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=Faults())
        return asyncio.run(sent(transport, {}, "GET", url, None))

    return send


async def sent(
    transport: SandboxTransport, headers: dict[str, str], method: str, url: str, body: Any
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        return await client.request(method, url, json=body)


def opened(reply: httpx.Response) -> Image.Image:
    return Image.open(io.BytesIO(reply.content))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_the_documented_requests_are_answered_at_the_documented_cost(
    post: Post, download: Post, example: dict[str, Any]
) -> None:
    [item] = post({**example["request"], "includeCost": True}).json()["data"]

    image = opened(download(item["imageURL"]))
    assert item["cost"] == pytest.approx(example["response"]["cost"], rel=0.01)
    assert item["taskUUID"] == example["response"]["taskUUID"]
    assert image.size == (example["request"]["width"], example["request"]["height"])
    assert image.format == "JPEG"


def test_the_cost_is_told_only_when_it_was_asked_for(post: Post) -> None:
    [item] = post(BOAT).json()["data"]

    assert set(item) == {"taskType", "taskUUID", "imageUUID", "imageURL", "seed"}


def test_the_bill_is_the_sum_of_the_costs_told(post: Post, tmp_path: Path) -> None:
    items = post({**BOAT, "includeCost": True, "numberResults": 3}).json()["data"]

    [line] = Book(tmp_path / "book.db").bill()
    assert (line.id, line.provider, line.images) == (ID, "runware", 3)
    assert line.nano == sum(round(item["cost"] * 1e9) for item in items)


def test_an_asynchronous_task_is_acknowledged_then_processing_then_there(post: Post) -> None:
    acknowledged = post(LATER)
    waiting = post(POLL, pace=VERY_SLOW)
    there = post(POLL)

    head = {"taskType": "imageInference", "taskUUID": ID}
    assert acknowledged.json() == {"data": [head]}
    assert waiting.json() == {"data": [{**head, "status": "processing"}]}
    assert [item["status"] for item in there.json()["data"]] == ["success"]
    assert there.json()["data"][0]["cost"] == pytest.approx(0.00874, abs=1e-5)


def test_an_unknown_task_answers_with_nothing(post: Post) -> None:
    reply = post(POLL)

    assert (reply.status_code, reply.json()) == (200, {"data": []})


def test_a_task_id_is_taken_once_and_billed_once(post: Post, tmp_path: Path) -> None:
    post(LATER)

    again = post(LATER)

    [error] = again.json()["errors"]
    assert (again.status_code, error["code"]) == (400, "conflictTaskUUID")
    assert (error["taskUUID"], again.json()["data"]) == (ID, [])
    assert len(Book(tmp_path / "book.db").bill()) == 1


def test_the_same_request_under_another_id_is_another_picture(post: Post, download: Post) -> None:
    [first] = post(BOAT).json()["data"]
    [second] = post({**BOAT, "taskUUID": OTHER}).json()["data"]

    assert first["seed"] != second["seed"]
    assert download(first["imageURL"]).content != download(second["imageURL"]).content


def test_details_of_a_past_task_tell_what_was_asked_and_answered(post: Post) -> None:
    post(LATER)

    [details] = post({"taskType": "getTaskDetails", "taskUUID": ID}).json()["data"]

    assert details["request"] == [LATER]
    assert details["response"]["data"][0]["imageURL"].startswith("https://im.runware.ai/image/")


def test_details_of_an_unknown_task_are_an_error(post: Post) -> None:
    reply = post({"taskType": "getTaskDetails", "taskUUID": ID})

    assert reply.json()["errors"][0]["code"] == "taskFailedOrNotFound"


def test_the_account_tells_what_is_left(post: Post) -> None:
    post(BOAT)

    asked = {"taskType": "accountManagement", "taskUUID": OTHER, "operation": "getDetails"}
    [account] = post(asked).json()["data"]

    assert account["usage"]["total"]["requests"] == 1
    assert account["balance"] == pytest.approx(100 - account["usage"]["total"]["credits"])


def test_a_task_can_bring_the_key(post: Post) -> None:
    authentication = {"taskType": "authentication", "apiKey": "sandbox"}

    data = post(authentication, BOAT, key=None).json()["data"]

    assert [item["taskType"] for item in data] == ["authentication", "imageInference"]


@pytest.mark.parametrize(
    ("key", "code"), [(None, "missingApiKey"), ("invalid-key", "invalidApiKey")]
)
def test_a_key_that_is_missing_or_wrong_is_401(post: Post, key: str | None, code: str) -> None:
    reply = post(BOAT, key=key)

    assert reply.status_code == 401
    assert reply.json()["errors"][0]["code"] == code
    assert "invalid-key" not in reply.text


def test_one_wrong_task_does_not_stop_the_others(post: Post) -> None:
    reply = post({**BOAT, "width": 7}, {**BOAT, "taskUUID": OTHER})

    assert reply.status_code == 200
    assert [item["taskUUID"] for item in reply.json()["data"]] == [OTHER]
    assert [error["taskUUID"] for error in reply.json()["errors"]] == [ID]


def test_a_body_that_is_no_array_of_tasks_is_refused(tmp_path: Path) -> None:
    transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=Faults())
    headers = {"authorization": "Bearer sandbox"}

    reply = asyncio.run(sent(transport, headers, "POST", "https://api.runware.ai/v1", BOAT))

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "invalidRequest")


def test_a_refusal_names_its_task_and_parameter_and_costs_nothing(
    post: Post, tmp_path: Path
) -> None:
    reply = post({**BOAT, "inputs": {"referenceImages": ["https://example.org/a.png"]}})

    [error] = reply.json()["errors"]
    assert (reply.status_code, error["code"]) == (400, "invalidReferenceImages")
    assert (error["taskUUID"], error["parameter"]) == (ID, "inputs.referenceImages")
    assert Book(tmp_path / "book.db").bill() == []
