"""The vendors in a box: an httpx transport that answers as they do, without any network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import httpx

from imagelab import clock
from imagelab.sandbox import (
    apiframe,
    apiframe_files,
    cloudflare,
    faults as trouble,
    hosts,
    oxen,
    oxen_queue,
)
from imagelab.sandbox.book import Book
from imagelab.sandbox.encode import CONTENT_TYPES
from imagelab.sandbox.faults import Faults, Place
from imagelab.sandbox.openai import OpenAI
from imagelab.sandbox.runware import Runware
from imagelab.sandbox.stand_ins import stand_in
from imagelab.sandbox.wire import Answer, Call

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
        self._runware = Runware(memory, self._web, pace)
        self._apiframe = apiframe.Apiframe(memory, self._web, pace)
        self._oxen = oxen.Oxen(memory, self._web, pace)
        gateway = cloudflare.Cloudflare(memory)
        self._apis: dict[str, Callable[[Call, str | None], Answer]] = {
            hosts.OPENAI: OpenAI(memory, self._web, self._faults).answer,
            hosts.RUNWARE: self._runware.answer,
            hosts.CLOUDFLARE: gateway.answer,
            hosts.APIFRAME: self._apiframe.answer,
            hosts.OXEN: self._oxen.answer,
        }
        self._files: dict[str, Callable[[Call], Answer]] = {
            "im.runware.ai": self._runware.download,
            cloudflare.FILES: gateway.download,
            apiframe_files.FILES: self._apiframe.download,
            hosts.OXEN: self._oxen.download,
        }
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="imagelab-sandbox")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The vendor's reply, or the httpx error its network would give."""
        started = clock.monotonic()
        body = await request.aread()
        call = Call(request.method, request.url, request.headers, body)
        if (request.url.host, request.url.path) == (hosts.OXEN, "/api/events"):
            return _streamed(call, self._oxen.events(self._threads))
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
        host = call.url.host if call.url.scheme == "https" else ""
        if host == hosts.OXEN and not _is_oxens(call):
            return _stand_in(call)
        if (api := self._apis.get(host)) and not _is_result(call):
            return api(call, fault)
        download = self._files.get(host)
        return download(call) if download else _stand_in(call)

    def _web(self, address: str) -> bytes | None:
        file = stand_in(address) or self._apiframe.file(address)
        if file and not address.startswith(oxen_queue.RESULTS):
            return file[0]
        return self._oxen.result(address) or self._runware.result(address)


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


def _place(call: Call) -> Place | None:
    match call.url.host:
        case hosts.OPENAI | hosts.CLOUDFLARE:
            return "pay" if call.method == "POST" else None
        case hosts.RUNWARE:
            return "pay" if b'"imageInference"' in call.body else "poll"
        case hosts.APIFRAME:
            return "pay" if call.url.path == apiframe.PAYING else "poll"
        case "im.runware.ai" | cloudflare.FILES | apiframe_files.FILES:
            return "download"
        case hosts.OXEN:
            return _place_at_oxen(call)
        case _:
            return None


def _place_at_oxen(call: Call) -> Place | None:
    if _is_result(call):
        return "download"
    if call.url.path.startswith("/api/ai/queue") and call.method != "POST":
        return "poll"
    return "pay" if call.method == "POST" else None


def _is_oxens(call: Call) -> bool:
    """Whether it is Oxen's own; what else lies there are inputs that its pages name."""
    return _is_result(call) or call.url.path.startswith("/api/ai/")


def _is_result(call: Call) -> bool:
    return str(call.url).startswith(oxen_queue.RESULTS)


class _Stream(httpx.AsyncByteStream):
    """A body that goes on for as long as somebody reads it."""

    def __init__(self, parts: AsyncIterator[bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._parts:
            yield part


def _streamed(call: Call, events: AsyncIterator[bytes]) -> httpx.Response:
    if not call.bearer or call.bearer.startswith("invalid"):
        return httpx.Response(401, json={"error": {"type": "unauthenticated"}, "status": "error"})
    headers = {"content-type": "text/event-stream"}
    return httpx.Response(200, headers=headers, stream=_Stream(events))


def _stand_in(call: Call) -> Answer:
    found = stand_in(str(call.url)) if call.method == "GET" else None
    if found:
        data, form = found
        return Answer(200, data, CONTENT_TYPES[form])
    reason = "nothing is served there; a sandbox has only the vendors' own inputs, so give a file"
    return Answer(0, breaks=httpx.ConnectError, reason=reason)
