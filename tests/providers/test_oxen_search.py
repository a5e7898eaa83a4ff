from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from imagelab.domain.params import Params
from imagelab.domain.request import Call
from imagelab.errors import UnavailableError
from imagelab.providers.oxen import PROVIDER
from imagelab.providers.steps import Ask, Claim, PostponedError, Wait
from tests.providers.oxen_call import (
    BASE,
    PAGES,
    QUEUED_AT,
    SENT_AT,
    boat_call,
    entry,
    listed,
)
from tests.providers.tape import played, replied

LOST = boat_call(sent_at=SENT_AT)
MINUTE = 60


def found(*entries: dict[str, Any], call: Call = LOST) -> tuple[str, ...]:
    """What is found where the list of what ended well has these."""
    flow = PROVIDER.find(call, "x-1", BASE)
    polls = [listed(), listed(*entries), listed(), listed()]
    answer: tuple[str, ...] = played(flow, polls=polls)[1]
    return answer


def test_every_list_of_the_model_is_looked_through() -> None:
    steps, _ = played(PROVIDER.find(LOST, "x-1", BASE), polls=[listed()])

    queries = [step.send.url.partition("?")[2] for step in steps if isinstance(step, Ask)]
    assert queries == [
        "model=gpt-image-1-5",
        *(f"model=gpt-image-1-5&status={s}" for s in ("succeeded", "failed", "cancelled")),
    ]


def test_the_only_one_that_fits_is_it() -> None:
    assert found(entry("g-1"), entry("g-2", prompt="a fox")) == ("g-1",)


def test_several_of_one_call_are_told_in_the_order_they_were_queued() -> None:
    call = boat_call(2, sent_at=SENT_AT)
    later = entry("g-1", enqueued_at=QUEUED_AT + 1)

    assert found(later, entry("g-2"), call=call) == ("g-2", "g-1")


@pytest.mark.parametrize(
    "told",
    [
        {"prompt": "a paper boat "},
        {"model_name": "gpt-image-2"},
        {"enqueued_at": QUEUED_AT - 3 * MINUTE},
        {"enqueued_at": QUEUED_AT + 18 * MINUTE},
        {"enqueued_at": None},
        {"enqueued_at": "soon"},
        {"output_format": "webp"},
        {"generation_id": None},
    ],
    ids=str,
)
def test_what_does_not_fit_is_somebody_elses(told: dict[str, Any]) -> None:
    call = boat_call(params=Params(format="png"), sent_at=SENT_AT)

    assert found(entry("g-1", **told), call=call) == ()


def test_two_that_fit_are_offered_and_told_apart_by_who_has_them() -> None:
    steps, answer = played(
        PROVIDER.find(LOST, "x-1", BASE), polls=[listed(entry("g-1"), entry("g-2"))]
    )

    assert Claim(("g-1", "g-2"), 1, 1) in steps
    assert answer == ()


def test_fewer_than_were_asked_are_looked_for_again_and_taken() -> None:
    flow = PROVIDER.find(boat_call(2, sent_at=SENT_AT), "x-1", BASE)

    steps, answer = played(flow, polls=[listed(entry("g-1"))])

    assert [type(step) for step in steps].count(Ask) == 8
    assert Claim(("g-1",), 1, 2) in steps
    assert answer == ("g-1",)


def test_fewer_are_not_taken_where_an_equal_call_has_lost_its_own() -> None:
    call = boat_call(2, sent_at=SENT_AT)
    assert call.sent
    doubtful = replace(call, sent=replace(call.sent, rivalled=True))

    assert found(entry("g-1"), call=doubtful) == ()


def test_the_documented_list_is_read_and_has_nothing_of_ours() -> None:
    flow = PROVIDER.find(LOST, "x-1", BASE)

    assert played(flow, polls=[replied(PAGES["listed"])])[1] == ()


def test_the_documented_list_is_read_and_has_what_is_asked_for() -> None:
    told = PAGES["listed"]["generations"][1]
    at = SENT_AT + timedelta(seconds=told["enqueued_at"] - SENT_AT.timestamp())
    call = boat_call(native="gpt-image-2", prompt=told["prompt"], sent_at=at)
    page = {"count": 1, "generations": [{**told, "model_name": "gpt-image-2"}]}

    assert played(PROVIDER.find(call, "x-1", BASE), polls=[replied(page)])[1] == (
        told["generation_id"],
    )


def test_what_was_sent_a_moment_ago_is_looked_for_twice() -> None:
    steps, _ = played(PROVIDER.find(boat_call(), "x-1", BASE), polls=[listed()])

    assert [type(step) for step in steps].count(Ask) == 8
    assert Wait(3.0) in steps


def test_a_key_that_is_not_taken_leaves_the_call_open() -> None:
    with pytest.raises(PostponedError, match="did not accept the key"):
        played(PROVIDER.find(LOST, "x-1", BASE), polls=[replied({"error": "no"}, 401)])


def test_a_network_that_is_down_is_not_taken_for_an_empty_list() -> None:
    flow = PROVIDER.find(LOST, "x-1", BASE)
    next(flow)

    with pytest.raises(UnavailableError, match="down"):
        flow.throw(UnavailableError("oxen", "down"))
