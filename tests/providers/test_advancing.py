from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest

from imagelab.providers.advancing import LARGE_BYTES, Advancing, Returned
from imagelab.providers.steps import Answer, Flow, Reply, Show, Verdict, pay
from imagelab.providers.wire import Wire
from tests.providers.acme import Acme, judge
from tests.providers.diary import Diary
from tests.providers.vendor import Vendor, says

pytestmark = pytest.mark.anyio

LARGE = Reply(200, {}, bytes(LARGE_BYTES + 1))
SMALL = Reply(200, {}, b"small")


def reads(order: list[str], name: str) -> Flow[str]:
    yield Show(None)
    order.append(name)
    return name


async def test_large_answers_are_read_one_by_one_with_room_for_others_between() -> None:
    order: list[str] = []
    turns = asyncio.Lock()

    async def others() -> None:
        for _ in range(3):
            order.append("the loop")
            await asyncio.sleep(0)

    async def one(name: str) -> None:
        advancing = Advancing(reads(order, name), turns)
        await advancing.step(None, None)
        await advancing.step(LARGE, None)

    await asyncio.gather(one("first"), one("second"), others())

    assert order.index("first") < order.index("second")
    assert "the loop" in order[order.index("first") : order.index("second")]


async def test_a_small_answer_waits_for_nobody() -> None:
    turns = asyncio.Lock()
    await turns.acquire()
    advancing = Advancing(reads([], "small"), turns)

    await advancing.step(None, None)

    assert await advancing.step(SMALL, None) == Returned("small")


async def test_a_flow_that_was_given_much_waits_its_turn_from_then_on() -> None:
    turns = asyncio.Lock()
    advancing = Advancing(keeps(), turns)
    await advancing.step(None, None)
    await advancing.step(LARGE, None)

    await turns.acquire()
    waiting = asyncio.ensure_future(advancing.step(None, None))
    await asyncio.sleep(0)
    assert not waiting.done()
    turns.release()

    assert await waiting == Returned("kept")


async def test_a_long_answer_is_on_disk_before_anybody_reads_it(
    vendor: Vendor, wire: Wire, diary: Diary
) -> None:
    vendor.answers = [says(429, b"x" * 200_000)]
    judged: list[int] = []

    def verdict(reply: Reply) -> Verdict:
        judged.append(len(diary.replies))
        return judge(reply)

    acme = Acme(vendor, wire, diary)
    reply = await acme.run(pay(acme.order), verdict=verdict)

    assert (reply.status, len(vendor.requests), judged) == (429, 1, [])
    assert [len(kept.body) for kept in diary.replies] == [200_000]


def keeps() -> Generator[Show, Answer, str]:
    yield Show(None)
    yield Show(None)
    return "kept"
