from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.errors import (
    AuthError,
    OutcomeUnknownError,
    ProviderError,
    RefusedError,
    UnavailableError,
)
from imagelab.providers.runware import PROVIDER
from imagelab.providers.runware_errand import QUIET_PARTLY
from imagelab.providers.steps import (
    Accepted,
    Ask,
    Facts,
    Fetch,
    Keep,
    PostponedError,
    Reply,
    Step,
    Wait,
)
from tests.providers.runware_task import (
    BASE,
    EXAMPLE,
    TAKEN_ON,
    TASK,
    complained,
    generation,
    made,
    result,
    said,
    task_call,
)
from tests.providers.tape import GONE, PICTURE, documents, kept, played, replied

FAILED = TAKEN_ON | {"status": "error", "error": {"code": "inferenceError", "message": "no"}}
FIELDS = [
    *("data", "errors", "error", "taskUUID", "imageUUID", "imageURL", "imageBase64Data"),
    *("status", "code", "cost", "seed", "resultIndex"),
]
DOCUMENTS = documents(FIELDS, TASK)


def test_images_beside_an_error_are_kept_first() -> None:
    reply = complained("contentPolicyViolation", 200, result(1))

    steps, facts = played(generation(2), said(TAKEN_ON), [reply])

    assert len(kept(steps)) == 1
    assert facts.cost == Cost(Decimal("0.0131"))
    assert isinstance(facts.problem, RefusedError)


def test_an_entry_that_failed_counts_as_one_image() -> None:
    steps, facts = made([TAKEN_ON], [result(1), FAILED], n=2)

    assert len(kept(steps)) == 1
    assert isinstance(facts.problem, UnavailableError)
    assert facts.problem.charged == "unknown"


def test_an_image_that_is_late_after_another_failed_is_waited_for() -> None:
    early, late = [said(FAILED)] * 20, said(FAILED, result(1), result(2))

    steps, _ = played(generation(3), said(TAKEN_ON), [*early, late])

    assert len(kept(steps)) == 2


def test_a_task_that_failed_whole_is_believed_after_three_replies() -> None:
    reply = complained("inferenceError")

    with pytest.raises(UnavailableError, match="could not do the work") as caught:
        played(generation(4), said(TAKEN_ON), [reply])

    assert caught.value.charged == "unknown"


def test_a_task_not_found_at_once_may_only_be_early() -> None:
    absent = complained("taskFailedOrNotFound")

    steps, _ = played(generation(), said(TAKEN_ON), [absent, absent, said(EXAMPLE)])

    assert len(kept(steps)) == 1


def test_polls_that_say_nothing_change_nothing() -> None:
    nothing = [Reply(502, {}, b"<html>"), Reply(429, {}, b""), Reply(200, {}, b"?"), said()]

    steps, _ = played(generation(), said(TAKEN_ON), [*nothing, said(EXAMPLE)])

    assert len(kept(steps)) == 1


def test_a_network_that_is_down_while_polling_changes_nothing() -> None:
    flow = generation()
    flow.send(None)
    flow.send(said(TAKEN_ON))
    flow.send(None)
    flow.send(None)

    step = flow.throw(UnavailableError("runware", "the network is down"))

    assert step == Wait(1.5)


def test_the_waits_grow_to_five_seconds() -> None:
    steps, _ = made([TAKEN_ON], [], [], [], [], [], [EXAMPLE])

    waits = [step.seconds for step in steps if isinstance(step, Wait)]
    assert waits == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]


def test_patience_ends_after_twenty_minutes_with_the_outcome_open() -> None:
    flow = generation()

    with pytest.raises(OutcomeUnknownError, match=f"is not done with task {TASK}") as caught:
        played(flow, said(TAKEN_ON), [said()])

    assert caught.value.charged == "unknown"


