"""Transports in the place of a sandbox: they answer inside the process, or begin to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx


class Box(httpx.AsyncBaseTransport):
    """It answers with the status that is next on its list, or raises what stands there."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers, self.bodies = list(answers), list[bytes]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(await request.aread())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, content=b"{}")


class Drip(httpx.AsyncBaseTransport, httpx.AsyncByteStream):
    """It begins an answer and never ends it."""

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
    """The end of its answer has come, and its connection is slow to close."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.trace = request.extensions["trace"]
        return httpx.Response(200, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"image"
        await self.trace("http11.receive_response_body.complete", {})

    async def aclose(self) -> None:
        self.begun.set()
        await asyncio.sleep(60)
