"""A request on a connection of its own: opened for it, closed after its answer, used for nothing else.

What httpx's transport does for a pool of connections, it does for every 64 kB that arrive, and
64 large answers at once take most of their time there. Here a protocol of asyncio reads them,
and h11 judges them, as it does for httpx: what is whole or cut is so by the same rules.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import h11
import httpx

PIECE_BYTES = 131_072  # read at one go, so that nobody else waits long
WAITING_BYTES = 1_000_000  # of an answer that nobody takes, before the vendor has to wait
HEAD_BYTES = 100_000  # a head may have, as with httpx
PATIENCE_S = 0.25  # until the next of a name's addresses is tried too (RFC 8305)


class DirectTransport(httpx.AsyncBaseTransport):
    """httpx's transport without a pool; at most so many connections `at_once`.

    A ConnectError or ConnectTimeout means that no byte of a request has left. After that
    trouble is a WriteError, WriteTimeout, ReadError, ReadTimeout or RemoteProtocolError, and
    `trace` was told of the moment between. It knows no proxy.
    """

    def __init__(self, context: ssl.SSLContext, *, at_once: int) -> None:
        context.set_alpn_protocols(["http/1.1"])
        self._context = context
        self._places = asyncio.Semaphore(at_once)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send once; the answer's body is still to be read."""
        talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        head, body = _spelled(talk, request), await request.aread()
        limits: Mapping[str, float | None] = request.extensions.get("timeout", {})
        line = _Line(limits.get("read"))
        await self._places.acquire()
        answer = _Answer(talk, line, self._places)
        try:
            await self._connect(line, request.url, limits.get("connect"))
            if trace := request.extensions.get("trace"):
                await trace("http11.send_request_headers.started", {"request": request})
            await line.send(head, body, limits.get("write"))
            response = await answer.head(request.method)
        except BaseException:
            await answer.aclose()
            raise
        return httpx.Response(
            response.status_code, headers=response.headers.raw_items(), stream=answer
        )

    async def _connect(self, line: _Line, url: httpx.URL, seconds: float | None) -> None:
        secure, host = url.scheme == "https", url.raw_host.decode("ascii")
        if not (secure or url.scheme == "http") or not host:
            raise httpx.UnsupportedProtocol("the address does not begin with https:// or http://")
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().create_connection(
                    lambda: line,
                    host,
                    url.port or (443 if secure else 80),
                    ssl=self._context if secure else None,
                    server_hostname=host if secure else None,
                    happy_eyeballs_delay=PATIENCE_S,
                )
        except TimeoutError as error:
            line.close()
            raise httpx.ConnectTimeout("no connection in time") from error
        except (OSError, UnicodeError) as error:
            line.close()
            raise httpx.ConnectError(str(error) or type(error).__name__) from error


class _Line(asyncio.BufferedProtocol):
    """One connection: what was read of it waits until it is taken, also after it broke."""

    def __init__(self, read_s: float | None) -> None:
        self._read_s = read_s
        self._piece = memoryview(bytearray(PIECE_BYTES))
        self._came: deque[bytes] = deque()
        self._waiting = 0
        self._transport: asyncio.Transport | None = None
        self._over = False
        self._broke: Exception | None = None
        self._news = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()

    async def send(self, head: bytes, body: bytes, seconds: float | None) -> None:
        """Until the system has it all, or nobody takes it any more: an answer may be there."""
        if self._transport:
            self._transport.write(head)
            self._transport.write(body)
        try:
            async with asyncio.timeout(seconds):
                await self._free.wait()
        except TimeoutError as error:
            raise httpx.WriteTimeout("the request was not taken in time") from error

    async def piece(self) -> bytes:
        """What came next, nothing at the end; ReadError once all that came before it was taken."""
        if not (self._came or self._over):
            await self._heard()
        if not self._came:
            if self._broke:
                raise httpx.ReadError(type(self._broke).__name__) from self._broke
            return b""
        piece = self._came.popleft()
        self._waiting -= len(piece)
        if self._transport and self._waiting <= WAITING_BYTES and not self._over:
            self._transport.resume_reading()
        return piece

    async def _heard(self) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(self._read_s):
                await self._news.wait()
        except TimeoutError as error:
            raise httpx.ReadTimeout("no byte in time") from error

    def close(self) -> None:
        """Have no connection any more."""
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=0)  # what is not with the system is not sent

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - as asyncio calls it
        return self._piece

    def buffer_updated(self, nbytes: int) -> None:
        self._came.append(bytes(self._piece[:nbytes]))
        self._waiting += nbytes
        if self._transport and self._waiting > WAITING_BYTES:
            self._transport.pause_reading()
        self._news.set()

    def eof_received(self) -> None:
        self._over = True
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._over, self._broke, self._transport = True, exc, None
        self._news.set()
        self._free.set()

    def pause_writing(self) -> None:
        self._free.clear()

    def resume_writing(self) -> None:
        self._free.set()


@dataclass(slots=True)
class _Answer(httpx.AsyncByteStream):
    """The answer to one request, as it comes; closing it gives its place to the next."""

    talk: h11.Connection
    line: _Line
    places: asyncio.Semaphore | None
    length: int | None = field(default=None, init=False)

    async def head(self, method: str) -> h11.Response:
        """The head of the answer, after any hints before it."""
        while isinstance(event := await self._event(), h11.InformationalResponse):
            pass
        if not isinstance(event, h11.Response):
            raise httpx.RemoteProtocolError("the connection ended before an answer")
        self.length = _length(method, event)
        return event

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = self._framed() if self.length is None else self._counted(self.length)
        async for piece in pieces:
            yield piece

    async def aclose(self) -> None:
        """Close the connection; closing it again is no matter."""
        self.line.close()
        if self.places:
            self.places.release()
            self.places = None

    async def _counted(self, left: int) -> AsyncIterator[bytes]:
        """A body whose length was said: what h11 has of it already, and then from the wire."""
        piece = self.talk.trailing_data[0][:left]
        while True:
            left -= len(piece)
            if piece:
                yield piece
            if left == 0:
                return
            piece = (await self.line.piece())[:left]
            if not piece:
                raise httpx.RemoteProtocolError("the connection ended before the answer")

    async def _framed(self) -> AsyncIterator[bytes]:
        """A body in chunks, or one that goes on until the connection ends."""
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise httpx.RemoteProtocolError("the connection ended before the answer")

    async def _event(self) -> object:
        try:
            while (event := self.talk.next_event()) is h11.NEED_DATA:
                self.talk.receive_data(await self.line.piece())
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return event


def _spelled(talk: h11.Connection, request: httpx.Request) -> bytes:
    """The head of the request, which asks for the connection to be closed after the answer."""
    headers = [
        (name, value) for name, value in request.headers.raw if name.lower() != b"connection"
    ]
    try:
        head = talk.send(
            h11.Request(
                method=request.method.encode("ascii"),
                target=request.url.raw_path,
                headers=[*headers, (b"Connection", b"close")],
            )
        )
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error
    return head or b""


def _length(method: str, response: h11.Response) -> int | None:
    """How long the body is, if that is all there is to know of it; h11 has judged the number."""
    headers = dict(response.headers)
    said = headers.get(b"content-length")
    bodiless = method == "HEAD" or response.status_code in {204, 304}
    return int(said) if said and not bodiless and b"transfer-encoding" not in headers else None