def test_an_image_that_is_missing_without_a_word_is_waited_for_longer_than_any_image_takes() -> (
    None
):
    polls = [said(EXAMPLE) for _ in range(QUIET_PARTLY + 1)]

    steps, facts = played(generation(2), said(TAKEN_ON), polls)

    assert len(kept(steps)) == 1
    assert "1 of the 2 images asked for came" in str(facts.problem)
    assert sum(step.seconds for step in steps if isinstance(step, Wait)) >= 140


def test_an_image_still_under_way_is_waited_for_to_the_end_of_patience() -> None:
    with pytest.raises(OutcomeUnknownError, match="is not done with task"):
        played(generation(2), said(TAKEN_ON), [said(EXAMPLE, TAKEN_ON | {"status": "processing"})])


def test_a_task_nobody_knows_of_is_given_up_sooner() -> None:
    steps: list[Step] = []

    with pytest.raises(OutcomeUnknownError, match="says nothing of task"):
        played(generation(), Reply(500, {}, b""), [said()], steps=steps)

    assert 180 <= sum(step.seconds for step in steps if isinstance(step, Wait)) < 190


def test_a_key_revoked_while_polling_leaves_the_task_open() -> None:
    revoked = complained("invalidApiKey", 401)

    with pytest.raises(PostponedError, match="did not accept the key") as caught:
        played(generation(), said(TAKEN_ON), [revoked])

    assert isinstance(caught.value.why, AuthError)


def test_a_task_is_resumed_by_its_id_without_paying() -> None:
    steps, _ = played(PROVIDER.resume(task_call(), "k", BASE), polls=[said(EXAMPLE)])

    assert [type(step) for step in steps] == [Ask, Accepted, Fetch, Keep]


def test_a_task_no_longer_listed_is_resumed_from_its_details() -> None:
    details = said({"taskType": "getTaskDetails", "response": {"data": [EXAMPLE]}})

    steps, _ = played(PROVIDER.resume(task_call(), "k", BASE), polls=[said(), details])

    assert [type(step) for step in steps] == [Ask, Ask, Accepted, Fetch, Keep]
    asked = [step.send.body.record() for step in steps if isinstance(step, Ask) and step.send.body]
    assert "getTaskDetails" in asked[1]


def test_a_task_known_to_be_accepted_is_not_accepted_twice() -> None:
    call = replace(task_call(), remote=(TASK,))

    steps, _ = played(PROVIDER.resume(call, "k", BASE), polls=[said(EXAMPLE)])

    assert not any(isinstance(step, Accepted) for step in steps)


@pytest.mark.parametrize(
    ("told", "expected"), [(said(TAKEN_ON), (TASK,)), (said(), ())], ids=["known", "unknown"]
)
def test_a_lost_task_is_found_under_our_own_id(told: Reply, expected: tuple[str, ...]) -> None:
    _, found = played(PROVIDER.find(task_call(), "k", BASE), polls=[told])

    assert found == expected


def test_a_search_with_a_refused_key_finds_nothing_out() -> None:
    with pytest.raises(PostponedError, match="did not accept the key"):
        played(PROVIDER.find(task_call(), "k", BASE), polls=[Reply(401, {}, b"")])


def test_nothing_can_be_cancelled() -> None:
    _, cancelled = played(PROVIDER.cancel(task_call(), "k", BASE))

    assert cancelled is False


@given(paid=DOCUMENTS, polled=DOCUMENTS, status=st.sampled_from([200, 400, 401, 404, 429, 500]))
@settings(deadline=None, max_examples=60)
def test_any_answers_end_in_facts_or_a_typed_error(paid: Any, polled: Any, status: int) -> None:
    reply = replied(paid, status)

    try:
        _, facts = played(generation(2), reply, [replied(polled)], [GONE, PICTURE])
    except (ProviderError, PostponedError):
        facts = Facts()

    assert isinstance(facts, Facts)
    assert PROVIDER.verdict(reply).charged in ("yes", "no", "unknown")
