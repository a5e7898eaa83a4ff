from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagelab.sandbox.book import Book
from imagelab.sandbox.faults import Faults
from imagelab.sandbox.transport import SandboxTransport

ID = "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11"
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
Post = Callable[..., httpx.Response]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Posts tasks over a new transport each time: whatever is remembered is in the book."""

    def send(*tasks: dict[str, Any], fault: str | None = None) -> httpx.Response:
        faults = Faults({fault: 1} if fault else {})
        transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=faults)
        headers = {"authorization": "Bearer sandbox"}
        return asyncio.run(sent(transport, headers, "POST", "https://api.runware.ai/v1", tasks))

    return send


@pytest.fixture
def download(tmp_path: Path) -> Post:
    def send(url: str, fault: str | None = None) -> httpx.Response:
        faults = Faults({fault: 1} if fault else {})
        transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=faults)
        return asyncio.run(sent(transport, {}, "GET", url, None))

    return send


async def sent(
    transport: SandboxTransport, headers: dict[str, str], method: str, url: str, body: Any
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        return await client.request(method, url, json=body)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate_limit", 429, "rateLimitExceeded"),
        ("quota", 402, "insufficientCredits"),
        ("auth", 401, "invalidApiKey"),
        ("model_gone", 400, "invalidModel"),
        ("server_error_before_charge", 500, "internalServerError"),
        ("server_error_after_charge", 500, "internalServerError"),
        ("moderation", 400, "contentPolicyViolation"),
    ],
)
def test_a_fault_speaks_as_runware_does(post: Post, fault: str, status: int, code: str) -> None:
    reply = post(BOAT, fault=fault)

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (status, code)


def test_a_task_billed_before_the_server_failed_can_be_polled(post: Post) -> None:
    post(LATER, fault="server_error_after_charge")

    assert [item["status"] for item in post(POLL).json()["data"]] == ["success"]


def test_a_refusal_of_an_asynchronous_task_is_seen_when_it_is_polled(
    post: Post, tmp_path: Path
) -> None:
    post(LATER, fault="moderation")

    polled = post(POLL).json()

    assert [error["code"] for error in polled["errors"]] == ["contentPolicyViolation"]
    assert (polled["errors"][0]["status"], polled["data"]) == ("error", [])
    assert Book(tmp_path / "book.db").bill() == []


def test_a_partial_result_has_data_and_errors_and_bills_the_data(
    post: Post, tmp_path: Path
) -> None:
    post({**LATER, "numberResults": 3}, fault="partial")

    polled = post(POLL).json()

    assert (len(polled["data"]), len(polled["errors"])) == (2, 1)
    assert [line.images for line in Book(tmp_path / "book.db").bill()] == [2]


def test_fewer_results_come_without_a_word(post: Post) -> None:
    reply = post({**BOAT, "numberResults": 3}, fault="fewer")

    assert len(reply.json()["data"]) == 2
    assert "errors" not in reply.json()


@pytest.mark.parametrize(("fault", "status"), [("expired", 404), ("download_server_error", 503)])
def test_a_download_can_fail_once(post: Post, download: Post, fault: str, status: int) -> None:
    [item] = post(BOAT).json()["data"]

    assert download(item["imageURL"], fault=fault).status_code == status
    assert download(item["imageURL"]).status_code == 200


def test_a_download_can_break(post: Post, download: Post) -> None:
    [item] = post(BOAT).json()["data"]

    with pytest.raises(httpx.ReadError, match="the connection breaks"):
        download(item["imageURL"], fault="download_reset")


def test_a_download_can_be_text(post: Post, download: Post) -> None:
    [item] = post(BOAT, fault="not_an_image").json()["data"]

    assert download(item["imageURL"]).content == b"this is no image"


def test_a_poll_can_fail_while_the_task_goes_on(post: Post) -> None:
    post(LATER)

    assert post(POLL, fault="poll_server_error").status_code == 500
    assert post(POLL).json()["data"][0]["status"] == "success"
