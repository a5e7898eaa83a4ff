from __future__ import annotations

import asyncio

import pytest

from imagelab.errors import OutcomeUnknownError
from imagelab.providers.payment import UnsentError
from imagelab.providers.steps import Flow, Image, Keep, Reply, next_event, pay, stream
from imagelab.providers.wire import open_wire
from tests.providers.acme import SENT, Acme
from tests.providers.boxes import Box
from tests.providers.diary import Diary
from tests.providers.vendor import Vendor, says, stays_silent

pytestmark = pytest.mark.anyio

EVENTS = {"content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_1"}
OPEN = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"
CHUNKED = OPEN + b"transfer-encoding: chunked\r\n\r\n"
TWO = b"data: one\n\ndata: two\n\n"


def streams(acme: Acme, *, most: int = 99) -> Flow[list[str] | Reply]:
    """Keeps the text of every event as an image; of a cut stream too."""
    answer = yield from stream(acme.order)
    if isinstance(answer, Reply):
        return answer
    told: list[str] = []
    try:
        while len(told) < most and (event := (yield from next_event())):
            yield Keep(len(told), Image(event.data.encode()))
            told.append(event.data)
    except OutcomeUnknownError as error:
        told.append(str(error.status))
    return told


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


class Slowly:
    """Sends its first part, and the rest once it is let; then it is silent, or hangs up."""

    def __init__(self, *parts: bytes, ends: bool = True) -> None:
        self.parts, self.ends = parts, ends
        self.go = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        for part in self.parts:
            writer.write(chunk(part))
            await writer.drain()
            await self.go.wait()
        if self.ends:
            writer.write(chunk(b""))
        else:
            await reader.read()


async def until(diary: Diary, line: str) -> None:
    async with asyncio.timeout(5):
        while line not in diary.lines:
            diary.news.clear()
            await diary.news.wait()


