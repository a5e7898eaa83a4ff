from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from imagelab.errors import OutcomeUnknownError, ProtocolError, ProviderError, UnavailableError
from imagelab.providers.steps import (
    Accepted,
    Flow,
    Image,
    Keep,
    Reply,
    Send,
    Show,
    Verdict,
    Wait,
    ask,
    pay,
)
from tests.providers.acme import CUT, DOCUMENT, KEY, SENT, Acme
from tests.providers.diary import Diary
from tests.providers.vendor import Answer, Vendor, resets, says, stays_silent

pytestmark = pytest.mark.anyio


async def test_an_order_is_durable_then_sent_then_staged_then_answered(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [says(200, b"image", {"x-request-id": "req_1"})]
    sha256 = hashlib.sha256(SENT).hexdigest()

    def flow() -> Flow[Reply]:
        reply = yield from pay(acme.order)
        diary.lines.append("answered")
        return reply

    reply = await acme.run(flow())

    assert diary.lines == [f"sent {sha256[:8]} before 0", "staged", "answered"]
    assert diary.bodies == [DOCUMENT]
    assert diary.replies == [reply]
    assert reply == Reply(200, {"x-request-id": "req_1"}, b"image")


async def test_the_vendor_is_sent_the_very_bytes_once_and_told_they_are_json(
    vendor: Vendor, acme: Acme
) -> None:
    vendor.answers = [says(200)]

    await acme.bought()

    assert vendor.bodies == [SENT]
    assert b"content-type: application/json" in vendor.heads


async def test_a_staged_reply_answers_the_payment_and_nothing_is_sent(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    staged = Reply(200, {}, b"from disk")

    reply = await acme.run(pay(acme.order), staged=staged)

    assert reply is staged
    assert (vendor.requests, diary.lines) == ([], [])


async def test_a_flow_pays_once(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(200)]

    def flow() -> Flow[None]:
        yield from pay(acme.order)
        yield from pay(acme.order)

    with pytest.raises(RuntimeError, match="the flow of acme pays a second time"):
        await acme.run(flow())

    assert len(vendor.requests) == 1


async def test_a_reply_that_no_verdict_can_be_given_on_is_staged_all_the_same(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [says(200, b"image")]

    def stumble(reply: Reply) -> Verdict:
        raise KeyError(reply.status)

    reply = await acme.run(pay(acme.order), verdict=stumble)

    assert diary.replies == [reply]


async def test_every_other_step_reaches_the_journal_in_order(acme: Acme, diary: Diary) -> None:
    def flow() -> Flow[str]:
        yield Accepted(("job-1", "job-2"))
        yield Wait(1)
        yield Show(0.5)
        yield Keep(3, Image(b"pixels"))
        return "done"

    assert await acme.run(flow()) == "done"
    assert diary.lines == ["accepted job-1,job-2", "show 0.5", "keep 3"]
    assert diary.images == {3: Image(b"pixels")}


async def test_a_flow_may_take_a_providers_trouble_as_an_answer(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [says(502)]

    def flow() -> Flow[str]:
        try:
            yield from ask(acme.question)
        except UnavailableError as error:
            yield Show(1.0)
            return error.provider
        return "answered"

    assert await acme.run(flow()) == "acme"
    assert diary.lines == ["show 1.0"]


async def test_a_flow_is_closed_when_its_run_fails(vendor: Vendor, acme: Acme) -> None:
    vendor.answers, left = [CUT], list[str]()

    def flow() -> Flow[None]:
        try:
            yield from pay(acme.order)
        finally:
            left.append("closed")

    with pytest.raises(OutcomeUnknownError, match="may have been billed"):
        await acme.run(flow())

    assert left == ["closed"]


@pytest.mark.parametrize("address", ["0/v1/job", "@evil.test/v1/job"])
@pytest.mark.parametrize("step", [ask, pay])
async def test_the_key_goes_to_the_api_and_nowhere_else(
    acme: Acme, diary: Diary, step: Callable[[Send], Flow[Reply]], address: str
) -> None:
    elsewhere = replace(acme.order, url=acme.vendor.url + address)

    with pytest.raises(ProtocolError, match="an address outside its API"):
        await acme.run(step(elsewhere))

    assert diary.lines == []


HOSTILE = {
    "a reset": resets,
    "a cut answer": CUT,
    "silence": stays_silent,
    "a bad gateway": says(502),
    "garbage": b"garbage\r\n\r\n",
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
async def test_no_failure_shows_the_key_or_a_query(
    vendor: Vendor, acme: Acme, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.answers, hasty = [answer], acme.within(total_s=0.05)
    signed = replace(acme.order, url=vendor.url + "/v1?sig=SIGNED")

    with pytest.raises(ProviderError, match="acme: ") as asked:
        await hasty.run(ask(signed))
    with suppress(OutcomeUnknownError):
        await hasty.run(pay(signed))

    shown = "".join(traceback.format_exception(asked.value)) + caplog.text
    assert KEY not in shown + _locals_of_ours(asked.value)
    assert "SIGNED" not in shown
    assert asked.value.__context__ is None


def _locals_of_ours(error: ProviderError) -> str:
    """What a debugger or a crash reporter would show of the library's own frames."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [repr(frame.f_locals) for frame in frames if "/imagelab/" in frame.f_code.co_filename]
    assert len(ours) > 3
    return "".join(ours)
