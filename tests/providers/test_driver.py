from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import socket
import struct
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx
import pytest

from imagelab.errors import (
    ImagelabError,
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


@dataclass(slots=True)
class Vendor:
    """A server that gives its answers one after the other, the last one for ever.

    None resets the connection, `...` never answers.
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


LENGTH = b"content-length:"


@dataclass(slots=True)
class Diary:
    """A journal that writes down in what order it was called."""

    vendor: Vendor
    lines: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    images: dict[int, Image] = field(default_factory=dict)
    slow: float = 0
    full: bool = False

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


async def run[T](vendor: Vendor, wire: Wire, diary: Journal, flow: Flow[T], **how: bool) -> T:
    return await drive(flow, wire, diary, judge, provider="acme", base=vendor.url, **how)
