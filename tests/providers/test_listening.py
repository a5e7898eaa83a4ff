from __future__ import annotations

import asyncio
import time

import pytest

from imagelab.errors import ProtocolError
from imagelab.providers.steps import Flow, Listen, Send, Wait
from imagelab.providers.wire import Wire
from tests.providers.acme import KEY, Acme
from tests.providers.boxes import Box
from tests.providers.vendor import Answer, Vendor, resets, says, stays_silent

pytestmark = pytest.mark.anyio

STREAM = {"content-type": "text/event-stream"}
LONG_S = 60_000.0  # at the pace of a thousandth: a minute


def events(*names: str) -> bytes:
    return b"".join(f'data: {{"id":"{name}"}}\n\n'.encode() for name in names)


def sings(*names: str, after_s: float = 0) -> Answer:
    """A stream that stays open, and names these."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: hello\n\n")
        await writer.drain()
        await asyncio.sleep(after_s)
        writer.write(events(*names))
        await writer.drain()
        await reader.read()

    return talk


def waiting(acme: Acme, seconds: float, *ids: str) -> Flow[float]:
    """Listen, wait once, and say how long that took."""
    yield Listen(Send("GET", f"{acme.vendor.url}/v1/events", {"authorization": f"Bearer {KEY}"}))
    began = time.monotonic()
    yield Wait(seconds, wake=ids)
    return time.monotonic() - began


@pytest.mark.parametrize("after_s", [0, 0.05], ids=["before it waits", "while it waits"])
async def test_an_event_that_names_the_id_ends_the_wait(
    vendor: Vendor, acme: Acme, after_s: float
) -> None:
    vendor.answers = [sings("b", "a", after_s=after_s)]

    assert await acme.run(waiting(acme, LONG_S, "a")) < 10


async def test_an_event_of_somebody_else_ends_nothing(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [sings("b")]

    assert await acme.run(waiting(acme, 200, "a")) > 0.1


async def test_an_event_ends_one_wait_and_no_more(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [sings("a")]

    def flow() -> Flow[float]:
        yield from waiting(acme, LONG_S, "a")
        began = time.monotonic()
        yield Wait(200, wake=("a",))
        return time.monotonic() - began

    assert await acme.run(flow()) > 0.1


@pytest.mark.parametrize(
    "answer",
    [says(404), says(200, b"{}"), says(200, b"data: x", STREAM), resets],
    ids=["no such page", "no stream", "it ends", "reset"],
)
async def test_a_stream_that_cannot_be_had_is_no_error(
    vendor: Vendor, acme: Acme, answer: Answer
) -> None:
    vendor.answers = [answer]

    assert await acme.run(waiting(acme, 200, "a")) > 0.1


async def test_a_stream_that_ended_is_opened_again(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(200, events("b"), STREAM), says(503), sings("a")]

    assert await acme.run(waiting(acme, LONG_S, "a")) < 10
    assert len(vendor.requests) == 3


async def test_what_is_not_there_is_not_asked_for_again(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(401)]

    await acme.run(waiting(acme, 200, "a"))

    assert len(vendor.requests) == 1


async def test_calls_of_one_account_share_a_stream_that_ends_with_the_last(
    vendor: Vendor, acme: Acme, wire: Wire
) -> None:
    vendor.answers = [sings("a", "b", after_s=0.1)]

    waits = [acme.run(waiting(acme, LONG_S, name)) for name in ("a", "b")]
    assert max(await asyncio.gather(*waits)) < 10

    assert len(vendor.requests) == 1
    [ear] = wire.ears.values()
    assert ear._task is None


async def test_a_stream_that_does_not_open_holds_nothing_up_for_long(
    vendor: Vendor, acme: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.answers = [stays_silent]
    monkeypatch.setattr("imagelab.providers.listening.OPENING_S", 0.05)

    began = time.monotonic()
    await acme.run(waiting(acme, 1, "a"))

    assert time.monotonic() - began < 4


async def test_inside_a_sandbox_a_stream_that_breaks_is_no_error(acme: Acme) -> None:
    from imagelab.providers.wire import open_wire

    box = open_wire(transport=Box(200, 200, 200), pace=0.001)

    assert await acme.over(box).run(waiting(acme, 200, "a")) > 0.1


async def test_the_key_is_given_to_no_stream_elsewhere(elsewhere: Vendor, acme: Acme) -> None:
    def flow() -> Flow[None]:
        yield Listen(Send("GET", f"{elsewhere.url}/events", {"authorization": f"Bearer {KEY}"}))

    with pytest.raises(ProtocolError, match="outside its API"):
        await acme.run(flow())

    assert elsewhere.requests == []
