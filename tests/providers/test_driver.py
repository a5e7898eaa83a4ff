from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import socket
import struct
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest

from imagelab.errors import (
    Charged,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    UnavailableError,
)
from imagelab.providers.answers import retry_after
from imagelab.providers.body import JsonBody
from imagelab.providers.driver import drive
from imagelab.providers.journal import Journal
from imagelab.providers.steps import (
    Accepted,
    Failed,
    Fetched,
    Flow,
    Image,
    Keep,
    Reply,
    Send,
    Show,
    Verdict,
    Wait,
    ask,
    fetch,
    pay,
)
from imagelab.providers.wire import ASK, PAY, Wire, open_wire

pytestmark = pytest.mark.anyio

KEY = "sk-CANARY-0123456789"
DOCUMENT = {"prompt": "a fox", "n": 1}
SENT = b'{"n":1,"prompt":"a fox"}'
CUT = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\nx-request-id: req_1\r\n\r\nhalf an answ"
KEYED = timedelta(minutes=15)
LENGTH = b"content-length:"
RETRY_LATER = b"HTTP/1.1 429 No\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n"

T = TypeVar("T")


@dataclass(slots=True)
class Vendor:
    """A server that gives its answers one after the other, the last one for ever.

    None resets the connection, empty bytes are silence.
    """

    answers: list[bytes | None] = field(default_factory=list)
    requests: list[tuple[bytes, bytes]] = field(default_factory=list)
    url: str = ""
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(v[15:]) for v in head.lower().split(b"\r\n") if v[:15] == LENGTH), 0)
            self.requests.append((head, await reader.readexactly(length)))
            self.asked.set()
            await self.answer(reader, writer)
        writer.close()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if said is None:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        elif said:
            writer.write(said)
            await writer.drain()
        else:
            await reader.read()


@dataclass(slots=True)
class Diary:
    """A journal that writes down in what order it was called."""

    vendor: Vendor = field(repr=False)
    lines: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    images: dict[int, Image] = field(default_factory=dict)
    slow: float = 0
    full: bool = False
    staging: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def sent(self, send: Send, sha256: str) -> None:
        assert send.body is not None
        assert json.loads(send.body.record()) == DOCUMENT
        await self._write(f"sent {sha256[:8]} before {len(self.vendor.requests)}")

    async def partial(self, reply: Reply) -> None:
        if self.full:
            raise OSError("no space left")
        self.replies.append(reply)
        await self._write("partial")

    async def staged(self, reply: Reply) -> None:
        self.staging.set()
        self.replies.append(reply)
        await self._write("staged")

    async def accepted(self, remote: tuple[str, ...]) -> None:
        await self._write(f"accepted {','.join(remote)}")

    async def keep(self, index: int, image: Image) -> None:
        self.images[index] = image
        await self._write(f"keep {index}")

    async def show(self, fraction: float | None) -> None:
        await self._write(f"show {fraction}")

    async def _write(self, line: str) -> None:
        await asyncio.sleep(self.slow)
        self.lines.append(line)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    here = Vendor()
    listener = await asyncio.start_server(here.talk, "127.0.0.1", 0)
    here.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    yield here
    listener.close()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    opened = open_wire(loopback=True, pace=0.001)
    yield opened
    await opened.aclose()


@pytest.fixture
def diary(vendor: Vendor) -> Diary:
    return Diary(vendor)


def says(status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in (headers or {}).items()]
    head = f"HTTP/1.1 {status} So\r\n{''.join(lines)}connection: close\r\n"
    return head.encode() + b"content-length: %d\r\n\r\n%b" % (len(body), body)


def judge(reply: Reply) -> Verdict:
    again = reply.status == 429
    return Verdict("no" if again else "yes", again=again, after=retry_after(reply.headers))


def order(vendor: Vendor) -> Send:
    return Send("POST", vendor.url + "/v1", {"authorization": f"Bearer {KEY}"}, JsonBody(DOCUMENT))


def poll(vendor: Vendor) -> Send:
    return Send("GET", vendor.url + "/v1/job", {"authorization": f"Bearer {KEY}"})


async def bought(
    vendor: Vendor, wire: Wire, diary: Journal, repeatable: timedelta | None = None
) -> Reply:
    flow = pay(order(vendor), repeatable)
    return await drive(flow, wire, diary, judge, provider="acme", base=vendor.url + "/v1")


