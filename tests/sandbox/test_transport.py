from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagelab.sandbox.transport import SandboxTransport
from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.pictures import opened

GENERATIONS = "https://api.openai.com/v1/images/generations"
KEY = {"authorization": "Bearer sandbox"}
FOX: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a fox in snow",
    "quality": "low",
    "size": "1440x480",
    "output_format": "jpeg",
}


def test_an_unknown_host_is_a_connection_error(exchange: Exchange) -> None:
    with pytest.raises(httpx.ConnectError, match=r"as example.org: nothing is served there"):
        exchange("GET", "https://example.org/")


def test_plain_http_is_not_served(exchange: Exchange) -> None:
    with pytest.raises(httpx.ConnectError, match="nothing is served there"):
        exchange("GET", "http://api.openai.com/v1/images/generations")


@pytest.mark.parametrize(
    ("url", "size", "form"),
    [
        ("https://assets.runware.ai/assets/inputs/2c91d5eb.jpg", (1024, 1536), "JPEG"),
        ("https://hub.oxen.ai/api/repos/elau/bloxy_cropped_512x512.png", (512, 512), "PNG"),
    ],
)
def test_inputs_of_the_pages_have_a_stand_in(
    exchange: Exchange, url: str, size: tuple[int, int], form: str
) -> None:
    reply = exchange("GET", url)

    image = opened(reply.content)
    assert (image.size, image.format) == (size, form)
    assert reply.headers["content-type"] == f"image/{form.lower()}"


def test_the_loop_is_free_while_a_vendor_works(book_file: Path) -> None:
    seen: set[str] = set()

    class Watching(SandboxTransport):
        def _answer(self, call: Any) -> Any:
            seen.add(threading.current_thread().name.rpartition("_")[0])
            return super()._answer(call)

    async def run() -> None:
        async with httpx.AsyncClient(transport=Watching(book_file, pace=0.0)) as client:
            await client.post(GENERATIONS, json=FOX, headers=KEY)

    asyncio.run(run())

    assert seen == {"imagelab-sandbox"}


def test_calls_at_once_are_all_answered_and_billed(book_file: Path, bill: Bill) -> None:
    async def run() -> list[httpx.Response]:
        transport = SandboxTransport(book_file, pace=0.0)
        async with httpx.AsyncClient(transport=transport, headers=KEY) as client:
            return await asyncio.gather(*[client.post(GENERATIONS, json=FOX) for _ in range(4)])

    replies = asyncio.run(run())

    pictures = {reply.json()["data"][0]["b64_json"] for reply in replies}
    billed = {line.id for line in bill()}
    assert len(pictures) == 4
    assert billed == {reply.headers["x-request-id"] for reply in replies}


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("connect", httpx.ConnectError, "the connection is refused"),
        ("reset_after_charge", httpx.ReadError, "the connection breaks"),
        ("stall", httpx.ReadTimeout, "it stays silent"),
    ],
)
def test_a_broken_connection_is_the_error_httpx_would_raise(
    openai: Exchange, fault: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"as api.openai.com: {words}"):
        openai("generations", fault=fault, json=FOX)


@pytest.mark.parametrize(
    ("fault", "status", "content_type"),
    [
        ("html", 200, "text/html"),
        ("bad_gateway", 502, "text/html"),
        ("truncated", 200, "application/json"),
        ("null", 200, "application/json"),
        ("slow", 200, "application/json"),
    ],
)
def test_a_spoiled_reply_has_the_status_and_type_of_the_table(
    openai: Exchange, fault: str, status: int, content_type: str
) -> None:
    reply = openai("generations", fault=fault, json=FOX)

    assert (reply.status_code, reply.headers["content-type"]) == (status, content_type)


@pytest.mark.parametrize("fault", ["bad_gateway", "truncated", "null", "server_error_after_charge"])
def test_a_reply_spoiled_on_the_way_back_is_billed_all_the_same(
    openai: Exchange, bill: Bill, fault: str
) -> None:
    openai("generations", fault=fault, json=FOX)

    assert len(bill()) == 1


@pytest.mark.parametrize("fault", ["reset_after_charge", "stall"])
def test_a_connection_lost_on_the_way_back_is_billed_all_the_same(
    openai: Exchange, bill: Bill, fault: str
) -> None:
    with pytest.raises(httpx.TransportError, match="sandbox, as"):
        openai("generations", fault=fault, json=FOX)

    assert len(bill()) == 1


@pytest.mark.parametrize(
    "fault",
    ["html", "rate_limit", "quota", "auth", "moderation", "server_error_before_charge"],
)
def test_what_never_got_through_is_not_billed(openai: Exchange, bill: Bill, fault: str) -> None:
    openai("generations", fault=fault, json=FOX)

    assert bill() == []


def test_the_environment_switches_a_fault_on(
    openai: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "rate_limit")

    reply = openai("generations", json=FOX)

    assert (reply.status_code, reply.headers["retry-after"]) == (429, "1")
