"""A vendor on this machine: a real server on 127.0.0.1 that says what a test told it to."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = bytes | Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came over the socket."""

    head: bytes
    body: bytes


@dataclass(slots=True)
class Vendor:
    """It gives its `answers` one after the other, the last one for ever; at `files`, by path.

    Each connection is answered once. With nothing to say it knows no such page.
    """

    port: int
    answers: list[Answer] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[Heard] = field(default_factory=list)
    origin: str = "http://127.0.0.1"
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"{self.origin}:{self.port}"

    @property
    def bodies(self) -> list[bytes]:
        return [request.body for request in self.requests]

    @property
    def heads(self) -> bytes:
        """All that came before the bodies, in small letters."""
        return b"".join(request.head for request in self.requests).lower()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(await _request(reader))
        self.asked.set()
        answer = self._next()
        if isinstance(answer, bytes):
            writer.write(answer)
        else:
            await answer(reader, writer)
        await writer.drain()

    def _next(self) -> Answer:
        head = self.requests[-1].head
        path = head.split(b" ")[1].decode() if head.startswith(b"GET ") else ""
        if path in self.files or not self.answers:
            return self.files.get(path, says(404))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[Vendor]:
    """A vendor on a port of its own, gone with all its connections at the end.

    With `tls` it is `https://localhost`, whatever its certificate says.
    """
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())  # type: ignore[arg-type] # it runs in one
        with suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            await vendor.talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    vendor = Vendor(server.sockets[0].getsockname()[1])
    vendor.origin = "https://localhost" if tls else vendor.origin
    yield vendor
    server.close()
    for task in talks:
        task.cancel()
    await asyncio.gather(*talks)


def says(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """A whole answer, and the last on its connection."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    head = (
        f"HTTP/1.1 {status} So\r\nconnection: close\r\n{lines}content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection is torn down without a word."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def stays_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def drips(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A large answer, one byte after another."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def _request(reader: asyncio.StreamReader) -> Heard:
    # Not by lines: what comes may be a TLS greeting, which has none.
    head, _, body = (await reader.read(65_536)).partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    length = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
    return Heard(head, body + await reader.readexactly(length - len(body)))
