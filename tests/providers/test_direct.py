"""What a connection of our own owes beyond what every wire does; see test_wire for that."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import trustme

from imagelab.errors import UnavailableError
from imagelab.providers.clients import tls_context
from imagelab.providers.direct import MEASURE_BYTES, DirectTransport
from imagelab.providers.line import WAITING_BYTES
from imagelab.providers.steps import Send
from imagelab.providers.wire import PAY, Exchange, Wire, exchange, open_wire
from tests.providers.acme import Acme
from tests.providers.diary import Diary
from tests.providers.vendor import Vendor, listening, resets, says

pytestmark = pytest.mark.anyio

LARGE = bytes(range(256)) * (3 * WAITING_BYTES // 256)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """Who signs certificates in this test, and is trusted by every wire opened after it."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "trusted.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    tls_context.cache_clear()
    yield made
    tls_context.cache_clear()


@pytest.mark.parametrize("direct", [True, False], ids=["direct", "httpx"])
async def test_a_certificate_for_another_name_means_that_nothing_was_sent(
    authority: trustme.CA, *, direct: bool
) -> None:
    async with _secure(authority, "elsewhere.test", direct=direct) as (vendor, wire):
        with pytest.raises(UnavailableError, match=r"nothing was sent: .*certificate is not valid"):
            await Acme(vendor, wire, Diary(vendor)).bought()

        assert b"sk-canary" not in vendor.heads


@pytest.mark.parametrize("direct", [True, False], ids=["direct", "httpx"])
async def test_a_certificate_for_its_name_lets_a_large_answer_through(
    authority: trustme.CA, *, direct: bool
) -> None:
    async with _secure(authority, "localhost", direct=direct) as (vendor, wire):
        vendor.answers = [says(200, LARGE)]

        assert (await Acme(vendor, wire, Diary(vendor)).bought()).body == LARGE


async def test_a_whole_answer_before_a_reset_is_an_answer(wire: Wire, vendor: Vendor) -> None:
    async def answers_and_resets(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(says(200, LARGE))
        await writer.drain()
        await asyncio.sleep(0.05)  # for all of it to be with the other side
        await resets(reader, writer)

    vendor.answers, came = [answers_and_resets], Exchange()
    await exchange(wire.paying, Send("POST", vendor.url), PAY, came)

    assert (came.whole, came.data == LARGE) == (True, True)


async def test_an_answer_of_several_measures_is_whole(wire: Wire, vendor: Vendor) -> None:
    larger = bytes(range(251)) * (MEASURE_BYTES // 251 + 1000)
    vendor.answers, came = [says(200, larger)], Exchange()

    await exchange(wire.paying, Send("POST", vendor.url), PAY, came)

    assert (came.whole, came.data == larger) == (True, True)


async def test_what_comes_after_the_length_that_was_said_is_no_part_of_it(
    wire: Wire, vendor: Vendor
) -> None:
    vendor.answers, came = [says(200, LARGE) + LARGE], Exchange()

    await exchange(wire.paying, Send("POST", vendor.url), PAY, came)

    assert (came.whole, came.data == LARGE) == (True, True)


@pytest.mark.parametrize("came_bytes", [1, 300_000])
async def test_what_came_before_an_interruption_is_at_hand(
    wire: Wire, vendor: Vendor, came_bytes: int
) -> None:
    there, came = asyncio.Event(), Exchange()

    async def begins(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 20000000\r\n\r\n" + bytes(came_bytes))
        await writer.drain()
        await asyncio.sleep(0.05)  # for all of it to be with the other side
        there.set()
        await reader.read()

    vendor.answers = [begins]
    sending = asyncio.create_task(exchange(wire.paying, Send("POST", vendor.url), PAY, came))
    await there.wait()
    sending.cancel()
    await asyncio.wait({sending})

    assert (sending.cancelled(), came.whole, len(came.data)) == (True, False, came_bytes)


async def test_a_length_that_nobody_could_hold_makes_no_room(wire: Wire, vendor: Vendor) -> None:
    head, came = b"HTTP/1.1 200 OK\r\ncontent-length: 9000000000000000\r\n\r\n", Exchange()
    vendor.answers = [head + b"hello"]

    await exchange(wire.paying, Send("POST", vendor.url), PAY, came)

    assert (came.whole, came.data) == (False, b"hello")


async def test_a_refusal_that_comes_before_the_request_was_read_is_an_answer(wire: Wire) -> None:
    came = Exchange()
    with socket.create_server(("127.0.0.1", 0)) as server:
        send = Send("POST", f"http://127.0.0.1:{server.getsockname()[1]}")
        body = ("text/plain", bytes(50_000_000))
        sending = asyncio.create_task(exchange(wire.paying, send, PAY, came, content=body))
        refusing = await asyncio.to_thread(server.accept)
        with refusing[0] as line:
            line.sendall(says(413, b"too large"))
            line.shutdown(socket.SHUT_WR)
            await asyncio.to_thread(_read_all, line)
            await sending

    assert (came.left, came.whole, came.status, came.trouble) == (True, True, 413, None)


async def test_whoever_finds_every_connection_taken_waits_for_one(vendor: Vendor) -> None:
    vendor.answers = [says(200, b"hello")]
    one = DirectTransport(ssl.create_default_context(), at_once=1)
    async with httpx.AsyncClient(transport=one) as client:
        async with client.stream("GET", vendor.url):
            waiting = asyncio.create_task(client.get(vendor.url))
            await asyncio.sleep(0.05)
            assert len(vendor.requests) == 1

        assert (await waiting).text == "hello"


async def test_a_proxy_of_the_environment_is_left_to_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    transports = []
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for proxy in ("", "http://127.0.0.1:9"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        wire = open_wire()
        transports.append(isinstance(wire.paying._transport, DirectTransport))
        await wire.aclose()

    assert transports == [True, False]


def _read_all(line: socket.socket) -> None:
    while line.recv(1_000_000):
        pass


@asynccontextmanager
async def _secure(
    authority: trustme.CA, name: str, *, direct: bool
) -> AsyncIterator[tuple[Vendor, Wire]]:
    """A vendor with a certificate for that name, and a wire to it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    wire = open_wire(loopback=True, pace=0.001, direct=direct)
    async with listening(context) as vendor:
        yield vendor, wire
    await wire.aclose()
