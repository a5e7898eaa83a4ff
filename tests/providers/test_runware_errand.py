from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.request import Call, Request
from imagelab.errors import (
    AuthError,
    OutcomeUnknownError,
    ProviderError,
    RefusedError,
    UnavailableError,
)
from imagelab.providers.runware import PROVIDER
from imagelab.providers.steps import (
    Accepted,
    Answer,
    Ask,
    Facts,
    Failed,
    Fetch,
    Fetched,
    Flow,
    Keep,
    Pay,
    Reply,
    Step,
    Wait,
)

BASE = "https://api.runware.ai/v1"
# The task of the first example on https://runware.ai/docs/models/openai-gpt-image-1-5
TASK = "3d582d50-3e2b-47b2-bd02-839f962a7b38"
EXAMPLE = {
    "taskType": "imageInference",
    "taskUUID": TASK,
    "imageUUID": "bab1270c-0382-49dc-9644-4509a33c7da7",
    "imageURL": "https://im.runware.ai/image/os/a13d12/ws/3/ii/bab1270c.jpg",
    "cost": 0.19961,
}
ACK = {"taskType": "imageInference", "taskUUID": TASK}
GIVEN = Fetched(b"picture")
GONE = Failed("HTTP 404", gone=True)


def test_images_beside_an_error_are_kept_first() -> None:
    reply = _reply({"data": [_image(1)], "errors": [_error("contentPolicyViolation")]})

    steps, facts = _run(_generate(2), _data(ACK), [reply])

    assert len(_images(steps)) == 1
    assert facts.cost == Cost(Decimal("0.0131"))
    assert isinstance(facts.problem, RefusedError)


def test_an_entry_that_failed_counts_as_one_image() -> None:
    failed = ACK | {"status": "error", "error": {"code": "inferenceError", "message": "no"}}

    steps, facts = _made([ACK], [_image(1), failed], n=2)

    assert len(_images(steps)) == 1
    assert isinstance(facts.problem, UnavailableError)
    assert facts.problem.charged == "unknown"


def test_an_image_that_is_late_after_another_failed_is_waited_for() -> None:
    failed = ACK | {"status": "error", "error": {"code": "inferenceError", "message": "no"}}
    early, late = [_data(failed)] * 20, _data(failed, _image(1), _image(2))

    steps, _ = _run(_generate(3), _data(ACK), [*early, late])

    assert len(_images(steps)) == 2


def test_a_task_that_failed_whole_is_believed_after_three_replies() -> None:
    reply = _reply({"data": [], "errors": [_error("inferenceError")]})

    with pytest.raises(UnavailableError, match="could not do the work") as caught:
        _run(_generate(4), _data(ACK), [reply])

    assert caught.value.charged == "unknown"


def test_a_task_not_found_at_once_may_only_be_early() -> None:
    absent = _reply({"data": [], "errors": [_error("taskFailedOrNotFound")]})

    steps, _ = _run(_generate(), _data(ACK), [absent, absent, _data(EXAMPLE)])

    assert len(_images(steps)) == 1


def test_polls_that_say_nothing_change_nothing() -> None:
    nothing = [Reply(502, {}, b"<html>"), Reply(429, {}, b""), Reply(200, {}, b"?"), _data()]

    steps, _ = _run(_generate(), _data(ACK), [*nothing, _data(EXAMPLE)])

    assert len(_images(steps)) == 1


def test_a_network_that_is_down_while_polling_changes_nothing() -> None:
    flow = _generate()
    flow.send(None)
    flow.send(_data(ACK))
    flow.send(None)
    flow.send(None)

    step = flow.throw(UnavailableError("runware", "the network is down"))

    assert step == Wait(1.5)


def test_the_waits_grow_to_five_seconds() -> None:
    steps, _ = _made([ACK], [], [], [], [], [], [EXAMPLE])

    waits = [step.seconds for step in steps if isinstance(step, Wait)]
    assert waits == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]


def test_patience_ends_after_twenty_minutes_with_the_outcome_open() -> None:
    flow = _generate()

    with pytest.raises(OutcomeUnknownError, match=f"is not done with task {TASK}") as caught:
        _run(flow, _data(ACK), [_data()])

    assert caught.value.charged == "unknown"


def test_a_task_nobody_knows_of_is_given_up_sooner() -> None:
    steps: list[Step] = []

    with pytest.raises(OutcomeUnknownError, match="says nothing of task"):
        _run(_generate(), Reply(500, {}, b""), [_data()], seen=steps)

    assert 180 <= sum(step.seconds for step in steps if isinstance(step, Wait)) < 190


def test_a_key_revoked_while_polling_leaves_the_task_open() -> None:
    revoked = _reply({"errors": [_error("invalidApiKey")]}, 401)

    with pytest.raises(AuthError, match="did not accept the key") as caught:
        _run(_generate(), _data(ACK), [revoked])

    assert caught.value.charged == "unknown"