async def test_events_are_durable_before_the_flow_sees_them(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [says(200, TWO, EVENTS)]

    assert await acme.run(streams(acme)) == ["one", "two"]

    assert diary.lines[1:] == ["streamed 200 events", "keep 0", "keep 1", "staged"]
    assert diary.stream == TWO == diary.replies[0].body


async def test_an_event_is_kept_while_the_rest_of_the_stream_has_not_come(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    slowly = Slowly(b"data: one\n\nda", b"ta: two\n\n")
    vendor.answers = [slowly]
    task = asyncio.create_task(acme.run(streams(acme)))

    await until(diary, "keep 0")
    assert diary.stream == b"data: one\n\nda"
    slowly.go.set()

    assert await task == ["one", "two"]


async def test_a_part_without_an_event_is_on_disk_too(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    slowly = Slowly(b"data: half an im")
    vendor.answers = [slowly]
    task = asyncio.create_task(acme.run(streams(acme)))

    await until(diary, "streamed 200 a part")
    slowly.go.set()

    assert await task == []
    assert diary.stream == b"data: half an im"


async def test_a_cut_stream_is_unknown_after_what_came_of_it(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [OPEN + b"content-length: 99\r\n\r\n" + TWO]

    assert await acme.run(streams(acme)) == ["one", "two", "200"]

    assert "staged" not in diary.lines
    assert len(vendor.requests) == 1


async def test_an_answer_that_is_no_stream_is_a_reply_like_others(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [says(200, b"{}", {"content-type": "application/json"})]

    reply = await acme.run(streams(acme))

    assert reply == diary.replies[0] == Reply(200, {"content-type": "application/json"}, b"{}")
    assert diary.lines[1:] == ["staged"]


async def test_a_failure_that_calls_itself_a_stream_is_a_reply(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(500, b"data: sorry\n\n", EVENTS)]

    assert await acme.run(streams(acme)) == Reply(500, EVENTS, b"data: sorry\n\n")


async def test_a_refusal_that_was_not_charged_is_sent_again_and_then_streams(
    vendor: Vendor, acme: Acme
) -> None:
    vendor.answers = [says(429, b"wait", {"retry-after": "1"}), says(200, TWO, EVENTS)]

    assert await acme.run(streams(acme)) == ["one", "two"]

    assert vendor.bodies == [SENT, SENT]


async def test_a_stream_that_nobody_reads_to_its_end_is_left(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [Slowly(TWO, ends=False)]

    assert await acme.run(streams(acme, most=1)) == ["one"]

    assert diary.stream == TWO


async def test_an_interruption_in_the_middle_is_a_cut(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [Slowly(b"data: one\n\ndata: tw", ends=False)]
    task = asyncio.create_task(acme.run(streams(acme)))

    await until(diary, "keep 0")
    await asyncio.sleep(0.02)
    task.cancel()

    assert await task == ["one", "200"]
    assert diary.stream == b"data: one\n\ndata: tw"


async def test_an_interruption_while_an_event_is_made_durable_loses_none(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers, diary.slow = [Slowly(TWO, ends=False)], 0.05
    task = asyncio.create_task(acme.run(streams(acme)))

    diary.news.clear()
    while not diary.stream:
        await diary.news.wait()
        diary.news.clear()
    task.cancel()

    assert await task == ["one", "two", "200"]


async def test_an_interruption_while_an_image_is_kept_leaves_the_rest_to_a_later_run(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    slowly = Slowly(b"data: one\n\n", TWO, ends=False)
    vendor.answers, diary.slow = [slowly], 0.1
    task = asyncio.create_task(acme.run(streams(acme)))
    await until(diary, "streamed 200 events")
    slowly.go.set()
    await asyncio.sleep(0.05)  # the flow keeps its first image, and more has come meanwhile
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert diary.lines[-2:] == ["keep 0", "streamed 200 events"]
    assert diary.stream == b"data: one\n\n" + TWO


async def test_a_disk_that_takes_no_stream_ends_the_reading(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers, diary.full = [Slowly(TWO, ends=False)], True

    with pytest.raises(OSError, match=r"no space left"):
        await acme.run(streams(acme))
    assert not [task for task in asyncio.all_tasks() if "exchange" in repr(task)]


async def test_an_interruption_before_the_answer_opens_is_unknown(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [stays_silent]
    task = asyncio.create_task(acme.run(streams(acme)))
    await vendor.asked.wait()
    task.cancel()

    with pytest.raises(OutcomeUnknownError, match=r"the call was interrupted"):
        await task
    assert diary.stream == b""


async def test_an_interruption_before_anything_left_is_free(acme: Acme, diary: Diary) -> None:
    diary.slow = 0.05
    task = asyncio.create_task(acme.run(streams(acme)))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(UnsentError, match=r"before it was sent"):
        await task


async def test_a_staged_stream_is_read_again_and_nothing_is_sent(acme: Acme) -> None:
    box = Box()
    staged = Reply(200, EVENTS, TWO)

    told = await acme.over(open_wire(transport=box)).run(streams(acme), staged=staged)

    assert told == ["one", "two"]
    assert box.bodies == []


async def test_a_staged_beginning_of_a_stream_reads_as_the_cut_one_did(acme: Acme) -> None:
    staged = Reply(200, EVENTS, TWO + b"data: thr")

    assert await acme.run(streams(acme), staged=staged, cut=True) == ["one", "two", "200"]


async def test_a_staged_reply_that_was_no_stream_is_answered_as_one(acme: Acme) -> None:
    staged = Reply(200, {}, b"{}")

    assert await acme.run(streams(acme), staged=staged) == staged


async def test_the_beginning_of_a_stream_is_never_taken_for_a_reply(acme: Acme) -> None:
    staged = Reply(200, EVENTS, TWO)

    with pytest.raises(OutcomeUnknownError, match=r"only its beginning is here"):
        await acme.run(pay(acme.order), staged=staged, cut=True)


async def test_an_event_of_megabytes_arrives_in_one_piece(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(200, b"data: " + b"A" * 3_000_000 + b"\n\n", EVENTS)]

    told = await acme.run(streams(acme))

    assert isinstance(told, list)
    assert [len(text) for text in told] == [3_000_000]
