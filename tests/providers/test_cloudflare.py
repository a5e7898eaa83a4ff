from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.errors import DownloadError, OutcomeUnknownError, ProtocolError, ProviderError
from imagelab.providers.cloudflare import PROVIDER
from imagelab.providers.steps import Facts, Failed, Fetch, Pay, PostponedError, Reply, Step
from tests.providers.cloudflare_call import (
    ADDRESS,
    BASE,
    ENVELOPES,
    PAGES,
    RUNNER,
    V4,
    boat_call,
    made,
)
from tests.providers.tape import GONE, PICTURE, documents, kept, pixels, played, replied
from tests.sandbox.pictures import png

EACH_ENVELOPE = pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES)
LOW = boat_call(params=Params(quality="low", size="1024x1024"))
FIELDS = [
    *("result", "image", "state", "success", "errors", "error", "messages", "code", "message"),
    *("gatewayMetadata", "keySource"),
]
TEXTS = ("Completed", "Failed", ADDRESS, "aGVsbG8=", "data:image/png;base64,aGk=", "BYOK")


@EACH_ENVELOPE
def test_the_image_is_found_in_every_envelope(envelope: dict[str, Any]) -> None:
    steps, facts = made(envelope)

    assert Fetch(ADDRESS) in steps
    assert pixels(steps) == {0: PICTURE.data}
    assert facts.problem is None


@pytest.mark.parametrize("response", PAGES["responses"], ids=lambda r: r["result"]["image"][-28:])
def test_every_response_of_the_pages_is_understood(response: dict[str, Any]) -> None:
    steps, facts = made(response)

    assert Fetch(response["result"]["image"]) in steps
    assert [image.reported for image in kept(steps)] == [{"keySource": "BYOK"}]
    assert facts.problem is None


@EACH_ENVELOPE
def test_an_image_was_charged_in_every_envelope(envelope: dict[str, Any]) -> None:
    assert PROVIDER.verdict(replied(envelope)).charged == "yes"


@pytest.mark.parametrize(
    ("envelope", "told"),
    [
        (RUNNER, {"keySource": "BYOK"}),
        ({**V4, "result": {**RUNNER, "gatewayMetadata": {"keySource": "Unified"}}}, "Unified"),
        ({"image": ADDRESS, "gatewayMetadata": 7}, {}),
    ],
    ids=["own key", "credits", "not told"],
)
def test_who_was_billed_is_kept_with_the_image(envelope: dict[str, Any], told: object) -> None:
    expected = {"keySource": told} if isinstance(told, str) else told

    steps, _ = made(envelope)

    assert [image.reported for image in kept(steps)] == [expected]


def test_who_was_billed_is_kept_in_the_ledger_too() -> None:
    _, facts = made(RUNNER)

    assert facts.raw == '{"keySource":"BYOK"}'


@pytest.mark.parametrize("lead", ["", "data:image/png;base64,"])
def test_an_image_inside_the_answer_is_taken_as_well(lead: str) -> None:
    coded = lead + base64.b64encode(b"inline").decode()

    steps, _ = made({"image": coded})

    assert pixels(steps) == {0: b"inline"}


@pytest.mark.parametrize(
    "changed",
    [
        {**RUNNER, "state": "Finished"},
        {**RUNNER, "result": {"image": ADDRESS, "images": 7}},
        {"success": False, "errors": [{"code": 1}], "result": RUNNER},
        {**RUNNER, "gatewayMetadata": None},
    ],
    ids=["state", "field", "success", "metadata"],
)
def test_an_unknown_field_never_loses_an_image_that_came(changed: dict[str, Any]) -> None:
    steps, _ = made(changed)

    assert pixels(steps) == {0: PICTURE.data}


def test_an_image_in_an_answer_with_an_error_status_is_kept() -> None:
    steps, _ = made(RUNNER, status=500)

    assert pixels(steps) == {0: PICTURE.data}


def test_the_cost_is_estimated_by_the_price_list() -> None:
    _, facts = made(RUNNER, call=LOW)

    # 196 tokens of image at $30 a million and 3 of text at $5.
    assert facts.cost == Cost(Decimal("0.005895"), source="estimated")


def test_a_size_that_was_left_to_the_vendor_is_read_from_the_image() -> None:
    call = boat_call(params=Params(quality="low"))

    _, facts = made(RUNNER, call=call, picture=png((1024, 1536)))

    assert facts.used == {"size": "1024x1536", "format": "png"}
    # 158 tokens of image.
    assert facts.cost == Cost(Decimal("0.004755"), source="estimated")


