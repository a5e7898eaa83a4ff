from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.request import Call, Request
from imagelab.errors import (
    DownloadError,
    OutcomeUnknownError,
    ProtocolError,
    ProviderError,
)
from imagelab.providers.openai import BASE, PROVIDER
from imagelab.providers.steps import (
    Answer,
    Facts,
    Failed,
    Fetch,
    Fetched,
    Flow,
    Keep,
    Pay,
    Reply,
    Step,
)

ELSEWHERE = "http://127.0.0.1:8080/v1"
PNG = b"\x89PNG one"
WEBP = b"RIFF two"
GIVEN = Fetched(b"fetched")

# Shaped after the response of POST /images/generations in OpenAI's API reference.
ANSWER: dict[str, Any] = {
    "created": 1795200000,
    "background": "opaque",
    "output_format": "webp",
    "quality": "low",
    "size": "1536x864",
    "data": [{"b64_json": base64.b64encode(PNG).decode()}],
    "usage": {
        "total_tokens": 252,
        "input_tokens": 12,
        "input_tokens_details": {"text_tokens": 12, "image_tokens": 0},
        "output_tokens": 240,
    },
}


def test_images_are_kept_in_their_places() -> None:
    data = [{"b64_json": _coded(PNG)}, {"b64_json": f"data:image/webp;base64,{_coded(WEBP)}"}]

    steps, facts = _told(ANSWER | {"data": data}, _call(2))

    assert _kept(steps) == [(0, PNG), (1, WEBP)]
    assert facts.problem is None


def test_what_was_applied_is_told_in_our_words() -> None:
    _, facts = _told(ANSWER)

    assert facts.used == {
        "size": "1536x864",
        "quality": "low",
        "background": "opaque",
        "format": "webp",
    }


def test_tokens_make_an_exact_cost() -> None:
    _, facts = _told(ANSWER)

    # 12 text tokens at $5 a million and 240 of image at $30.
    assert facts.cost == Cost(Decimal("0.00726"), source="computed")
    assert facts.raw is not None
    assert '"output_tokens": 240' in facts.raw


def test_without_usage_openais_own_price_list_gives_an_estimate() -> None:
    _, facts = _told(_without_usage() | {"size": "1024x1024"})

    assert facts.cost is not None
    assert facts.cost.source == "estimated"
    assert Decimal("0.00588") <= facts.cost.amount <= Decimal("0.0059")


def test_without_usage_another_server_leaves_the_cost_unknown() -> None:
    _, facts = _told(_without_usage(), base=ELSEWHERE)

    assert facts.cost is None


def test_without_usage_and_quality_the_cost_is_unknown() -> None:
    _, facts = _told(_without_usage() | {"quality": "auto"})

    assert facts.cost is None


def test_fewer_images_than_asked_is_a_problem_beside_the_kept_ones() -> None:
    steps, facts = _told(ANSWER, _call(2))

    assert _kept(steps) == [(0, PNG)]
    with pytest.raises(ProtocolError, match="1 of the 2 images asked for came"):
        _raise(facts)


def test_more_images_than_asked_are_kept_too() -> None:
    steps, facts = _told(ANSWER | {"data": [{"b64_json": _coded(PNG)}] * 3})

    assert len(_kept(steps)) == 3
    assert facts.problem is None


def test_an_unreadable_image_does_not_cost_the_others() -> None:
    steps, facts = _told(ANSWER | {"data": [{"b64_json": "?"}, {"b64_json": _coded(PNG)}]})

    assert _kept(steps) == [(1, PNG)]
    with pytest.raises(ProtocolError, match="no readable base64"):
        _raise(facts)


def test_an_image_in_an_answer_with_an_error_status_is_kept() -> None:
    steps, _ = _run(PROVIDER.generate(_call(), "sk-1", BASE), _reply(ANSWER, status=500))

    assert _kept(steps) == [(0, PNG)]


