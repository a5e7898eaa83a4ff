from __future__ import annotations

from decimal import Decimal

import pytest

from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.request import Call, Request
from imagelab.providers.apiframe_offers import OFFERS as APIFRAME
from imagelab.providers.bills import computed, credible, estimated, reported
from imagelab.providers.openai_offers import OFFERS

OFFER = next(offer for offer in OFFERS if offer.model == "gpt-image-1.5")
MOST = Decimal(10)


@pytest.mark.parametrize("amount", [Decimal("0.19961"), Decimal(0), 1])
def test_a_price_is_taken_as_it_was_written(amount: Decimal | int) -> None:
    assert reported(amount, MOST) == Cost(Decimal(amount))


@pytest.mark.parametrize(
    "amount",
    [None, "0.1", True, [], 11, *map(Decimal, ["NaN", "Infinity", "-0.1", "1e-99999"])],
)
def test_what_is_no_price_is_unknown(amount: object) -> None:
    assert reported(amount, MOST) is None


def test_tokens_are_priced_by_their_kind() -> None:
    usage = {
        "input_tokens_details": {"text_tokens": 100, "image_tokens": 1000},
        "output_tokens_details": {"text_tokens": 10, "image_tokens": 4160},
    }

    cost = computed(usage, OFFER, read_images=True, most=MOST)

    # 100 × $5 + 1000 × $8 + 10 × $10 + 4160 × $32, a million.
    assert cost == Cost(Decimal("0.14172"), source="computed")


def test_output_without_details_is_all_image() -> None:
    cost = computed(
        {"input_tokens": 100, "output_tokens": 4160}, OFFER, read_images=False, most=MOST
    )

    assert cost == Cost(Decimal("0.13362"), source="computed")


def test_input_without_details_that_read_images_is_only_estimated() -> None:
    cost = computed(
        {"input_tokens": 100, "output_tokens": 4160}, OFFER, read_images=True, most=MOST
    )

    assert cost == Cost(Decimal("0.13392"), source="estimated")


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        "many",
        {"input_tokens": 12, "output_tokens": 0},
        {"input_tokens": -1, "output_tokens": 9},
        {"input_tokens": 12, "output_tokens": "9"},
        {"input_tokens": 12, "output_tokens": 10**9},
    ],
)
def test_a_count_that_tells_nothing_is_unknown_never_nothing(usage: object) -> None:
    assert computed(usage, OFFER, read_images=False, most=MOST) is None


def test_an_estimate_needs_quality_and_size() -> None:
    call = _call(Params(quality="low"))

    assert estimated(OFFER, call, {}, 1) is None
    assert estimated(OFFER, call, {"size": "1024x1024"}, 1) is not None


def test_twenty_times_the_quote_is_not_believed() -> None:
    assert credible(OFFER, _call(Params(quality="low", size="1024x1024"))) == MOST
    assert credible(OFFER, _call(Params(quality="high", size="1024x1536"), n=10)) > 39
    assert credible(None, _call(Params())) == MOST


def _call(params: Params, n: int = 1) -> Call:
    request = Request("openai", "gpt-image-1.5", "gpt-image-1.5", "a fox", params, n)
    return Call("0190-u", "key", request, n)


def test_credits_are_held_against_their_own_price_list() -> None:
    priced, unpriced = APIFRAME
    call = _call(Params(quality="low"))

    assert credible(priced, call) == 20 * 4
    assert credible(unpriced, call) == 1000
    assert reported(24, Decimal(80), "credits") == Cost(Decimal(24), "credits")
    assert reported(400, Decimal(80), "credits") is None


@pytest.mark.parametrize(("quality", "each"), [("auto", 24), ("low", 4), (None, 24)])
def test_a_quality_left_open_is_certain_where_the_list_prices_that(
    quality: str | None, each: int
) -> None:
    cost = estimated(APIFRAME[0], _call(Params(quality=quality, size="1024x1024")), {}, 2)

    assert cost == Cost(Decimal(2 * each), "credits", "estimated")
