from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.errors import DownloadError, OutcomeUnknownError, ProtocolError, ProviderError
from imagelab.providers.openai import PROVIDER
from imagelab.providers.openai_answers import BASE
from imagelab.providers.steps import Facts, Fetch, Reply
from tests.providers.openai_call import (
    ANSWER,
    ELSEWHERE,
    PNG,
    WEBP,
    WITHOUT_USAGE,
    boat_call,
    made,
)
from tests.providers.tape import GONE, PICTURE, documents, kept, pixels, played, replied

CODED_PNG, CODED_WEBP = (base64.b64encode(data).decode() for data in (PNG, WEBP))
FIELDS = [
    *("data", "b64_json", "url", "usage", "error", "code", "size", "detail"),
    *("input_tokens", "output_tokens", "input_tokens_details"),
]


def test_images_are_kept_in_their_places() -> None:
    data = [{"b64_json": CODED_PNG}, {"b64_json": f"data:image/webp;base64,{CODED_WEBP}"}]

    steps, facts = made(ANSWER | {"data": data}, 2)

    assert pixels(steps) == {0: PNG, 1: WEBP}
    assert facts.problem is None


def test_what_was_applied_is_told_in_our_words() -> None:
    _, facts = made(ANSWER)

    assert facts.used == {
        "size": "1536x864",
        "quality": "low",
        "background": "opaque",
        "format": "webp",
    }


def test_tokens_make_an_exact_cost() -> None:
    _, facts = made(ANSWER)

    # 12 text tokens at $5 a million and 240 of image at $30.
    assert facts.cost == Cost(Decimal("0.00726"), source="computed")
    assert facts.raw is not None
    assert '"output_tokens": 240' in facts.raw


def test_without_usage_openais_own_price_list_gives_an_estimate() -> None:
    _, facts = made(WITHOUT_USAGE | {"size": "1024x1024"})

    assert facts.cost is not None
    assert facts.cost.source == "estimated"
    assert Decimal("0.00588") <= facts.cost.amount <= Decimal("0.0059")


def test_without_usage_another_server_leaves_the_cost_unknown() -> None:
    _, facts = made(WITHOUT_USAGE, base=ELSEWHERE)

    assert facts.cost is None


def test_without_usage_and_quality_the_cost_is_unknown() -> None:
    _, facts = made(WITHOUT_USAGE | {"quality": "auto"})

    assert facts.cost is None


def test_fewer_images_than_asked_is_a_problem_beside_the_kept_ones() -> None:
    steps, facts = made(ANSWER, 2)

    assert pixels(steps) == {0: PNG}
    assert isinstance(facts.problem, ProtocolError)
    assert "1 of the 2 images asked for came" in str(facts.problem)


def test_more_images_than_asked_are_kept_too() -> None:
    steps, facts = made(ANSWER | {"data": [{"b64_json": CODED_PNG}] * 3})

    assert len(kept(steps)) == 3
    assert facts.problem is None


def test_an_unreadable_image_does_not_cost_the_others() -> None:
    steps, facts = made(ANSWER | {"data": [{"b64_json": "?"}, {"b64_json": CODED_PNG}]})

    assert pixels(steps) == {1: PNG}
    assert isinstance(facts.problem, ProtocolError)
    assert "no readable base64" in str(facts.problem)


def test_an_image_in_an_answer_with_an_error_status_is_kept() -> None:
    steps, _ = played(PROVIDER.generate(boat_call(), "sk-1", BASE), replied(ANSWER, status=500))

    assert pixels(steps) == {0: PNG}


@pytest.mark.parametrize(
    ("told", "fetched"),
    [
        ("https://files.example/a.png", "https://files.example/a.png"),
        ("/files/a.png", "http://127.0.0.1:8080/files/a.png"),
        ("files/a.png", "http://127.0.0.1:8080/v1/files/a.png"),
    ],
)
def test_an_address_is_fetched_relative_to_the_server(told: str, fetched: str) -> None:
    steps, _ = made({"data": [{"url": told}]}, base=ELSEWHERE)

    assert steps[1] == Fetch(fetched)
    assert pixels(steps) == {0: PICTURE.data}


def test_an_address_that_gives_nothing_was_paid_for_all_the_same() -> None:
    reply = replied(ANSWER | {"data": [{"url": "https://files.example/a.png"}]})

    _, facts = played(PROVIDER.generate(boat_call(), "sk-1", BASE), reply, downloads=[GONE])

    assert facts.cost is not None
    assert isinstance(facts.problem, DownloadError)
    assert "HTTP 404" in str(facts.problem)


@pytest.mark.parametrize("body", [b"<html>", b"null", b"[1]", b'{"data": []}', b'{"data": 7}', b""])
def test_a_success_without_images_may_have_been_billed(body: bytes) -> None:
    with pytest.raises(
        ProtocolError, match=r"not understood.* kept as it came, and it may .*settle\(\)"
    ) as caught:
        played(PROVIDER.generate(boat_call(), "sk-1", BASE), Reply(200, {}, body))

    assert caught.value.charged == "unknown"


def test_usage_without_an_image_is_still_on_the_bill() -> None:
    _, facts = made(ANSWER | {"data": []})

    assert facts.cost == Cost(Decimal("0.00726"), source="computed")
    assert isinstance(facts.problem, ProtocolError)


def test_a_lost_answer_cannot_be_asked_for() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"settle\(\) or resend\(\)"):
        played(PROVIDER.resume(boat_call(), "sk-1", BASE), Reply(200, {}, b""))


def test_nothing_is_found_and_nothing_is_cancelled() -> None:
    found = played(PROVIDER.find(boat_call(), "sk-1", BASE), Reply(200, {}, b""))
    cancelled = played(PROVIDER.cancel(boat_call(), "sk-1", BASE), Reply(200, {}, b""))

    assert (found, cancelled) == (([], ()), ([], False))


@given(document=documents(FIELDS), status=st.sampled_from([200, 400, 401, 404, 429, 500, 302]))
@settings(deadline=None)
def test_any_answer_ends_in_facts_or_a_typed_error(document: Any, status: int) -> None:
    reply = replied(document, status=status)

    try:
        _, facts = played(PROVIDER.generate(boat_call(), "sk-1", BASE), reply)
    except ProviderError:
        facts = Facts()

    assert isinstance(facts, Facts)
    assert PROVIDER.verdict(reply).charged in ("yes", "no", "unknown")