@pytest.mark.parametrize(
    ("told", "fetched"),
    [
        ("https://files.example/a.png", "https://files.example/a.png"),
        ("/files/a.png", "http://127.0.0.1:8080/files/a.png"),
        ("files/a.png", "http://127.0.0.1:8080/v1/files/a.png"),
    ],
)
def test_an_address_is_fetched_relative_to_the_server(told: str, fetched: str) -> None:
    steps, _ = _told({"data": [{"url": told}]}, base=ELSEWHERE)

    assert steps[1] == Fetch(fetched)
    assert _kept(steps) == [(0, b"fetched")]


def test_an_address_that_gives_nothing_was_paid_for_all_the_same() -> None:
    reply = _reply(ANSWER | {"data": [{"url": "https://files.example/a.png"}]})

    _, facts = _run(PROVIDER.generate(_call(), "sk-1", BASE), reply, Failed("HTTP 404", gone=True))

    assert facts.cost is not None
    with pytest.raises(DownloadError, match="HTTP 404"):
        _raise(facts)


@pytest.mark.parametrize("body", [b"<html>", b"null", b"[1]", b'{"data": []}', b'{"data": 7}', b""])
def test_a_success_without_images_may_have_been_billed(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="not understood") as caught:
        _run(PROVIDER.generate(_call(), "sk-1", BASE), Reply(200, {}, body))

    assert caught.value.charged == "unknown"


def test_usage_without_an_image_is_still_on_the_bill() -> None:
    _, facts = _told(ANSWER | {"data": []})

    assert facts.cost == Cost(Decimal("0.00726"), source="computed")
    assert isinstance(facts.problem, ProtocolError)


def test_a_lost_answer_cannot_be_asked_for() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"settle\(\) or resend\(\)"):
        _run(PROVIDER.resume(_call(), "sk-1", BASE), Reply(200, {}, b""))


def test_nothing_is_found_and_nothing_is_cancelled() -> None:
    found = _run(PROVIDER.find(_call(), "sk-1", BASE), Reply(200, {}, b""))
    cancelled = _run(PROVIDER.cancel(_call(), "sk-1", BASE), Reply(200, {}, b""))

    assert (found, cancelled) == (([], ()), ([], False))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "b64_json", "url", "usage", "error", "code", "size"])
            | st.sampled_from(["input_tokens", "output_tokens", "input_tokens_details", "detail"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(document=_JSON, status=st.sampled_from([200, 400, 401, 404, 429, 500, 302]))
@settings(deadline=None)
def test_any_answer_ends_in_facts_or_a_typed_error(document: Any, status: int) -> None:
    reply = _reply(document, status=status)

    try:
        _, facts = _run(PROVIDER.generate(_call(), "sk-1", BASE), reply)
    except ProviderError:
        facts = Facts()

    assert isinstance(facts, Facts)
    assert PROVIDER.verdict(reply).charged in ("yes", "no", "unknown")


def _call(n: int = 1) -> Call:
    request = Request("openai", "gpt-image-2", "gpt-image-2", "a paper boat", Params(), n)
    return Call("0190-u", "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11", request, n)


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _without_usage() -> dict[str, Any]:
    return {name: value for name, value in ANSWER.items() if name != "usage"}


def _reply(document: Any, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(document).encode())


def _told(document: Any, call: Call | None = None, base: str = BASE) -> tuple[list[Step], Facts]:
    return _run(PROVIDER.generate(call or _call(), "sk-1", base), _reply(document))


def _run(flow: Flow[Any], paid: Reply, fetched: Fetched | Failed = GIVEN) -> tuple[list[Step], Any]:
    steps: list[Step] = []
    answer: Answer = None
    while True:
        try:
            steps.append(flow.send(answer))
        except StopIteration as stop:
            return steps, stop.value
        match steps[-1]:
            case Pay():
                answer = paid
            case Fetch():
                answer = fetched
            case _:
                answer = None


def _kept(steps: list[Step]) -> list[tuple[int, bytes]]:
    return [(step.index, step.image.data) for step in steps if isinstance(step, Keep)]


def _raise(facts: Facts) -> None:
    assert facts.problem is not None
    raise facts.problem
