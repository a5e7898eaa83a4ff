"""Malformed answers: a provider's flow through the real driver, against whatever a seed answers.

A new provider is put under it by one more `Subject` with the answers its pages show.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from imagelab.domain.params import Params
from imagelab.domain.request import Call
from imagelab.errors import ProviderError
from imagelab.providers import apiframe, cloudflare, openai, oxen, runware
from imagelab.providers.driver import drive
from imagelab.providers.openai_answers import BASE
from imagelab.providers.payment import UnsentError
from imagelab.providers.provider import Provider
from imagelab.providers.steps import (
    Facts,
    Head,
    Image,
    PostponedError,
    Reply,
    Send,
)
from imagelab.providers.wire import Wire, open_wire
from tests.faults.figures import Figures, Run, summed
from tests.providers import (
    apiframe_call,
    cloudflare_call,
    garbled,
    openai_call,
    oxen_call,
    runware_task,
)
from tests.providers.garbled import CODED, PNG, Said

KEY = "sk-CANARY-0123456789"
CHARGED = ("yes", "no", "unknown")
LONGEST_SENTENCE = 1500


@dataclass(frozen=True)
class Subject:
    """A call at a provider, its address, and answers as the vendor documents them.

    `polls` answer what is asked after paying; with `streams` the paying one comes as events.
    """

    name: str
    provider: Provider
    base: str
    call: Call
    answers: tuple[Any, ...] = ()
    polls: tuple[Any, ...] = ()
    streams: tuple[dict[str, Any], ...] = ()


_REFUSED = {"error": {"message": f"not with {KEY}", "type": "x", "code": "moderation_blocked"}}
_ROUGH = {"type": "image_generation.partial_image", "partial_image_index": 0, "b64_json": CODED}
_DONE = {
    "type": "image_generation.completed",
    "b64_json": CODED,
    "usage": openai_call.ANSWER["usage"],
    "size": "1024x1024",
    "quality": "low",
}
_OPENAI = (
    openai_call.ANSWER | {"data": [{"b64_json": CODED}, {"url": "https://files.example/a.png"}]},
    _REFUSED,
    {"detail": [{"msg": "no", "type": "value_error"}]},
)
_RUNWARE = (
    {"data": [runware_task.result(1), runware_task.result(2)]},
    {"data": [runware_task.TAKEN_ON | {"status": "processing"}]},
    {"data": [], "errors": [{"code": "x", "message": f"not {KEY}", "taskUUID": runware_task.TASK}]},
)


def _told(*replies: Reply) -> list[Any]:
    return [json.loads(reply.body) for reply in replies]


SUBJECTS = (
    Subject("openai", openai.PROVIDER, BASE, openai_call.boat_call(2), _OPENAI),
    Subject(
        "openai streams",
        openai.PROVIDER,
        BASE,
        openai_call.boat_call(params=Params(previews=2)),
        _OPENAI,
        streams=(_ROUGH, {"error": _REFUSED["error"]}, _DONE),
    ),
    Subject(
        "runware",
        runware.PROVIDER,
        runware_task.BASE,
        runware_task.task_call(2),
        _RUNWARE,
        _RUNWARE,
    ),
    Subject(
        "cloudflare",
        cloudflare.PROVIDER,
        cloudflare_call.BASE,
        cloudflare_call.boat_call(),
        (
            *cloudflare_call.ENVELOPES.values(),
            {"success": False, "errors": [{"code": 7003, "message": f"not {KEY}"}], "result": None},
        ),
    ),
    Subject(
        "apiframe",
        apiframe.PROVIDER,
        apiframe_call.BASE,
        apiframe_call.boat_call(n=2),
        (apiframe_call.PAGES["accepted"], {"error": f"not {KEY}", "details": {"prompt": ["x"]}}),
        (*_told(apiframe_call.job(images=2), apiframe_call.job("FAILED", error="no")),),
    ),
    Subject(
        "oxen",
        oxen.PROVIDER,
        oxen_call.BASE,
        oxen_call.boat_call(2),
        (*_told(oxen_call.queued("a", "b")), {"error": {"title": f"not {KEY}"}}),
        (*_told(oxen_call.stands("a"), oxen_call.stands("b", "failed", error_message="no")),),
    ),
    Subject(
        "oxen at once",
        oxen.PROVIDER,
        oxen_call.BASE,
        oxen_call.boat_call(extra=oxen_call.AT_ONCE),
        (oxen_call.PAGES["given"][0], {"error": {"title": f"not {KEY}"}}),
    ),
)


def run(runs: int | None, seed: int) -> Figures:
    """So many answers for each subject, or as many as the test run has."""
    began = time.monotonic()
    each = 500 if runs is None else max(1, runs // len(SUBJECTS))
    done = asyncio.run(_all([(subject, seed + n) for subject in SUBJECTS for n in range(each)]))
    return summed("malformed", time.monotonic() - began, done)


def judged(subject: Subject, seeds: Iterable[int]) -> list[Run]:
    """What each seed came to."""
    return asyncio.run(_all([(subject, seed) for seed in seeds]))


async def _all(asked: list[tuple[Subject, int]]) -> list[Run]:
    return [await _judged(subject, seed) for subject, seed in asked]


async def _judged(subject: Subject, seed: int) -> Run:
    mouth, memory = Mouth(subject, random.Random(seed)), Memory()
    wire = open_wire(transport=mouth, pace=0)
    came: Facts | Exception
    try:
        came = await _driven(subject, wire, memory)
    except (ProviderError, PostponedError) as error:
        came = error
    except Exception as error:  # noqa: BLE001 - that it is none of ours is the finding
        return Run(f"{subject.name} {seed}", broken=(f"{type(error).__name__}: {error}",))
    counted = {f"{subject.name}: {_sort(came)}": 1, "images kept": len(memory.images)}
    broken = tuple(_broken(subject, came, mouth, memory))
    return Run(f"{subject.name} {seed}", counted, broken=broken)


async def _driven(subject: Subject, wire: Wire, memory: Memory) -> Facts:
    return await drive(
        subject.provider.generate(subject.call, KEY, subject.base),
        wire,
        memory,
        subject.provider.verdict,
        provider=subject.provider.name,
        base=subject.base,
    )


def _sort(came: Facts | Exception) -> str:
    if not isinstance(came, Facts):
        return type(came).__name__
    return f"images beside {type(came.problem).__name__}" if came.problem else "images"


def _broken(
    subject: Subject, came: Facts | Exception, mouth: Mouth, memory: Memory
) -> Iterable[str]:
    """Every promise that one answer got the better of."""
    if isinstance(came, Facts):
        yield from _of_facts(came, memory)
    elif KEY in str(came) or len(str(came)) > LONGEST_SENTENCE:
        yield f"says {str(came)!r}"
    if isinstance(came, UnsentError):
        yield "says that nothing was sent"
    if mouth.paid > 1 and subject.provider.repeatable is None and not mouth.refused:
        yield f"paid {mouth.paid} times"
    if isinstance(came, ProviderError) and came.charged not in CHARGED:
        yield f"is charged {came.charged!r}"
    if memory.raw != mouth.told[: len(memory.raw) if memory.is_stream else None]:
        yield f"kept {memory.raw[:50]!r} of what was answered"
    if mouth.refused and memory.images and subject.provider.repeatable is None:
        yield "would send again what gave images"


def _of_facts(facts: Facts, memory: Memory) -> Iterable[str]:
    if not memory.images and facts.problem is None:
        yield "has neither an image nor a problem"
    if facts.problem is not None and not isinstance(facts.problem, ProviderError):
        yield f"has {facts.problem!r} for a problem"
    if facts.cost is not None and not (facts.cost.amount.is_finite() and facts.cost.amount >= 0):
        yield f"costs {facts.cost}"
    if KEY in repr(facts):
        yield "tells the key"


class Mouth(httpx.AsyncBaseTransport):
    """The vendor: its first POST is the paying one, whose answer is the same each time."""

    def __init__(self, subject: Subject, dice: random.Random) -> None:
        self._subject, self._dice = subject, dice
        streams = subject.streams and dice.random() < 0.8
        self.said = (
            garbled.stream(dice, subject.streams)
            if streams
            else garbled.reply(dice, subject.answers)
        )
        self._order: bytes | None = None
        self.paid = 0

    @property
    def told(self) -> bytes:
        return self.said.body

    @property
    def whole(self) -> bool:
        return not self.said.breaks

    @property
    def last(self) -> Reply:
        return Reply(self.said.status, self.said.headers, self.said.body)

    @property
    def refused(self) -> bool:
        """Whether its answer lets the same be sent again."""
        return self.whole and self._subject.provider.verdict(self.last).again

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if request.method == "POST" and self._order is None:
            self._order = body
        if request.method == "POST" and body == self._order:
            self.paid += 1
            return _response(self.said, request)
        if request.url.host in self._subject.base:
            return _response(garbled.reply(self._dice, self._subject.polls or ({},)), request)
        data, status = self._dice.choice(((PNG, 200), (b"gone", 404), (b"", 200), (PNG, 403)))
        return httpx.Response(status, content=data)


def _response(said: Said, request: httpx.Request) -> httpx.Response:
    return httpx.Response(said.status, headers=said.headers, stream=_Stream(said, request))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, said: Said, request: httpx.Request) -> None:
        self._said, self._request = said, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._said.pieces:
            yield piece
            await asyncio.sleep(0)
        if self._said.breaks:
            raise httpx.ReadError("the connection breaks", request=self._request)


@dataclass
class Memory:
    """A journal that keeps what it is given; `raw` is the paying answer as it was kept.

    Of a stream it is what came before the flow had all it wanted.
    """

    raw: bytes = b""
    is_stream: bool = False
    images: dict[int, Image] = field(default_factory=dict)

    async def sent(self, send: Send, sha256: str) -> None:
        """Nothing to keep."""

    async def partial(self, reply: Reply) -> None:
        self.raw = reply.body

    async def staged(self, reply: Reply) -> None:
        self.raw = reply.body

    async def streamed(self, head: Head, at: int, part: bytes, *, whole: bool) -> None:
        del head, whole
        self.raw, self.is_stream = self.raw[:at] + part, True

    async def accepted(self, remote: tuple[str, ...]) -> None:
        """Nothing to keep."""

    async def claimed(self, remote: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
        return remote if least <= len(remote) <= most else ()

    async def keep(self, index: int, image: Image) -> None:
        self.images[index] = image

    async def show(self, fraction: float | None, preview: bytes | None = None) -> None:
        """Nothing to keep."""
