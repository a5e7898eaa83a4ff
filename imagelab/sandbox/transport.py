"""The vendors in a box: an httpx transport that answers as they do, without any network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import httpx

from imagelab import clock
from imagelab.sandbox import cloudflare, faults as trouble
from imagelab.sandbox.book import Book
from imagelab.sandbox.encode import CONTENT_TYPES
from imagelab.sandbox.faults import Faults, Place
from imagelab.sandbox.openai import OpenAI
from imagelab.sandbox.runware import Runware
from imagelab.sandbox.stand_ins import stand_in
from imagelab.sandbox.wire import Answer, Call

API_HOSTS = ("api.openai.com", "api.runware.ai", cloudflare.API)
_THREADS: Final = 4


class SandboxTransport(httpx.AsyncBaseTransport):
    """Answers calls to the vendors' APIs, and to the addresses their pages name.

    What the vendors remember is in the SQLite file `book`. `pace` stretches every delay: at 1
    none is longer than a second, at 0 there is none. Without `faults`, those are switched on
    that the environment names. Painting and SQLite run on threads of its own, so that the loop
    is never held.
    """

    def __init__(self, book: Path, *, pace: float = 1.0, faults: Faults | None = None) -> None:
        memory = Book(book)
        self._pace = pace
        self._faults = faults or Faults.from_environment()
        self._openai = OpenAI(memory, self._web, self._faults)
        self._runware = Runware(memory, self._web, pace)
        self._cloudflare = cloudflare.Cloudflare(memory)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="imagelab-sandbox")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The vendor's reply, or the httpx error its network would give."""
        started = clock.monotonic()
        body = await request.aread()
        call = Call(request.method, request.url, request.headers, body)
        answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, call)
        pause = answer.seconds * self._pace / (len(answer.pauses) + 1)
        await asyncio.sleep(started + pause - clock.monotonic())
        if answer.breaks and answer.breaks_after is None:
            raise _broken(answer, request)
        headers = {**answer.headers, "content-type": answer.content_type}
        if answer.pauses or answer.breaks:
            parts = _Parts(answer, pause, request)
            return httpx.Response(answer.status, headers=headers, stream=parts)
        return httpx.Response(answer.status, headers=headers, content=answer.body)

    async def aclose(self) -> None:
        """End its threads once they have done what they began; they never keep a program alive."""
        self._threads.shutdown(wait=False)

    def _answer(self, call: Call) -> Answer:
        place = _place(call)
        fault = self._faults.take(place) if place else None
        return trouble.instead(fault) or trouble.spoiled(self._vendor(call, fault), fault)

    def _vendor(self, call: Call, fault: str | None) -> Answer:
        match call.url.scheme, call.url.host:
            case "https", "api.openai.com":
                return self._openai.answer(call, fault)
            case "https", "api.runware.ai":
                return self._runware.answer(call, fault)
            case "https", "im.runware.ai":
                return self._runware.download(call)
            case "https", cloudflare.API:
                return self._cloudflare.answer(call, fault)
            case "https", cloudflare.FILES:
                return self._cloudflare.download(call)
            case _:
                return _stand_in(call)

    def _web(self, address: str) -> bytes | None:
        found = stand_in(address)
        return found[0] if found else self._runware.result(address)


class _Parts(httpx.AsyncByteStream):
    """A body that comes in parts, with pauses between them, and may break off."""

    def __init__(self, answer: Answer, pause: float, request: httpx.Request) -> None:
        self._answer, self._pause, self._request = answer, pause, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        whole = self._answer.body[: self._answer.breaks_after]
        start = 0
        for end in (*self._answer.pauses, len(whole)):
            if part := whole[start:end]:
                yield part
                await asyncio.sleep(self._pause)
            start = end
        if self._answer.breaks:
            raise _broken(self._answer, self._request)


def _broken(answer: Answer, request: httpx.Request) -> httpx.TransportError:
    assert answer.breaks is not None
    message = f"sandbox, as {request.url.host}: {answer.reason}"
    return answer.breaks(message, request=request)


def answers_for(base: str) -> bool:
    """Whether the sandbox speaks as the vendor whose API is at this address.

    >>> answers_for("https://api.runware.ai/v1"), answers_for("https://api.example.com")
    (True, False)
    """
    return httpx.URL(base).host in API_HOSTS


def _place(call: Call) -> Place | None:
    match call.url.host:
        case "api.openai.com" | cloudflare.API:
            return "pay" if call.method == "POST" else None
        case "api.runware.ai":
            return "pay" if b'"imageInference"' in call.body else "poll"
        case "im.runware.ai" | cloudflare.FILES:
            return "download"
        case _:
            return None


def _stand_in(call: Call) -> Answer:
    found = stand_in(str(call.url)) if call.method == "GET" else None
    if found:
        data, form = found
        return Answer(200, data, CONTENT_TYPES[form])
    reason = "nothing is served there; it is no vendor that is played here, nor an input of theirs"
    return Answer(0, breaks=httpx.ConnectError, reason=reason)
