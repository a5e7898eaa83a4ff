from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.errors import (
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
    RefusedError,
    RequestError,
)
from imagelab.providers.body import FormBody, JsonBody
from imagelab.providers.openai import PROVIDER
from imagelab.providers.openai_answers import BASE
from imagelab.providers.sse import Event
from imagelab.providers.steps import Facts, Fetch, Next, Reply, Send, Show, Step, Stream
from tests.providers.openai_call import ANSWER, ELSEWHERE, FOX, PNG, WEBP, boat_call
from tests.providers.tape import CUT, documents, kept, pixels, played, replied

# Shaped after the events of the openai package 3.52.0, types/image_gen_*_event.py.
COMMON = {
    "created_at": 1795200000,
    "size": "1024x1024",
    "quality": "low",
    "background": "opaque",
    "output_format": "png",
}
USAGE = {
    "total_tokens": 308,
    "input_tokens": 12,
    "input_tokens_details": {"text_tokens": 12, "image_tokens": 0},
    "output_tokens": 296,
}
TWO = Params(previews=2)


def event(kind: str, **fields: Any) -> Event:
    document = {"type": kind, "b64_json": base64.b64encode(PNG).decode()} | COMMON | fields
    return Event(json.dumps(document), kind)


def rough(index: int, data: bytes = WEBP) -> Event:
    coded = base64.b64encode(data).decode()
    return event("image_generation.partial_image", partial_image_index=index, b64_json=coded)


DONE = event("image_generation.completed", usage=USAGE)
END = Event("[DONE]")


def streamed(
    *events: Event, n: int = 1, base: str = BASE, cut: bool = False
) -> tuple[list[Step], Facts]:
    flow = PROVIDER.generate(boat_call(n, params=TWO), "sk-1", base)
    return played(flow, events=events, cut=cut)


def shown(steps: list[Step]) -> list[Show]:
    return [step for step in steps if isinstance(step, Show)]


def sent(step: Step) -> Send:
    assert isinstance(step, Stream)
    return step.pay.send


def test_previews_are_asked_for_as_a_stream() -> None:
    body = sent(next(PROVIDER.generate(boat_call(params=TWO), "sk-1", BASE))).body

    assert isinstance(body, JsonBody)
    assert body.document["stream"] is True
    assert body.document["partial_images"] == 2


def test_previews_of_an_edit_are_fields_of_its_form() -> None:
    body = sent(next(PROVIDER.generate(boat_call(params=TWO, inputs=(FOX,)), "sk-1", BASE))).body

    assert isinstance(body, FormBody)
    assert (body.fields["stream"], body.fields["partial_images"]) == ("true", "2")


def test_the_fields_of_a_stream_are_no_extra() -> None:
    call = boat_call(extra={"partial_images": 2})

    with pytest.raises(RequestError, match=r"partial_images.*use previews= for it"):
        next(PROVIDER.generate(call, "sk-1", BASE))


def test_rough_pictures_are_shown_and_the_image_alone_is_kept() -> None:
    steps, facts = streamed(rough(0), rough(1), DONE, END)

    assert shown(steps) == [Show(1 / 3, WEBP), Show(2 / 3, WEBP)]
    assert pixels(steps) == {0: PNG}
    assert facts.problem is None
    assert facts.used["quality"] == "low"


def test_the_tokens_of_the_previews_are_on_the_bill() -> None:
    _, facts = streamed(rough(0), DONE)

    # 12 text tokens at $5 a million, 196 + 100 of image at $30.
    assert facts.cost == Cost(Decimal("0.00894"), source="computed")


def test_nothing_is_waited_for_once_the_image_is_here() -> None:
    steps, _ = streamed(DONE, rough(0), rough(1))

    assert sum(isinstance(step, Next) for step in steps) == 1


def test_an_edits_events_are_read_the_same() -> None:
    steps, _ = streamed(event("image_edit.partial_image"), event("image_edit.completed"))

    assert (len(shown(steps)), pixels(steps)) == (1, {0: PNG})


def test_a_stream_cut_before_its_image_is_unknown() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"the stream was cut"):
        streamed(rough(0), cut=True)


