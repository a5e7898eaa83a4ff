from __future__ import annotations

import asyncio
import gzip
import socket
from contextlib import ExitStack
from dataclasses import replace

import pytest

from imagelab.providers.steps import Send
from imagelab.providers.wire import FETCH, PAY, Bounds, Exchange, Wire, exchange
from tests.providers.acme import CUT, KEY
from tests.providers.vendor import Vendor, drips, resets, says, stays_silent

pytestmark = pytest.mark.anyio

QUICK = Bounds(read_s=5, total_s=20, largest_bytes=1_000_000)

CUT_ANSWERS = {
    "closed at once": b"",
    "a short body": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
    "a short chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf",
    "a negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -4\r\n\r\nhalf",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nhalf",
    "garbage": b"not HTTP at all\r\n\r\n",
    "another protocol": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18),  # HTTP/2 settings
    "headers without end": b"HTTP/1.1 200 OK\r\nx-filler: " + b"x" * 200_000,
    "a chunk of no size": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhalf\r\n",
    "hints for ever": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3,
}
WHOLE_ANSWERS = {
    "after a hint": b"HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n" + says(200, b"hello"),
    "followed by more": says(200, b"hello") + b"more than was said",
    "without a length": b"HTTP/1.1 200 OK\r\n\r\nhello",
    "in chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    "with its length twice": b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello",
}


async def test_a_whole_answer_is_its_bytes_and_its_chosen_headers(
    wire: Wire, vendor: Vendor
) -> None:
    headers = {"X-Request-Id": "req_1", "Set-Cookie": "a=b", "Server": "someone"}
    vendor.answers = [says(200, b"hello", headers)]

    came = await _asked(wire, vendor.url)

    assert came.whole
    assert came.reply is not None
    assert (came.reply.status, came.reply.body) == (200, b"hello")
    assert came.reply.headers == {"x-request-id": "req_1"}


@pytest.mark.parametrize("said", CUT_ANSWERS.values(), ids=CUT_ANSWERS)
async def test_an_answer_that_was_cut_is_no_answer(wire: Wire, vendor: Vendor, said: bytes) -> None:
    vendor.answers = [said]

    came = await _asked(wire, vendor.url)

    assert (came.left, came.whole) == (True, False)
    assert came.trouble == "the connection ended before the answer did"


@pytest.mark.parametrize("said", WHOLE_ANSWERS.values(), ids=WHOLE_ANSWERS)
async def test_an_odd_answer_that_is_whole_is_an_answer(
    wire: Wire, vendor: Vendor, said: bytes
) -> None:
    vendor.answers = [said]

    came = await _asked(wire, vendor.url)

    assert came.whole
    assert (came.status, bytes(came.data)) == (200, b"hello")


