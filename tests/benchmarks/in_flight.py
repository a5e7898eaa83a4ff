"""64 calls in flight at a vendor on this machine: our driver, and one plain httpx client."""

from __future__ import annotations

import asyncio
import base64
import gc
import importlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx

from imagelab.domain.params import Params
from imagelab.domain.request import Call, Request
from imagelab.providers.driver import drive
from imagelab.providers.openai import PROVIDER
from imagelab.providers.steps import Head, Image, Reply, Send
from imagelab.providers.wire import open_wire
from tests.benchmarks.far_end import image
from tests.benchmarks.measure import Result, median

AT_ONCE = 64
CALLS = 192  # a round
LONGEST_HOLD_MS = 50
_ROUNDS = 3
_TICK_S = 0.002
_REQUEST = Request("openai", "gpt-image-2", "gpt-image-2", "A fox", Params(), 1)

One = Callable[[], Awaitable[bytes]]
Opened = Callable[[str], AbstractAsyncContextManager[One]]


@dataclass(frozen=True)
class Round:
    """How long the calls took, and the longest that the loop was not there for others.

    `held_ms` is what it worked meanwhile, `away_ms` what passed, the rest of the machine included.
    """

    taken_ms: float
    held_ms: float
    away_ms: float


class Unkept:
    """A journal that keeps nothing, so that only the wire and the decoding are measured."""

    def __init__(self) -> None:
        self.image = b""

    async def sent(self, send: Send, sha256: str) -> None:
        pass

    async def partial(self, reply: Reply) -> None:
        pass

    async def staged(self, reply: Reply) -> None:
        pass

    async def streamed(self, head: Head, at: int, part: bytes, *, whole: bool) -> None:
        pass

    async def claimed(self, remote: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
        del least, most
        return remote

    async def accepted(self, remote: tuple[str, ...]) -> None:
        pass

    async def keep(self, index: int, image: Image) -> None:
        assert index == 0
        self.image = image.data

    async def show(self, fraction: float | None, preview: bytes | None = None) -> None:
        pass


def run() -> list[Result]:
    """The rates as times, so that a smaller ratio is better here as everywhere."""
    with _far_end() as base:
        variants = (_direct, _through_httpx, _plain)
        rounds = [[_round(base, opened) for opened in variants] for _ in range(_ROUNDS)]
        crowded = [_crowded(base, opened) for opened in (_direct, _plain)]
    ours, through, plain = ([each[at] for each in rounds] for at in range(3))
    return [
        Result(
            f"{CALLS} calls, {AT_ONCE} in flight, replies of 2 MB",
            median([each.taken_ms for each in ours]),
            median([each.taken_ms for each in plain]),
            "one plain httpx.AsyncClient",
            1 / 3,
        ).called(f"{AT_ONCE} answers of 2 MB in flight"),
        Result(
            "the same through httpx's transport, as behind a proxy",
            median([each.taken_ms for each in through]),
            median([each.taken_ms for each in plain]),
            "one plain httpx.AsyncClient",
            1,
        ),
        _held("the longest that the loop is held meanwhile", ours, plain),
        _held(
            "the same with pandas and widgets loaded, as in a notebook", crowded[:1], crowded[1:]
        ),
    ]


def _held(name: str, ours: Sequence[Round], plain: Sequence[Round]) -> Result:
    """By the work it did; what passed on the clock stands beside it, of both."""
    mine, theirs = (max(each.held_ms for each in rounds) for rounds in (ours, plain))
    passed, other = (max(each.away_ms for each in rounds) for rounds in (ours, plain))
    against = f"{LONGEST_HOLD_MS} ms (by the clock {passed:.0f}; plain {theirs:.0f}, {other:.0f})"
    return Result(name, mine, LONGEST_HOLD_MS, against, 1)


@contextmanager
def _far_end() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.far_end"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.stdin.close()


def _direct(base: str) -> AbstractAsyncContextManager[One]:
    return _ours(base, direct=True)


def _through_httpx(base: str) -> AbstractAsyncContextManager[One]:
    return _ours(base, direct=False)


@asynccontextmanager
async def _ours(base: str, *, direct: bool) -> AsyncIterator[One]:
    wire = open_wire(loopback=True, direct=direct)

    async def one() -> bytes:
        journal, call = Unkept(), Call("0190-u", "3d582d50", _REQUEST, 1)
        flow = PROVIDER.generate(call, "sk-1", base)
        await drive(flow, wire, journal, PROVIDER.verdict, provider="openai", base=base)
        return journal.image

    yield one
    await wire.aclose()


@asynccontextmanager
async def _plain(base: str) -> AsyncIterator[One]:
    document = {"model": "gpt-image-2", "prompt": "A fox", "n": 1}
    async with httpx.AsyncClient(timeout=600, trust_env=False) as client:

        async def one() -> bytes:
            reply = await client.post(f"{base}/images/generations", json=document)
            return base64.b64decode(reply.json()["data"][0]["b64_json"])

        yield one


def _round(base: str, opened: Opened) -> Round:
    """One round, from which whatever other groups have loaded is kept away."""
    gc.collect()
    gc.freeze()
    try:
        return asyncio.run(_timed(base, opened))
    finally:
        gc.unfreeze()


def _crowded(base: str, opened: Opened) -> Round:
    """One round in which a full collection of garbage falls, over all that a notebook has loaded.

    It looks at every object of the process and holds whichever loop there is.
    """
    for name in ("pandas", "ipywidgets"):
        importlib.import_module(name)

    async def timed() -> Round:
        asyncio.get_running_loop().call_later(0.2, gc.collect)
        return await _timed(base, opened)

    return asyncio.run(timed())


async def _timed(base: str, opened: Opened) -> Round:
    async with opened(base) as one:
        ticking = asyncio.create_task(_tick(holds := [(0.0, 0.0)]))
        began = time.perf_counter()
        await _many(one)
        taken = time.perf_counter() - began
        ticking.cancel()
        worked, passed = (max(column) * 1000 for column in zip(*holds, strict=True))
        return Round(taken * 1000, worked, passed)


async def _many(one: One) -> None:
    left, wanted = iter(range(CALLS)), image()

    async def worker() -> None:
        for _ in left:
            assert await one() == wanted

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


async def _tick(holds: list[tuple[float, float]]) -> None:
    """Note how long the loop worked between two moments when it was there for others, and was away.

    Its work is its doing; what passed also has what the rest of the machine took, and waits for
    a lock of the interpreter that another thread held.
    """
    while True:
        worked, passed = time.thread_time(), time.perf_counter()
        await asyncio.sleep(_TICK_S)
        away = time.perf_counter() - passed - _TICK_S
        holds.append((time.thread_time() - worked, away))
