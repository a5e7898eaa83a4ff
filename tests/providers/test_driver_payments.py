from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from imagelab.errors import Charged, OutcomeUnknownError, UnavailableError
from imagelab.providers.steps import Flow, Reply, Verdict, ask, pay
from imagelab.providers.wire import Wire, open_wire
from tests.providers.acme import CUT, KEYED, SENT, Acme
from tests.providers.boxes import Box
from tests.providers.diary import Diary
from tests.providers.vendor import Answer, Vendor, resets, says, stays_silent

pytestmark = pytest.mark.anyio

NO_ANSWER = {
    "a reset": resets,
    "an answer cut short": CUT,
    "a chunk cut short": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nx",
    "garbage": b"garbage\r\n\r\n",
    "silence": stays_silent,
    "an answer too large": says(200, b"x" * 10_000),
}


@pytest.mark.parametrize("answer", NO_ANSWER.values(), ids=NO_ANSWER)
async def test_a_payment_without_an_answer_is_unknown_and_never_sent_again(
    vendor: Vendor, acme: Acme, diary: Diary, answer: Answer
) -> None:
    vendor.answers = [answer]

    with pytest.raises(OutcomeUnknownError, match="settle\\(\\) or resend\\(\\)") as caught:
        await acme.within(total_s=0.2, largest_bytes=1000).bought()

    assert caught.value.charged == "unknown"
    assert len(vendor.requests) == 1
    assert "staged" not in diary.lines


async def test_what_came_of_a_cut_answer_is_kept(vendor: Vendor, acme: Acme, diary: Diary) -> None:
    vendor.answers = [CUT]

    with pytest.raises(OutcomeUnknownError, match="request req_1"):
        await acme.bought()

    assert diary.lines[1:] == ["partial"]
    assert diary.replies == [Reply(200, {"x-request-id": "req_1"}, b"half an answ")]


async def test_a_full_disk_does_not_hide_the_unknown_outcome(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers, diary.full = [CUT], True

    with pytest.raises(OutcomeUnknownError, match="may have been billed") as caught:
        await acme.bought()

    assert caught.value.__notes__ == ["what came of the answer could not be kept: no space left"]


async def test_what_never_left_was_not_billed(nobody: Vendor, wire: Wire) -> None:
    acme = Acme(nobody, wire, Diary(nobody))

    with pytest.raises(UnavailableError, match="nothing was sent: no connection") as caught:
        await acme.bought()

    assert caught.value.charged == "no"


async def test_what_never_left_is_sent_again(acme: Acme) -> None:
    box = Box(httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), 200)

    reply = await acme.over(open_wire(transport=box, pace=0)).bought()

    assert reply.status == 200
    assert len(box.bodies) == 3


async def test_what_never_leaves_is_given_up_after_three_tries(acme: Acme) -> None:
    box = Box(*[httpx.ConnectError("refused")] * 4)

    with pytest.raises(UnavailableError, match="nothing was billed"):
        await acme.over(open_wire(transport=box, pace=0)).bought()

    assert len(box.bodies) == 3


async def test_in_a_sandbox_too_a_lost_answer_is_unknown(acme: Acme) -> None:
    box = Box(httpx.ReadError("gone"))

    with pytest.raises(OutcomeUnknownError, match="the connection broke: ReadError"):
        await acme.over(open_wire(transport=box, pace=0)).bought()

    assert box.bodies == [SENT]


async def test_an_address_that_cannot_be_sent_to_is_not_tried_again(acme: Acme) -> None:
    box = Box(httpx.InvalidURL("https://a.test/?sig=CANARY"))

    with pytest.raises(UnavailableError, match="it cannot be sent or read: InvalidURL") as caught:
        await acme.over(open_wire(transport=box, pace=0)).bought()

    assert len(box.bodies) == 1
    assert "CANARY" not in str(caught.value)