async def test_what_came_before_a_cut_is_at_hand(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [CUT]

    came = await _asked(wire, vendor.url)

    assert came.reply is not None
    assert (came.reply.body, came.reply.request_id) == (b"half an answ", "req_1")


async def test_a_reset_is_no_answer(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [resets]

    came = await _asked(wire, vendor.url)

    assert (came.left, came.whole, came.passing) == (True, False, True)
    assert came.trouble == "the connection broke: ReadError"


async def test_a_refused_connection_means_that_nothing_left(wire: Wire, nobody: Vendor) -> None:
    came = await _asked(wire, nobody.url)

    assert (came.left, came.passing) == (False, True)
    assert (came.trouble or "").startswith("no connection")


async def test_a_failed_handshake_means_that_nothing_left(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [says(400)]

    came = await _asked(wire, vendor.url.replace("http:", "https:"))

    assert not came.left
    assert (came.trouble or "").startswith("no connection: [SSL")
    assert KEY.lower().encode() not in vendor.heads


async def test_an_answer_that_drips_ends_at_the_deadline(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [drips]
    bounds = Bounds(read_s=5, total_s=0.2, largest_bytes=1_000_000)

    came = await _asked(wire, vendor.url, bounds)

    assert not came.whole
    assert came.trouble == "no whole answer within 0.2 s"
    assert came.data


async def test_a_vendor_that_stays_silent_is_left_after_a_while(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [stays_silent]

    came = await _asked(wire, vendor.url, replace(QUICK, read_s=0.2))

    assert (came.left, came.whole, came.passing) == (True, False, True)
    assert came.trouble == "no byte of an answer for 0.2 s"


async def test_a_vendor_that_does_not_read_is_left_after_a_while(wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        came, send = Exchange(), Send("POST", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        body = ("text/plain", bytes(50_000_000))
        await exchange(wire.paying, send, replace(QUICK, write_s=0.2), came, content=body)

    assert (came.left, came.whole) == (True, False)
    assert came.trouble == "the connection broke: WriteTimeout"


async def test_no_connection_in_time_means_that_nothing_left(wire: Wire) -> None:
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # nobody accepts them, and there is room for one or two
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        came = await _asked(wire, url, replace(QUICK, connect_s=0.2))

    assert (came.left, came.whole, came.passing) == (False, False, True)
    assert came.trouble == "no connection within 0.2 s"


def test_a_paid_answer_is_waited_for_longer_than_any_takes() -> None:
    assert (PAY.connect_s, PAY.write_s, PAY.read_s) == (10, 60, 600)
    assert PAY.total_s >= PAY.read_s
    assert FETCH.largest_bytes == 64_000_000


async def test_an_answer_is_stopped_at_the_cap(wire: Wire, vendor: Vendor) -> None:
    vendor.answers = [says(200, b"x" * 5_000_000)]
    bounds = Bounds(read_s=5, total_s=10, largest_bytes=1000)

    came = await _asked(wire, vendor.url, bounds)

    assert came.trouble == "the answer is larger than 1,000 bytes"
    assert (came.whole, came.passing) == (False, False)


async def test_a_compressed_answer_is_capped_by_what_it_unfolds_to(
    wire: Wire, vendor: Vendor
) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    vendor.answers = [says(200, bomb, {"content-encoding": "gzip"})]

    came = await _asked(wire, vendor.url)

    assert len(bomb) < QUICK.largest_bytes
    assert came.trouble == "the answer is larger than 1,000,000 bytes"
    assert b"accept-encoding: identity" in vendor.heads


async def test_a_redirect_of_the_api_is_an_answer_and_is_not_followed(
    wire: Wire, vendor: Vendor, elsewhere: Vendor
) -> None:
    vendor.answers = [says(307, headers={"location": elsewhere.url})]

    came = await _asked(wire, vendor.url)

    assert came.status == 307
    assert elsewhere.requests == []


@pytest.mark.parametrize("url", ["http://[::1", "http://a\r\nb/", "ftp://a/", "http://\ud800/", ""])
async def test_an_address_that_cannot_be_used_is_trouble_that_does_not_pass(
    wire: Wire, url: str
) -> None:
    came = await _asked(wire, url)

    assert (came.left, came.whole, came.passing) == (False, False, False)
    assert (came.trouble or "").startswith("it cannot be sent or read")


async def test_a_cancellation_leaves_what_is_known(wire: Wire, vendor: Vendor) -> None:
    vendor.answers, came = [drips], Exchange()
    task = asyncio.create_task(exchange(wire.paying, Send("GET", vendor.url), QUICK, came))

    while came.status is None:  # noqa: ASYNC110 - the wire tells nobody of each byte
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert (came.left, came.whole, came.status) == (True, False, 200)


async def test_a_paying_connection_is_never_used_again(wire: Wire, vendor: Vendor) -> None:
    async def answers_and_stays(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        await asyncio.sleep(60)

    vendor.answers = [answers_and_stays]

    for _ in range(3):
        await exchange(wire.paying, Send("POST", vendor.url), QUICK, Exchange())

    assert len(vendor.requests) == 3


async def _asked(wire: Wire, url: str, bounds: Bounds = QUICK) -> Exchange:
    came = Exchange()
    send = Send("GET", url, {"authorization": f"Bearer {KEY}"})
    await exchange(wire.paying, send, bounds, came)
    return came