def test_a_task_is_resumed_by_its_id_without_paying() -> None:
    steps, _ = _run(PROVIDER.resume(_call(), "k", BASE), None, [_data(EXAMPLE)])

    assert [type(step) for step in steps] == [Ask, Accepted, Fetch, Keep]


def test_a_task_no_longer_listed_is_resumed_from_its_details() -> None:
    details = _data({"taskType": "getTaskDetails", "response": {"data": [EXAMPLE]}})

    steps, _ = _run(PROVIDER.resume(_call(), "k", BASE), None, [_data(), details])

    assert [type(step) for step in steps] == [Ask, Ask, Accepted, Fetch, Keep]
    asked = [step.send.body.record() for step in steps if isinstance(step, Ask) and step.send.body]
    assert "getTaskDetails" in asked[1]


def test_a_task_known_to_be_accepted_is_not_accepted_twice() -> None:
    call = Call("0190-u", TASK, _call().request, 1, remote=(TASK,))

    steps, _ = _run(PROVIDER.resume(call, "k", BASE), None, [_data(EXAMPLE)])

    assert not any(isinstance(step, Accepted) for step in steps)


def test_a_lost_task_is_found_under_our_own_id() -> None:
    assert _run(PROVIDER.find(_call(), "k", BASE), None, [_data(ACK)])[1] == (TASK,)
    assert _run(PROVIDER.find(_call(), "k", BASE), None, [_data()])[1] == ()


def test_a_search_with_a_refused_key_finds_nothing_out() -> None:
    with pytest.raises(AuthError, match="did not accept the key"):
        _run(PROVIDER.find(_call(), "k", BASE), None, [Reply(401, {}, b"")])


def test_nothing_can_be_cancelled() -> None:
    assert _run(PROVIDER.cancel(_call(), "k", BASE), None, [])[1] is False


_FIELDS = ["data", "errors", "error", "taskUUID", "imageUUID", "imageURL", "imageBase64Data"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(TASK) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*_FIELDS, "status", "code", "cost", "seed", "resultIndex"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(paid=_JSON, polled=_JSON, status=st.sampled_from([200, 400, 401, 404, 429, 500]))
@settings(deadline=None, max_examples=60)
def test_any_answers_end_in_facts_or_a_typed_error(paid: Any, polled: Any, status: int) -> None:
    reply = _reply(paid, status)

    try:
        _, facts = _run(_generate(2), reply, [_reply(polled)], [GONE, GIVEN])
    except ProviderError:
        facts = Facts()

    assert isinstance(facts, Facts)
    assert PROVIDER.verdict(reply).charged in ("yes", "no", "unknown")


def _call(n: int = 1) -> Call:
    params = Params(size="1536x1024", quality="high", background="opaque")
    request = Request("runware", "gpt-image-1.5", "openai:4@1", "an observatory", params, n)
    return Call("0190-u", TASK, request, n)


def _generate(n: int = 1) -> Flow[Facts]:
    return PROVIDER.generate(_call(n), "k", BASE)


def _image(number: int) -> dict[str, Any]:
    url = f"https://im.runware.ai/{number}.png"
    return ACK | {"imageUUID": f"image-{number}", "imageURL": url, "cost": 0.0131}


def _error(code: str) -> dict[str, str]:
    return {"code": code, "message": "it did not work", "taskUUID": TASK}


def _data(*items: dict[str, Any]) -> Reply:
    return _reply({"data": list(items)})


def _reply(document: Any, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(document).encode())


def _made(paid: list[Any], *polls: list[Any], n: int = 1) -> tuple[list[Step], Facts]:
    return _run(_generate(n), _data(*paid), [_data(*poll) for poll in polls])


def _run(
    flow: Flow[Any],
    paid: Reply | None,
    polls: Iterable[Reply],
    downloads: Iterable[Fetched | Failed] = (GIVEN,),
    seen: list[Step] | None = None,
) -> tuple[list[Step], Any]:
    """Answer each step; the last poll and the last download are given again and again."""
    steps: list[Step] = [] if seen is None else seen
    asked, fetched = list(polls), list(downloads)
    answer: Answer = None
    while True:
        try:
            steps.append(flow.send(answer))
        except StopIteration as stop:
            return steps, stop.value
        match steps[-1]:
            case Pay():
                answer = paid
            case Ask():
                answer = asked.pop(0) if len(asked) > 1 else asked[0]
            case Fetch():
                answer = fetched.pop(0) if len(fetched) > 1 else fetched[0]
            case _:
                answer = None


def _images(steps: list[Step]) -> list[Any]:
    return [step.image for step in steps if isinstance(step, Keep)]
