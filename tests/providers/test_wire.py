from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
import pytest

from imagelab.providers.steps import Send
from imagelab.providers.wire import Bounds, Exchange, Wire, exchange, open_wire

pytestmark = pytest.mark.anyio

QUICK = Bounds(read_s=5, total_s=20, largest_bytes=1_000_000)
KEY = "sk-CANARY-0123456789"

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Server:
    url: str
    requests: list[bytes] = field(default_factory=list)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    opened = open_wire(loopback=True)
    yield opened
    await opened.aclose()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())  # type: ignore[arg-type] # it runs in one
        with suppress(OSError, asyncio.CancelledError):
            server.requests.append(await reader.read(65_536))
            await answer(writer)
            await writer.drain()
        writer.close()

    listener = await asyncio.start_server(talk, "127.0.0.1", 0)
    server = Server(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
    yield server
    listener.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks)


def says(data: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return answer


def ok(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    writer.transport.abort()


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def asked(wire: Wire, server: Server, bounds: Bounds = QUICK, path: str = "/") -> Exchange:
    came = Exchange()
    send = Send("GET", server.url + path, {"authorization": f"Bearer {KEY}"})
    await exchange(wire.asking, send, bounds, came)
    return came


async def test_a_whole_answer_is_its_bytes_and_its_chosen_headers(wire: Wire) -> None:
    said = ok(b"hello", "X-Request-Id: req_1", "Set-Cookie: a=b", "Server: someone")
    async with serving(says(said)) as server:
        came = await asked(wire, server)

    assert came.whole
    assert came.reply is not None
    assert (came.reply.status, came.reply.body) == (200, b"hello")
    assert came.reply.headers == {"x-request-id": "req_1"}


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="closed at once"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", id="short"),
        pytest.param(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf", id="chunk"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: -4\r\n\r\nhalf", id="negative length"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nhalf",
            id="two lengths",
        ),
        pytest.param(b"not HTTP at all\r\n\r\n", id="garbage"),
    ],
)
async def test_an_answer_that_was_cut_is_no_answer(wire: Wire, said: bytes) -> None:
    async with serving(says(said)) as server:
        came = await asked(wire, server)

    assert not came.whole
    assert came.left
    assert came.trouble == "the connection ended before the answer did"


async def test_what_came_before_a_cut_is_at_hand(wire: Wire) -> None:
    said = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nx-request-id: req_1\r\n\r\nhalf"
    async with serving(says(said)) as server:
        came = await asked(wire, server)

    assert came.reply is not None
    assert (came.reply.body, came.reply.request_id) == (b"half", "req_1")


async def test_a_reset_is_no_answer(wire: Wire) -> None:
    async with serving(reset) as server:
        came = await asked(wire, server)

    assert (came.whole, came.left, came.passing) == (False, True, True)
    assert came.trouble == "the connection broke: ReadError"


async def test_a_refused_connection_means_that_nothing_left(wire: Wire) -> None:
    async with serving(reset) as server:
        pass
    came = await asked(wire, server)

    assert (came.left, came.passing) == (False, True)
    assert (came.trouble or "").startswith("no connection")


async def test_a_failed_handshake_means_that_nothing_left(wire: Wire) -> None:
    async with serving(says(b"HTTP/1.1 400 Not TLS\r\n\r\n")) as server:
        came = await asked(wire, Server(server.url.replace("http:", "https:")))

    assert not came.left
    assert (came.trouble or "").startswith("no connection: [SSL")
    assert KEY.encode() not in b"".join(server.requests)


async def test_an_answer_that_drips_ends_at_the_deadline(wire: Wire) -> None:
    bounds = Bounds(read_s=5, total_s=0.2, largest_bytes=1_000_000)
    async with serving(drip) as server:
        came = await asked(wire, server, bounds)

    assert not came.whole
    assert came.trouble == "no whole answer within 0.2 s"
    assert came.data


async def test_an_answer_is_stopped_at_the_cap(wire: Wire) -> None:
    bounds = Bounds(read_s=5, total_s=10, largest_bytes=1000)
    async with serving(says(ok(b"x" * 5_000_000))) as server:
        came = await asked(wire, server, bounds)

    assert came.trouble == "the answer is larger than 1,000 bytes"
    assert (came.whole, came.passing) == (False, False)


