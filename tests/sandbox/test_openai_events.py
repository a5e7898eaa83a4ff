from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagelab import clock
from imagelab.sandbox.faults import Faults
from imagelab.sandbox.transport import SandboxTransport
from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.pictures import opened, png

FOX: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a fox in snow",
    "quality": "low",
    "size": "1024x1024",
    "stream": True,
    "partial_images": 2,
}
Told = list[dict[str, Any]]


def told(text: str) -> Told:
    """The documents of a stream, before the word that ends it."""
    *events, end, nothing = text.split("\n\n")
    assert (end, nothing) == ("data: [DONE]", "")
    return [json.loads(event.partition("\ndata: ")[2]) for event in events]


def kinds(events: Told) -> list[str]:
    return [event["type"] for event in events]


def test_rough_pictures_come_before_the_image(openai: Exchange) -> None:
    reply = openai("generations", json=FOX)

    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    events = told(reply.text)
    assert kinds(events) == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert [event.get("partial_image_index") for event in events] == [0, 1, None]
    assert {opened(base64.b64decode(event["b64_json"])).size for event in events} == {(1024, 1024)}


def test_the_rough_pictures_are_counted_and_billed(openai: Exchange, bill: Bill) -> None:
    usage = told(openai("generations", json=FOX).text)[-1]["usage"]

    assert usage["output_tokens"] == 196 + 2 * 100
    # 4 text tokens at 5,000 nano-dollars and 396 of image at 30,000.
    assert [line.nano for line in bill()] == [4 * 5_000 + 396 * 30_000]


def test_a_stream_without_rough_pictures_is_one_event(openai: Exchange) -> None:
    events = told(openai("generations", json={**FOX, "partial_images": 0}).text)

    assert kinds(events) == ["image_generation.completed"]


def test_rough_pictures_without_a_stream_are_not_made(openai: Exchange) -> None:
    reply = openai("generations", json={**FOX, "stream": False})

    assert reply.json()["usage"]["output_tokens"] == 196


def test_several_images_of_a_stream_have_the_usage_at_the_end(openai: Exchange) -> None:
    events = told(openai("generations", json={**FOX, "n": 2, "partial_images": 1}).text)

    assert kinds(events) == ["image_generation.partial_image", "image_generation.completed"] * 2
    assert ["usage" in event for event in events] == [False, False, False, True]


def test_an_edit_streams_from_its_form(openai: Exchange) -> None:
    fields = {name: str(value).lower() for name, value in FOX.items()}
    reply = openai("edits", data=fields, files={"image[]": ("a.png", png(), "image/png")})

    assert kinds(told(reply.text)) == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stream": "yes"}, "stream must be true or false"),
        ({"partial_images": 4}, "partial_images is 4; it takes 0 to 3"),
    ],
)
def test_what_is_no_stream_is_refused(openai: Exchange, fields: dict[str, Any], said: str) -> None:
    reply = openai("generations", json={**FOX, **fields})

    assert reply.status_code == 400
    assert said in reply.json()["error"]["message"]


def test_a_fault_of_streams_strikes_no_other_call(openai: Exchange) -> None:
    assert openai("generations", json={**FOX, "stream": False}, fault="stream_cut").is_success


@pytest.mark.parametrize(("fault", "events"), [("stream_cut", 1), ("stream_cut_late", 3)])
def test_a_stream_breaks_after_whole_events_and_is_billed(
    book_file: Path, bill: Bill, fault: str, events: int
) -> None:
    came = _until_it_broke(book_file, fault)

    assert came.count(b"\n\n") == events
    assert came.endswith(b"\n\n")
    assert len(bill()) == 1


def test_an_error_may_come_in_the_middle(openai: Exchange, bill: Bill) -> None:
    reply = openai("generations", json=FOX, fault="stream_error")

    first, second, _ = reply.text.split("\n\n")
    assert "partial_image" in first
    assert "told to fail in the middle" in second
    assert len(bill()) == 1


def test_a_stream_may_end_without_its_image(openai: Exchange) -> None:
    assert told(openai("generations", json=FOX, fault="fewer").text) == []


def test_a_stream_may_end_in_the_middle_of_an_event(openai: Exchange) -> None:
    reply = openai("generations", json=FOX, fault="truncated")

    assert not reply.text.endswith("\n\n")


def test_a_streamed_image_may_be_none(openai: Exchange) -> None:
    event = told(openai("generations", json=FOX, fault="not_an_image").text)[-1]

    assert base64.b64decode(event["b64_json"]) == b"this is no image"


def test_the_events_are_spread_over_the_time_it_takes(book_file: Path) -> None:
    moments: list[float] = []

    _read(book_file, None, lambda _: moments.append(clock.monotonic()), pace=1.0)

    assert moments[-1] - moments[0] >= 0.1


def _until_it_broke(book_file: Path, fault: str) -> bytes:
    came = bytearray()
    with pytest.raises(httpx.ReadError, match=r"as api\.openai\.com: the connection breaks"):
        _read(book_file, fault, came.extend)
    return bytes(came)


def _read(
    book_file: Path, fault: str | None, take: Callable[[bytes], object], pace: float = 0.0
) -> None:
    async def run() -> None:
        faults = Faults({fault: 1}) if fault else None
        transport = SandboxTransport(book_file, pace=pace, faults=faults)
        async with (
            httpx.AsyncClient(transport=transport) as client,
            client.stream(
                "POST",
                "https://api.openai.com/v1/images/generations",
                json=FOX,
                headers={"authorization": "Bearer sandbox"},
            ) as reply,
        ):
            async for part in reply.aiter_bytes():
                take(part)

    asyncio.run(run())