def test_an_image_that_came_before_the_cut_is_kept_and_the_rest_is_a_problem() -> None:
    steps, facts = streamed(DONE, rough(0), n=2, cut=True)

    assert pixels(steps) == {0: PNG}
    assert facts.problem is CUT
    assert facts.cost is None


def test_a_stream_that_ends_without_an_image_may_have_been_billed() -> None:
    with pytest.raises(ProtocolError, match=r"0 of the 1 images asked for came") as caught:
        streamed(rough(0), END)

    assert caught.value.charged == "unknown"
    assert caught.value.request_id == "req_1"


@pytest.mark.parametrize(
    "told",
    [
        Event(json.dumps({"error": {"code": "moderation_blocked", "message": "no"}})),
        Event(json.dumps({"type": "error", "code": "moderation_blocked", "message": "no"})),
        Event(json.dumps({"code": "moderation_blocked", "message": "no"}), "error"),
    ],
)
def test_an_error_in_the_stream_is_the_vendors_own(told: Event) -> None:
    with pytest.raises(RefusedError, match=r"will not make this image: 'no'") as caught:
        streamed(rough(0), told)

    assert caught.value.charged == "unknown"


def test_an_error_nobody_knows_leaves_the_outcome_unknown() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"the server had an error"):
        streamed(Event(json.dumps({"error": {"message": "the server had an error"}})))


def test_an_error_after_an_image_is_a_problem_beside_it() -> None:
    steps, facts = streamed(DONE, Event('{"error": "full"}'), n=2)

    assert pixels(steps) == {0: PNG}
    assert isinstance(facts.problem, OutcomeUnknownError)


@pytest.mark.parametrize("noise", ["", "no json", "null", "[1]", "{}", '{"type": "ping"}'])
def test_what_nobody_knows_is_passed_over(noise: str) -> None:
    steps, facts = streamed(Event(noise), DONE)

    assert pixels(steps) == {0: PNG}
    assert facts.problem is None


def test_a_preview_that_is_no_base64_shows_nothing() -> None:
    steps, facts = streamed(event("image_generation.partial_image", b64_json="?"), DONE)

    assert shown(steps) == [Show(None, None)]
    assert facts.problem is None


def test_an_image_that_is_no_base64_was_paid_for_all_the_same() -> None:
    steps, facts = streamed(event("image_generation.completed", b64_json="?", usage=USAGE))

    assert kept(steps) == []
    assert isinstance(facts.problem, ProtocolError)
    assert facts.cost == Cost(Decimal("0.00894"), source="computed")


def test_a_server_without_events_is_read_as_a_reply() -> None:
    flow = PROVIDER.generate(boat_call(params=TWO), "sk-1", BASE)

    steps, facts = played(flow, replied(ANSWER))

    assert pixels(steps) == {0: PNG}
    assert facts.problem is None


def test_a_whole_answer_in_one_event_is_read_too() -> None:
    steps, _ = streamed(Event(json.dumps(ANSWER)), base=ELSEWHERE)

    assert pixels(steps) == {0: PNG}


def test_an_address_in_an_event_is_fetched() -> None:
    steps, _ = streamed(Event('{"url": "/files/a.png"}'), base=ELSEWHERE)

    assert Fetch("http://127.0.0.1:8080/files/a.png") in steps


FIELDS = [
    *("type", "b64_json", "partial_image_index", "usage", "error", "code", "data", "url"),
    *("message", "size", "quality", "output_tokens"),
]
KINDS = ["image_generation.completed", "image_generation.partial_image", "error", "message"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(documents(FIELDS, *KINDS), st.sampled_from(KINDS)), max_size=6),
    st.booleans(),
)
def test_any_stream_ends_in_facts_or_a_typed_error(told: list[Any], cut: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    events = [Event(json.dumps(document), kind) for document, kind in told]
    steps: list[Step] = []
    flow = PROVIDER.generate(boat_call(params=TWO), "sk-1", BASE)

    try:
        _, facts = played(flow, Reply(200, {}, b""), steps=steps, events=events, cut=cut)
    except ProviderError:
        facts = Facts()

    assert isinstance(facts, Facts)
    assert sum(isinstance(step, Stream) for step in steps) == 1
