"""One connection of asyncio, as bytes: sent to its end, and read as they come or to a length.

What it was told to read to a length goes from the socket to its place, copied nowhere between:
with 64 large answers at once, most time went to fresh memory for copies.
"""

from __future__ import annotations

import asyncio
import io
from collections import deque

import httpx

PIECE_BYTES = 131_072  # read at one go, so that nobody else waits long
WAITING_BYTES = 1_000_000  # of an answer that nobody takes, before the vendor has to wait


def scratch() -> memoryview:
    """Room for one piece, which all the lines of a loop may share: it is read and taken at once."""
    return memoryview(bytearray(PIECE_BYTES))


class Line(asyncio.BufferedProtocol):
    """One connection: what was read of it waits until it is taken, also after it broke.

    `read_s` is how long it may be silent, in seconds; `room` comes from `scratch`.
    """

    def __init__(self, read_s: float | None, room: memoryview) -> None:
        self._read_s = read_s
        self._room = room
        self._came: deque[bytes] = deque()
        self._waiting = 0
        self._measure: _Measure | None = None
        self._transport: asyncio.Transport | None = None
        self._last = 0.0
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
            self._check_broken()
            return b""
        piece = self._came.popleft()
        self._waiting -= len(piece)
        self._go_on()
        return piece

    def measure(self, length: int, first: bytes) -> None:
        """Read on until there are so many bytes; the `first` came before any that are here."""
        self._measure = _Measure(length)
        if first:
            self._came.appendleft(first)
            self._waiting += len(first)
        while self._came and self._measure.left:
            piece = self._came.popleft()
            self._waiting -= len(piece)
            if rest := self._measure.add(piece):
                self._came.appendleft(rest)
                self._waiting += len(rest)
        self._go_on()

    async def full(self) -> None:
        """Until the measure is full; RemoteProtocolError or ReadError where the line ends before."""
        while self._measure and self._measure.left:
            if self._over:
                self._check_broken()
                raise httpx.RemoteProtocolError("the connection ended before the answer")
            await self._heard()

    def measured(self) -> bytes:
        """What came of the measure; it is given once, and what comes after it is another piece."""
        measure, self._measure = self._measure, None
        return measure.taken() if measure else b""

    def close(self) -> None:
        """Have no connection any more."""
        if self._transport:
            self._transport.abort()

    async def _heard(self) -> None:
        """Until something is to be done about what came."""
        loop = asyncio.get_running_loop()
        self._news.clear()
        self._last = loop.time()
        while not self._news.is_set():
            until = None if self._read_s is None else self._last + self._read_s
            try:
                async with asyncio.timeout_at(until):
                    await self._news.wait()
            except TimeoutError as error:
                if self._read_s is None or self._last + self._read_s <= loop.time():
                    raise httpx.ReadTimeout("no byte in time") from error

    def _check_broken(self) -> None:
        if self._broke:
            raise httpx.ReadError(type(self._broke).__name__) from self._broke

    def _go_on(self) -> None:
        if self._transport and self._waiting <= WAITING_BYTES and not self._over:
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=0)  # what is not with the system is not sent

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - as asyncio calls it
        if self._measure and self._measure.left:
            return self._measure.room()
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        self._last = asyncio.get_running_loop().time()
        if self._measure and self._measure.left:
            self._measure.left -= nbytes
            if self._measure.left:
                return
        else:
            self._came.append(bytes(self._room[:nbytes]))
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


class _Measure:
    """Bytes of a known length on their way; `left` of them are still to come."""

    def __init__(self, length: int) -> None:
        self.left = length
        # Bytes that nobody else holds are written in place, and given back without a copy.
        self._kept = io.BytesIO(bytes(length))
        self._view = self._kept.getbuffer()

    def room(self) -> memoryview:
        """Where the next bytes go."""
        begin = len(self._view) - self.left
        return self._view[begin : begin + PIECE_BYTES]

    def add(self, piece: bytes) -> bytes:
        """Take what is here already; what there is no room for is given back."""
        taken, begin = piece[: self.left], len(self._view) - self.left
        self._view[begin : begin + len(taken)] = taken
        self.left -= len(taken)
        return piece[len(taken) :]

    def taken(self) -> bytes:
        """What came, after which there is no room any more."""
        came = len(self._view) - self.left
        self._view.release()
        return self._kept.getvalue()[:came]