async def test_a_compressed_answer_is_capped_by_what_it_unfolds_to(wire: Wire) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    bounds = Bounds(read_s=5, total_s=10, largest_bytes=1_000_000)
    async with serving(says(ok(bomb, "content-encoding: gzip"))) as server:
        came = await asked(wire, server, bounds)

    assert len(bomb) < bounds.largest_bytes
    assert came.trouble == "the answer is larger than 1,000,000 bytes"
    assert b"accept-encoding: identity" in server.requests[0].lower()


async def test_a_redirect_of_the_api_is_an_answer_and_is_not_followed(wire: Wire) -> None:
    async with serving(says(ok(b"hello"))) as other:
        said = f"HTTP/1.1 307 Gone\r\nlocation: {other.url}\r\ncontent-length: 0\r\n\r\n"
        async with serving(says(said.encode())) as server:
            came = await asked(wire, server)

    assert came.status == 307
    assert other.requests == []


async def test_no_cookie_is_ever_returned(wire: Wire) -> None:
    async with serving(
        says(ok(b"", "Set-Cookie: session=1; Path=/", "connection: close"))
    ) as server:
        await asked(wire, server)
        await asked(wire, server)

    assert b"cookie" not in server.requests[1].lower()


@pytest.mark.parametrize("url", ["http://[::1", "http://a\r\nb/", "ftp://a/", "http://\ud800/", ""])
async def test_an_address_that_cannot_be_used_is_trouble_that_does_not_pass(
    wire: Wire, url: str
) -> None:
    came = Exchange()
    await exchange(wire.asking, Send("GET", url), QUICK, came)

    assert (came.left, came.whole, came.passing) == (False, False, False)
    assert (came.trouble or "").startswith("it cannot be sent or read")


async def test_a_cancellation_leaves_what_is_known(wire: Wire) -> None:
    came = Exchange()
    async with serving(drip) as server:
        task = asyncio.create_task(exchange(wire.asking, Send("GET", server.url), QUICK, came))
        while not came.data:  # noqa: ASYNC110 - the wire tells nobody of each byte
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task})

    assert task.cancelled()
    assert (came.left, came.whole, came.status) == (True, False, 200)


async def test_a_paying_connection_is_never_used_again(wire: Wire) -> None:
    served: list[int] = []

    async def answer(writer: asyncio.StreamWriter) -> None:
        served.append(writer.get_extra_info("peername")[1])
        writer.write(ok(b""))
        await asyncio.sleep(60)

    async with serving(answer) as server:
        for _ in range(3):
            await exchange(wire.paying, Send("POST", server.url), QUICK, Exchange())

    assert len(set(served)) == 3


async def test_no_key_and_no_signed_address_is_logged_at_debug(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(says(ok(b"hello", "Location: https://cdn.test/x?sig=CANARY"))) as server:
        await asked(wire, server, path="/image?sig=CANARY")
    async with serving(reset) as server:
        await asked(wire, server, path="/image?sig=CANARY")

    assert "CANARY" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("http")]


async def test_other_users_of_httpx_keep_their_logs(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "httpx")
    async with serving(says(ok(b"hello"))) as server:
        await asked(wire, server)
        async with httpx.AsyncClient(trust_env=False) as theirs:
            await theirs.get(server.url + "/theirs")

    assert [record.name for record in caplog.records] == ["httpx"]
    assert "/theirs" in caplog.text


@pytest.mark.parametrize("said", [b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n", b""])
async def test_the_proxy_of_the_environment_is_used_for_an_api_elsewhere(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    async with serving(says(said)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        wire = open_wire()
        came = Exchange()
        await exchange(wire.paying, Send("POST", "https://api.test/v1"), QUICK, came)
        await wire.aclose()

    assert proxy.requests[0].startswith(b"CONNECT api.test:443 ")
    assert (came.left, came.whole, came.passing) == (False, False, True)


async def test_no_proxy_stands_between_us_and_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(says(ok(b"proxy"))) as proxy, serving(says(ok(b"api"))) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        wire = open_wire(loopback=True)
        came = await asked(wire, server)
        await wire.aclose()

    assert bytes(came.data) == b"api"
    assert proxy.requests == []