async def run(vendor: Vendor, wire: Wire, diary: Journal, flow: Flow[T], **how: Any) -> T:
    return await drive(flow, wire, diary, judge, provider="acme", base=vendor.url + "/v1", **how)


class Box(httpx.AsyncBaseTransport):
    """Stands for the sandbox: it answers in the process, or raises what is on its list."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers, self.bodies = list(answers), list[bytes]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(await request.aread())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, content=b"{}")


class Drip(httpx.AsyncBaseTransport, httpx.AsyncByteStream):
    """A sandbox that begins an answer and never ends it."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(200, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"half"
        self.begun.set()
        await asyncio.sleep(60)


class Closing(Drip):
    """The end of an answer has come, and its connection is slow to close."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.trace = request.extensions["trace"]
        return httpx.Response(200, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"image"
        await self.trace("http11.receive_response_body.complete", {})

    async def aclose(self) -> None:
        self.begun.set()
        await asyncio.sleep(60)


async def test_it_is_durable_as_sent_then_posted_then_staged_then_answered(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(200, b"image", {"x-request-id": "req_1"})]
    sha256 = hashlib.sha256(SENT).hexdigest()

    def flow() -> Flow[Reply]:
        reply = yield from pay(order(vendor))
        diary.lines.append("answered")
        return reply

    reply = await run(vendor, wire, diary, flow())

    assert diary.lines == [f"sent {sha256[:8]} before 0", "staged", "answered"]
    assert diary.replies == [reply]
    assert reply == Reply(200, {"x-request-id": "req_1"}, b"image")
    assert [body for _, body in vendor.requests] == [SENT]
    assert b"content-type: application/json" in vendor.requests[0][0].lower()


async def test_a_staged_reply_answers_the_payment_and_nothing_is_sent(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    staged = Reply(200, {}, b"from disk")

    reply = await run(vendor, wire, diary, pay(order(vendor)), staged=staged)

    assert reply is staged
    assert (vendor.requests, diary.lines) == ([], [])


async def test_a_flow_pays_once(vendor: Vendor, wire: Wire, diary: Diary) -> None:
    vendor.answers = [says(200)]

    def flow() -> Flow[None]:
        yield from pay(order(vendor))
        yield from pay(order(vendor))

    with pytest.raises(RuntimeError, match="the flow of acme pays a second time"):
        await run(vendor, wire, diary, flow())

    assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(None, id="reset"),
        pytest.param(CUT, id="cut"),
        pytest.param(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nx", id="chunk"),
        pytest.param(b"garbage\r\n\r\n", id="garbage"),
        pytest.param(b"", id="silence"),
        pytest.param(says(200, b"x" * 10_000), id="too large"),
    ],
)
async def test_a_payment_without_an_answer_is_unknown_and_never_sent_again(
    vendor: Vendor, wire: Wire, diary: Diary, said: bytes | None
) -> None:
    vendor.answers = [said]
    short = replace(wire, pay=replace(PAY, total_s=0.5, largest_bytes=1000))

    with pytest.raises(OutcomeUnknownError, match="settle\\(\\) or resend\\(\\)") as caught:
        await bought(vendor, short, diary)

    assert caught.value.charged == "unknown"
    assert len(vendor.requests) == 1
    assert "staged" not in diary.lines


async def test_what_came_of_a_cut_answer_is_kept(vendor: Vendor, wire: Wire, diary: Diary) -> None:
    vendor.answers = [CUT]

    with pytest.raises(OutcomeUnknownError, match="request req_1"):
        await bought(vendor, wire, diary)

    assert diary.lines[1:] == ["partial"]
    assert diary.replies == [Reply(200, {"x-request-id": "req_1"}, b"half an answ")]


async def test_a_full_disk_does_not_hide_the_unknown_outcome(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers, diary.full = [CUT], True

    with pytest.raises(OutcomeUnknownError, match="may have been billed") as caught:
        await bought(vendor, wire, diary)

    assert caught.value.__notes__ == ["what came of the answer could not be kept: no space left"]


async def test_what_never_left_was_not_billed(vendor: Vendor, wire: Wire, diary: Diary) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        vendor.url = f"http://127.0.0.1:{closed.getsockname()[1]}"

        with pytest.raises(UnavailableError, match="nothing was sent: no connection") as caught:
            await bought(vendor, wire, diary)

    assert caught.value.charged == "no"


async def test_what_never_left_is_sent_again_three_times_in_all(
    vendor: Vendor, diary: Diary
) -> None:
    refused = httpx.ConnectError("refused")
    box = Box(refused, httpx.ConnectTimeout("slow"), 200, refused, refused, refused)
    wire = open_wire(transport=box, pace=0)

    reply = await bought(vendor, wire, diary)
    with pytest.raises(UnavailableError, match="nothing was billed"):
        await bought(vendor, wire, diary)

    assert reply.status == 200
    assert len(box.bodies) == 6


async def test_in_a_sandbox_too_a_lost_answer_is_unknown(vendor: Vendor, diary: Diary) -> None:
    box = Box(httpx.ReadError("gone"))

    with pytest.raises(OutcomeUnknownError, match="the connection broke: ReadError"):
        await bought(vendor, open_wire(transport=box, pace=0), diary)

    assert box.bodies == [SENT]


async def test_an_address_that_cannot_be_sent_to_is_not_tried_again(
    vendor: Vendor, diary: Diary
) -> None:
    box = Box(httpx.InvalidURL("https://a.test/?sig=CANARY"))

    with pytest.raises(UnavailableError, match="it cannot be sent or read: InvalidURL") as caught:
        await bought(vendor, open_wire(transport=box, pace=0), diary)

    assert len(box.bodies) == 1
    assert "CANARY" not in str(caught.value)


async def test_a_refusal_that_was_not_charged_is_sent_again_and_is_not_the_reply(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(429, b"wait", {"retry-after": "1"}), says(200, b"image")]

    reply = await bought(vendor, wire, diary)

    assert reply.body == b"image"
    assert diary.replies == [reply]
    assert [body for _, body in vendor.requests] == [SENT, SENT]


@pytest.mark.parametrize("after", ["1", "-5", "nan", "soon", "Fri, 01 Jan 2027 00:00:00 GMT", ""])
async def test_a_refusal_for_ever_is_given_to_the_flow(
    vendor: Vendor, wire: Wire, diary: Diary, after: str
) -> None:
    vendor.answers = [says(429, b"wait", {"retry-after": after})]

    reply = await bought(vendor, wire, diary)

    assert reply.status == 429
    assert diary.lines[1:] == ["staged"]
    assert len(vendor.requests) == 4


@pytest.mark.parametrize("after", ["121", "1000000000", "9" * 400])
async def test_a_long_wait_is_for_a_person_to_decide(
    vendor: Vendor, wire: Wire, diary: Diary, after: str
) -> None:
    vendor.answers = [says(429, b"wait", {"retry-after": after})]

    assert (await bought(vendor, wire, diary)).status == 429
    assert len(vendor.requests) == 1


async def test_any_other_complete_reply_is_given_to_the_flow_at_once(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(500, b"<html>sorry</html>")]

    reply = await bought(vendor, wire, diary)

    assert (reply.status, len(vendor.requests)) == (500, 1)
    assert diary.replies == [reply]


@pytest.mark.parametrize("charged", ["yes", "unknown"])
async def test_what_may_have_been_charged_is_not_sent_again_whatever_the_verdict(
    vendor: Vendor, wire: Wire, diary: Diary, charged: Charged
) -> None:
    vendor.answers = [says(503)]
    flow, base = pay(order(vendor)), vendor.url

    def judge_badly(_: Reply) -> Verdict:
        return Verdict(charged, again=True)

    await drive(flow, wire, diary, judge_badly, provider="acme", base=base)

    assert len(vendor.requests) == 1


async def test_a_reply_that_no_verdict_can_be_given_on_is_staged_all_the_same(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(200, b"image")]
    flow, base = pay(order(vendor)), vendor.url

    def stumble(reply: Reply) -> Verdict:
        raise KeyError(reply.status)

    reply = await drive(flow, wire, diary, stumble, provider="acme", base=base)

    assert diary.replies == [reply]


async def test_a_keyed_payment_without_an_answer_is_sent_again_byte_for_byte(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [None, CUT, says(200, b"image")]

    reply = await bought(vendor, wire, diary, KEYED)

    assert reply.body == b"image"
    assert [body for _, body in vendor.requests] == [SENT] * 3
    assert diary.lines[1:] == ["partial", "staged"]


async def test_a_keyed_payment_that_is_never_answered_is_unknown_in_the_end(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [None]

    with pytest.raises(OutcomeUnknownError, match="may have been billed"):
        await bought(vendor, wire, diary, KEYED)

    assert len(vendor.requests) == 9


async def test_a_keyed_payment_is_not_repeated_beyond_its_window(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [None]

    with pytest.raises(OutcomeUnknownError, match="may have been billed"):
        await bought(vendor, wire, diary, timedelta(seconds=1))

    assert len(vendor.requests) == 1


async def test_a_refusal_after_a_lost_answer_does_not_prove_that_nothing_was_billed(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [None, says(429)]

    with pytest.raises(OutcomeUnknownError, match="it was too busy") as caught:
        await bought(vendor, wire, diary, KEYED)

    assert caught.value.status == 429


async def test_an_interrupted_payment_is_unknown(vendor: Vendor, wire: Wire, diary: Diary) -> None:
    vendor.answers = [b""]
    task = asyncio.create_task(bought(vendor, wire, diary))
    await vendor.asked.wait()
    task.cancel()

    with pytest.raises(OutcomeUnknownError, match="the call was interrupted"):
        await task


async def test_an_interruption_in_the_middle_of_an_answer_keeps_what_came(
    vendor: Vendor, diary: Diary
) -> None:
    box = Drip()
    task = asyncio.create_task(bought(vendor, open_wire(transport=box), diary))
    await box.begun.wait()
    task.cancel()

    with pytest.raises(OutcomeUnknownError, match="the call was interrupted"):
        await task
    assert diary.replies == [Reply(200, {}, b"half")]


async def test_an_interruption_after_the_end_of_an_answer_still_stages_it(
    vendor: Vendor, diary: Diary
) -> None:
    box = Closing()
    task = asyncio.create_task(bought(vendor, open_wire(transport=box), diary))
    await box.begun.wait()
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert diary.lines[1:] == ["staged"]
    assert diary.replies == [Reply(200, {}, b"image")]


async def test_an_interruption_before_anything_left_is_only_that(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    diary.slow = 60
    task = asyncio.create_task(bought(vendor, wire, diary))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert vendor.requests == []


async def test_an_interruption_while_staging_waits_until_the_reply_is_durable(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers, diary.slow = [says(200, b"image")], 0.05
    task = asyncio.create_task(bought(vendor, wire, diary))
    await diary.staging.wait()
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert diary.lines[1:] == ["staged"]


async def test_a_free_question_is_asked_until_it_is_answered(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(503), None, CUT, says(429, headers={"retry-after": "2"}), says(404)]

    reply = await run(vendor, wire, diary, ask(poll(vendor)))

    assert (reply.status, len(vendor.requests)) == (404, 5)


@pytest.mark.parametrize(("answer", "times"), [(says(502), 5), (None, 5), (RETRY_LATER, 1)])
async def test_a_free_question_is_given_up_after_five_tries(
    vendor: Vendor, wire: Wire, diary: Diary, answer: bytes | None, times: int
) -> None:
    vendor.answers = [answer]

    with pytest.raises(UnavailableError, match="acme: it does not answer") as caught:
        await run(vendor, wire, diary, ask(poll(vendor)))

    assert caught.value.charged == "no"
    assert len(vendor.requests) == times


async def test_trouble_after_the_payment_does_not_read_as_free(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(200), says(502)]

    def flow() -> Flow[None]:
        yield from pay(order(vendor))
        yield from ask(poll(vendor))

    with pytest.raises(UnavailableError, match=r"recover\(\) goes on with the call") as caught:
        await run(vendor, wire, diary, flow())
    with pytest.raises(UnavailableError, match="does not answer") as resumed:
        await run(vendor, wire, diary, ask(poll(vendor)), paid=True)

    assert caught.value.charged == resumed.value.charged == "unknown"


async def test_a_question_answered_without_end_is_given_up(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(200, b"x" * 10_000)]
    small = replace(wire, ask=replace(ASK, largest_bytes=1000))

    with pytest.raises(UnavailableError, match="larger than 1,000 bytes"):
        await run(vendor, small, diary, ask(poll(vendor)))

    assert len(vendor.requests) == 1


async def test_a_flow_may_take_a_providers_trouble_as_an_answer(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(502)]

    def flow() -> Flow[str]:
        try:
            yield from ask(poll(vendor))
        except UnavailableError as error:
            yield Show(1.0)
            return error.provider
        return "answered"

    assert await run(vendor, wire, diary, flow()) == "acme"
    assert diary.lines == ["show 1.0"]


async def test_the_key_goes_to_the_api_and_nowhere_else(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    elsewhere = replace(poll(vendor), url=vendor.url + "0/v1/job")
    disguised = replace(poll(vendor), url=vendor.url + "@evil.test/v1/job")

    with pytest.raises(ProtocolError, match="an address outside its API"):
        await run(vendor, wire, diary, ask(elsewhere))
    with pytest.raises(ProtocolError, match="an address outside its API"):
        await run(vendor, wire, diary, pay(disguised))

    assert diary.lines == []


async def test_a_file_is_fetched_again_until_it_comes(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [None, says(503), says(200, b"pixels")]

    came = await run(vendor, wire, diary, fetch(vendor.url + "/i.png"))

    assert came == Fetched(b"pixels")
    assert KEY.encode() not in b"".join(head for head, _ in vendor.requests)


@pytest.mark.parametrize(("status", "times", "gone"), [(503, 4, False), (403, 1, True)])
async def test_a_file_that_does_not_come_is_a_value(
    vendor: Vendor, wire: Wire, diary: Diary, status: int, times: int, *, gone: bool
) -> None:
    vendor.answers = [says(status)]

    came = await run(vendor, wire, diary, fetch(vendor.url + "/i.png?sig=CANARY"))

    assert came == Failed(f"the address answers HTTP {status}", gone=gone)
    assert len(vendor.requests) == times


async def test_a_file_inside_is_a_value_too(vendor: Vendor, diary: Diary) -> None:
    box = Box()

    came = await run(vendor, open_wire(transport=box), diary, fetch("https://10.0.0.1/i.png"))

    assert came == Failed("the address leads to a number that is not public", gone=True)
    assert box.bodies == []


async def test_every_other_step_reaches_the_journal_in_order(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    def flow() -> Flow[str]:
        yield Accepted(("job-1", "job-2"))
        yield Wait(1)
        yield Show(0.5)
        yield Keep(3, Image(b"pixels"))
        return "done"

    assert await run(vendor, wire, diary, flow()) == "done"
    assert diary.lines == ["accepted job-1,job-2", "show 0.5", "keep 3"]
    assert diary.images == {3: Image(b"pixels")}


async def test_a_flow_is_closed_when_its_run_fails(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers, left = [CUT], list[str]()

    def flow() -> Flow[None]:
        try:
            yield from pay(order(vendor))
        finally:
            left.append("closed")

    with pytest.raises(OutcomeUnknownError, match="may have been billed"):
        await run(vendor, wire, diary, flow())

    assert left == ["closed"]


@pytest.mark.parametrize("answer", [None, CUT, b"", says(502), b"garbage\r\n\r\n"])
async def test_no_failure_shows_the_key_or_a_query(
    vendor: Vendor, wire: Wire, diary: Diary, caplog: pytest.LogCaptureFixture, answer: bytes | None
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.answers = [answer]
    short = replace(wire, ask=replace(ASK, total_s=0.1), pay=replace(PAY, total_s=0.1))
    signed = replace(order(vendor), url=vendor.url + "/v1?sig=SIGNED")

    with pytest.raises(ProviderError, match="acme: ") as asked:
        await run(vendor, short, diary, ask(signed))
    with suppress(OutcomeUnknownError):
        await run(vendor, short, diary, pay(signed))

    frames = [frame for frame, _ in traceback.walk_tb(asked.value.__traceback__)]
    ours = [repr(frame.f_locals) for frame in frames if "/imagelab/" in frame.f_code.co_filename]
    shown = "".join(traceback.format_exception(asked.value)) + caplog.text
    assert len(ours) > 3
    assert KEY not in "".join(ours) + shown
    assert "SIGNED" not in shown
    assert asked.value.__context__ is None
