"""A request on a connection of its own: opened for it, closed after its answer, used for nothing else.

What httpx's transport does for a pool of connections, it does for every 64 kB that arrive, and
64 large answers at once take most of their time there. Here a protocol of asyncio reads them,
and h11 judges them, as it does for httpx: what is whole or cut is so by the same rules.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import h11
import httpx

from imagelab.providers.line import Line, scratch

MEASURE_BYTES = 8_000_000  # read in one; a length that is only said makes no more room than that
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
        self._room = scratch()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send once; the answer's body is still to be read."""
        talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        head, body = _spelled(talk, request), await request.aread()
        limits: Mapping[str, float | None] = request.extensions.get("timeout", {})
        line = Line(limits.get("read"), self._room)
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

    async def _connect(self, line: Line, url: httpx.URL, seconds: float | None) -> None:
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


@dataclass(slots=True)
class _Answer(httpx.AsyncByteStream):
    """The answer to one request, as it comes; closing it gives its place to the next."""

    talk: h11.Connection
    line: Line
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
        pieces = self._framed() if self.length is None else self._measured(self.length)
        async for piece in pieces:
            yield piece

    async def aclose(self) -> None:
        """Close the connection; closing it again is no matter."""
        self.line.close()
        if self.places:
            self.places.release()
            self.places = None

    async def _measured(self, left: int) -> AsyncIterator[bytes]:
        """A body whose length was said; where it is cut, what came of it and then why."""
        first = self.talk.trailing_data[0]
        while left:
            length = min(left, MEASURE_BYTES)
            self.line.measure(length, first)
            try:
                await self.line.full()
            except (Exception, asyncio.CancelledError):  # what came of a paid answer is kept
                yield self.line.measured()
                raise
            yield self.line.measured()
            first, left = b"", left - length

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
    """How long the body is, if that is all there is to know of it; h11 has judged the number.

    One that is packed is better unpacked in small pieces.
    """
    headers = dict(response.headers)
    said = headers.get(b"content-length")
    bodiless = method == "HEAD" or response.status_code in {204, 304}
    otherwise = {b"transfer-encoding", b"content-encoding"} & headers.keys()
    return int(said) if said and not bodiless and not otherwise else None
