"""A vendor in a process of its own, which answers every POST with one large image after a while.

It only writes: what it takes of a processor is the kernel's copying. Its port is the first
line that it prints; it ends with its standard input.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import sys

BODY_BYTES = 2_000_000  # of JSON, as a 1.5 MB image makes it
DELAY_S = 0.05


def image() -> bytes:
    """The bytes of each image: the beginning of a PNG, and noise."""
    noise = random.Random(1).randbytes(BODY_BYTES * 3 // 4 - 200)
    return b"\x89PNG\r\n\x1a\n" + noise


def reply() -> bytes:
    """The whole answer, as OpenAI gives it."""
    document = {"created": 1, "data": [{"b64_json": base64.b64encode(image()).decode()}]}
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class FarEnd(asyncio.Protocol):
    """One connection; each request on it is answered once its body is there."""

    def __init__(self, answer: bytes) -> None:
        self._answer, self._heard = answer, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if end and len(body) >= int(length or 0):
            self._heard = b""
            asyncio.get_running_loop().call_later(DELAY_S, self._transport.write, self._answer)


async def _serve() -> None:
    loop, answer = asyncio.get_running_loop(), reply()
    server = await loop.create_server(lambda: FarEnd(answer), "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
