from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from imagelab.errors import OutcomeUnknownError
from imagelab.providers.payment import UnsentError
from imagelab.providers.steps import Reply
from imagelab.providers.wire import open_wire
from tests.providers.acme import Acme
from tests.providers.boxes import Closing, Drip
from tests.providers.diary import Diary
from tests.providers.vendor import Vendor, says, stays_silent

pytestmark = pytest.mark.anyio


async def test_an_interrupted_payment_is_unknown(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [stays_silent]
    task = asyncio.create_task(acme.bought())

    await vendor.asked.wait()
    task.cancel()

    with pytest.raises(OutcomeUnknownError, match="the call was interrupted"):
        await task


async def test_an_interruption_in_the_middle_of_an_answer_keeps_what_came(
    acme: Acme, diary: Diary
) -> None:
    box = Drip()
    task = asyncio.create_task(acme.over(open_wire(transport=box)).bought())

    await box.begun.wait()
    task.cancel()

    with pytest.raises(OutcomeUnknownError, match="the call was interrupted"):
        await task
    assert diary.replies == [Reply(200, {}, b"half")]


async def test_an_interruption_after_the_end_of_an_answer_still_stages_it(
    acme: Acme, diary: Diary
) -> None:
    box = Closing()
    task = asyncio.create_task(acme.over(open_wire(transport=box)).bought())

    await box.begun.wait()
    await _cancelled(task)

    assert diary.lines[1:] == ["staged"]
    assert diary.replies == [Reply(200, {}, b"image")]


async def test_an_interruption_before_anything_left_is_free_once_the_journal_is_done(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    diary.slow = 0.05
    task = asyncio.create_task(acme.bought())

    while not diary.bodies:  # noqa: ASYNC110 - the journal tells nobody that it has begun
        await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(UnsentError, match="before it was sent"):
        await task
    assert len(diary.lines) == 1
    assert vendor.requests == []


async def test_an_interruption_before_the_journal_is_free_too(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    task = asyncio.create_task(acme.bought())

    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(UnsentError, match="before it was sent"):
        await task
    assert diary.lines == []
    assert vendor.requests == []


async def test_an_interrupted_payment_that_can_be_asked_for_stays_open(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [stays_silent]
    task = asyncio.create_task(acme.bought(timedelta(minutes=15)))

    await vendor.asked.wait()
    await _cancelled(task)

    assert diary.replies == []


async def test_an_interruption_while_staging_waits_until_the_reply_is_durable(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers, diary.slow = [says(200, b"image")], 0.05
    task = asyncio.create_task(acme.bought())

    await diary.staging.wait()
    await _cancelled(task)

    assert diary.lines[1:] == ["staged"]


async def _cancelled(task: asyncio.Task[Reply]) -> None:
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
