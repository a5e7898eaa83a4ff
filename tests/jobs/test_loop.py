from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from imagelab.jobs.loop import BackgroundLoop


@pytest.fixture
def loop() -> Iterator[BackgroundLoop]:
    made = BackgroundLoop()
    yield made
    made.close()


async def here() -> int:
    await asyncio.sleep(0)
    return threading.get_ident()


def test_work_runs_on_one_thread_of_its_own(loop: BackgroundLoop) -> None:
    threads = {loop.submit(here()).result(10) for _ in range(3)}

    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_a_caller_with_a_running_loop_of_its_own_is_served(loop: BackgroundLoop) -> None:
    async def cell() -> int:
        return loop.submit(here()).result(10)

    assert asyncio.run(cell()) != threading.get_ident()


def test_closing_cancels_what_runs_and_ends_the_thread(loop: BackgroundLoop) -> None:
    began = threading.Event()

    async def endless() -> None:
        began.set()
        await asyncio.sleep(3600)

    work = loop.submit(endless())
    began.wait(10)
    others = threading.active_count() - 1
    loop.close()

    assert work.cancelled()
    assert threading.active_count() == others


def test_what_cancelled_work_has_begun_of_its_own_is_finished(loop: BackgroundLoop) -> None:
    began, written = threading.Event(), threading.Event()

    async def write() -> None:
        await asyncio.sleep(0.05)
        written.set()

    async def shielding() -> None:
        inner = asyncio.ensure_future(write())
        began.set()
        try:
            await asyncio.wait({inner})
        finally:
            await inner

    loop.submit(shielding())
    began.wait(10)
    loop.cancel()

    assert written.is_set()


def test_a_loop_that_was_never_used_closes(loop: BackgroundLoop) -> None:
    loop.cancel()
    loop.close()
    loop.close()