def test_an_image_of_a_size_without_a_price_is_counted_as_the_size_asked_for() -> None:
    params = Params(quality="low", size="1024x1024")
    call = boat_call(native="openai/gpt-image-1.5", params=params)

    _, facts = made(RUNNER, call=call, picture=png((1000, 1000)))

    assert facts.used["size"] == "1000x1000"
    assert facts.cost == Cost(Decimal("0.008719"), source="estimated")


@pytest.mark.parametrize("quality", [None, "auto"])
def test_a_quality_that_was_left_to_the_vendor_leaves_the_cost_unknown(quality: str | None) -> None:
    _, facts = made(RUNNER, call=boat_call(params=Params(quality=quality, size="1024x1024")))

    assert facts.cost is None


def test_an_address_that_is_gone_was_paid_for_all_the_same() -> None:
    flow = PROVIDER.generate(LOW, "t-1", BASE)

    _, facts = played(flow, replied(RUNNER), downloads=[GONE])

    assert isinstance(facts.problem, DownloadError)
    assert "made and billed, and its address does not give it: HTTP 404" in str(facts.problem)
    assert facts.cost == Cost(Decimal("0.005895"), source="estimated")
    assert facts.raw == '{"keySource":"BYOK"}'


def test_an_address_that_does_not_answer_now_is_asked_again_later() -> None:
    flow = PROVIDER.generate(LOW, "t-1", BASE)

    with pytest.raises(PostponedError, match="its address does not give it: HTTP 503") as caught:
        played(flow, replied(RUNNER), downloads=[Failed("HTTP 503")])

    assert caught.value.why.charged == "yes"


def test_an_address_that_gives_nothing_gives_no_image() -> None:
    steps, facts = made(RUNNER, picture=b"")

    assert kept(steps) == []
    assert "it is empty" in str(facts.problem)


def test_an_image_that_is_neither_an_address_nor_base64_is_a_problem() -> None:
    steps, facts = made({"image": "ftp://files.example/a.png"})

    assert kept(steps) == []
    assert isinstance(facts.problem, ProtocolError)
    assert "it was billed" in str(facts.problem)


@pytest.mark.parametrize(
    "body", [b"<html>", b"null", b"[1]", b'{"image": ""}', b'{"image": 7}', b""]
)
def test_a_success_without_an_image_may_have_been_billed(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="not understood") as caught:
        played(PROVIDER.generate(LOW, "t-1", BASE), Reply(200, {}, body))

    assert caught.value.charged == "unknown"


def test_a_lost_answer_cannot_be_asked_for_and_the_log_is_named() -> None:
    with pytest.raises(OutcomeUnknownError, match=r"call 0190-u .*AI Gateway's log.*settle\(\) or"):
        played(PROVIDER.resume(boat_call(), "t-1", BASE))


def test_nothing_is_found_and_nothing_is_cancelled() -> None:
    found = played(PROVIDER.find(boat_call(), "t-1", BASE))
    cancelled = played(PROVIDER.cancel(boat_call(), "t-1", BASE))

    assert (found, cancelled) == (([], ()), ([], False))
    assert (PROVIDER.askable, PROVIDER.repeatable) == (False, None)


@given(
    document=documents(FIELDS, *TEXTS),
    status=st.sampled_from([200, 400, 401, 404, 408, 424, 429, 500, 302]),
)
@settings(deadline=None, max_examples=400)
def test_any_answer_ends_in_an_image_or_a_typed_error_and_is_paid_once(
    document: Any, status: int
) -> None:
    reply, steps = replied(document, status=status), list[Step]()

    try:
        _, ended = played(PROVIDER.generate(LOW, "t-1", BASE), reply, steps=steps)
    except ProviderError as error:
        ended = Facts(problem=error)

    assert kept(steps) or isinstance(ended.problem, ProviderError)
    assert [type(step) for step in steps].count(Pay) == 1
    assert PROVIDER.verdict(reply).charged in ("yes", "no", "unknown")


@given(body=st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_end_in_a_typed_error(body: bytes) -> None:
    with pytest.raises(ProviderError, match="cloudflare: "):
        played(PROVIDER.generate(LOW, "t-1", BASE), Reply(200, {}, body))
