from __future__ import annotations

import pytest

from imagelab.errors import UnavailableError
from imagelab.providers.steps import Failed, Fetched, ask, fetch
from imagelab.providers.wire import open_wire
from tests.providers.acme import CUT, KEY, Acme
from tests.providers.boxes import Box
from tests.providers.vendor import Answer, Vendor, resets, says

pytestmark = pytest.mark.anyio


async def test_a_free_question_is_asked_until_it_is_answered(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(503), resets, CUT, says(429, headers={"retry-after": "2"}), says(404)]

    reply = await acme.run(ask(acme.question))

    assert (reply.status, len(vendor.requests)) == (404, 5)


@pytest.mark.parametrize(
    ("answer", "times"),
    [(says(502), 5), (resets, 5), (says(429, headers={"retry-after": "3600"}), 1)],
    ids=["a bad gateway: five times", "a reset: five times", "told to wait an hour: once"],
)
async def test_a_free_question_is_given_up_in_the_end(
    vendor: Vendor, acme: Acme, answer: Answer, times: int
) -> None:
    vendor.answers = [answer]

    with pytest.raises(UnavailableError, match="acme: it does not answer") as caught:
        await acme.run(ask(acme.question))

    assert caught.value.charged == "no"
    assert len(vendor.requests) == times


async def test_a_question_answered_without_end_is_given_up(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [says(200, b"x" * 10_000)]

    with pytest.raises(UnavailableError, match="larger than 1,000 bytes"):
        await acme.within(largest_bytes=1000).run(ask(acme.question))

    assert len(vendor.requests) == 1


async def test_a_file_is_fetched_again_until_it_comes(vendor: Vendor, acme: Acme) -> None:
    vendor.answers = [resets, says(503), says(200, b"pixels")]

    came = await acme.run(fetch(vendor.url + "/i.png"))

    assert came == Fetched(b"pixels")
    assert KEY.lower().encode() not in vendor.heads


@pytest.mark.parametrize(
    ("status", "times", "gone"), [(503, 4, False), (403, 1, True)], ids=["busy", "forbidden"]
)
async def test_a_file_that_does_not_come_is_a_value(
    vendor: Vendor, acme: Acme, status: int, times: int, *, gone: bool
) -> None:
    vendor.answers = [says(status)]

    came = await acme.run(fetch(vendor.url + "/i.png?sig=CANARY"))

    assert came == Failed(f"the address answers HTTP {status}", gone=gone)
    assert len(vendor.requests) == times


async def test_a_file_inside_is_a_value_too(acme: Acme) -> None:
    box = Box()

    came = await acme.over(open_wire(transport=box)).run(fetch("https://10.0.0.1/i.png"))

    assert came == Failed("the address leads to a number that is not public", gone=True)
    assert box.bodies == []