async def test_a_refusal_that_was_not_charged_is_sent_again_and_is_not_the_reply(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [says(429, b"wait", {"retry-after": "1"}), says(200, b"image")]

    reply = await acme.bought()

    assert reply.body == b"image"
    assert diary.replies == [reply]
    assert vendor.bodies == [SENT, SENT]


@pytest.mark.parametrize("after", ["1", "-5", "nan", "soon", "Fri, 01 Jan 2027 00:00:00 GMT", ""])
async def test_a_refusal_for_ever_is_given_to_the_flow(
    vendor: Vendor, acme: Acme, diary: Diary, after: str
) -> None:
    vendor.answers = [says(429, b"wait", {"retry-after": after})]

    reply = await acme.bought()

    assert reply.status == 429
    assert diary.lines[1:] == ["staged"]
    assert len(vendor.requests) == 4


@pytest.mark.parametrize(
    "after", ["121", "1000000000", "9" * 400], ids=["two minutes", "30 years", "400 digits"]
)
async def test_a_long_wait_is_for_a_person_to_decide(
    vendor: Vendor, acme: Acme, after: str
) -> None:
    vendor.answers = [says(429, b"wait", {"retry-after": after})]

    reply = await acme.bought()

    assert reply.status == 429
    assert len(vendor.requests) == 1


async def test_any_other_complete_reply_is_given_to_the_flow_at_once(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [says(500, b"<html>sorry</html>")]

    reply = await acme.bought()

    assert (reply.status, len(vendor.requests)) == (500, 1)
    assert diary.replies == [reply]


@pytest.mark.parametrize("charged", ["yes", "unknown"])
async def test_what_may_have_been_charged_is_not_sent_again_whatever_the_verdict(
    vendor: Vendor, acme: Acme, charged: Charged
) -> None:
    vendor.answers = [says(503)]

    def judge_badly(_: Reply) -> Verdict:
        return Verdict(charged, again=True)

    await acme.run(pay(acme.order), verdict=judge_badly)

    assert len(vendor.requests) == 1


async def test_a_keyed_payment_without_an_answer_is_sent_again_byte_for_byte(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    vendor.answers = [resets, CUT, says(200, b"image")]

    reply = await acme.bought(KEYED)

    assert reply.body == b"image"
    assert vendor.bodies == [SENT] * 3
    assert diary.lines[1:] == ["partial", "staged"]


@pytest.mark.parametrize(
    ("window", "times"),
    [(KEYED, 9), (timedelta(seconds=1), 1)],
    ids=["a quarter of an hour", "a second"],
)
async def test_a_keyed_payment_that_is_never_answered_is_unknown_at_the_end_of_its_window(
    vendor: Vendor, acme: Acme, window: timedelta, times: int
) -> None:
    vendor.answers = [resets]

    with pytest.raises(OutcomeUnknownError, match="may have been billed"):
        await acme.bought(window)

    assert len(vendor.requests) == times


async def test_a_refusal_after_a_lost_answer_does_not_prove_that_nothing_was_billed(
    vendor: Vendor, acme: Acme
) -> None:
    vendor.answers = [resets, says(429)]

    with pytest.raises(OutcomeUnknownError, match="it was too busy") as caught:
        await acme.bought(KEYED)

    assert caught.value.status == 429


@pytest.mark.parametrize("first", [resets, says(500)], ids=["lost", "server trouble"])
async def test_a_repeat_that_is_turned_away_says_nothing_of_what_was_sent_before(
    vendor: Vendor, acme: Acme, first: Answer
) -> None:
    vendor.answers = [first, says(402)]

    def judge_strictly(reply: Reply) -> Verdict:
        return Verdict("no" if reply.status == 402 else "unknown", again=reply.status == 500)

    with pytest.raises(OutcomeUnknownError, match="turned away when it was sent again") as caught:
        await acme.run(pay(acme.order, KEYED), verdict=judge_strictly)

    assert caught.value.charged == "unknown"
    assert len(vendor.requests) == 2


async def test_trouble_after_the_payment_does_not_read_as_free(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(200), says(502)]

    def flow() -> Flow[None]:
        yield from pay(acme.order)
        yield from ask(acme.question)

    with pytest.raises(UnavailableError, match="opening the lab again goes on") as caught:
        await acme.run(flow())

    assert caught.value.charged == "unknown"


async def test_trouble_of_a_call_paid_in_an_earlier_run_does_not_read_as_free(
    vendor: Vendor, acme: Acme
) -> None:
    vendor.answers = [says(502)]

    with pytest.raises(UnavailableError, match="does not answer") as caught:
        await acme.run(ask(acme.question), paid=True)

    assert caught.value.charged == "unknown"


async def test_a_call_of_an_earlier_run_is_sent_again_while_its_window_lasts(
    vendor: Vendor, acme: Acme
) -> None:
    vendor.answers = [says(200)]

    await acme.run(pay(acme.order, KEYED), paid=True, since=KEYED - timedelta(seconds=9))

    assert vendor.bodies == [SENT]


async def test_after_the_window_of_what_was_sent_it_is_not_sent_again(
    vendor: Vendor, acme: Acme, diary: Diary
) -> None:
    with pytest.raises(OutcomeUnknownError, match="no longer there, so it is not sent again"):
        await acme.run(pay(acme.order, KEYED), paid=True, since=KEYED)

    assert (vendor.requests, diary.lines) == ([], [])
