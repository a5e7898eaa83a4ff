from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from imagelab.domain.offer import Offer, check_inputs, check_prompt, resolve
from imagelab.domain.params import NAMES, Params
from imagelab.domain.prices import estimate
from imagelab.errors import RequestError, UnsupportedParamError
from imagelab.providers import runware
from imagelab.providers.apiframe_offers import OFFERS as APIFRAME
from imagelab.providers.cloudflare_offers import OFFERS as CLOUDFLARE
from imagelab.providers.elsewhere import offer_named, offers_at
from imagelab.providers.openai import PROVIDER
from imagelab.providers.openai_offers import OFFERS as OPENAI
from imagelab.providers.oxen_offers import OFFERS as OXEN
from imagelab.providers.runware_offers import OFFERS as RUNWARE
from imagelab.sandbox.openai_rules import Asked, order
from imagelab.sandbox.wire import WireError

ALL = (*OPENAI, *RUNWARE, *CLOUDFLARE, *APIFRAME, *OXEN)
EACH = pytest.mark.parametrize("offer", ALL, ids=lambda offer: offer.name)
SQUARE = "1024x1024"


def test_every_offer_has_a_name_of_its_own() -> None:
    assert len({offer.name for offer in ALL}) == len(ALL) == 12


@pytest.mark.parametrize(
    "offers", [OPENAI, RUNWARE, CLOUDFLARE, APIFRAME, OXEN], ids=lambda offers: offers[0].provider
)
def test_a_provider_has_one_default(offers: tuple[Offer, ...]) -> None:
    assert [offer.model for offer in offers if offer.default] == [offers[0].model]


@EACH
def test_every_offer_says_where_and_when_it_was_read(offer: Offer) -> None:
    assert offer.links
    assert {fact.read for fact in offer.facts} == {date(2026, 11, 20)}
    assert all(fact.source for fact in offer.facts)


@EACH
def test_choices_are_of_our_vocabulary(offer: Offer) -> None:
    assert set(offer.choices) <= set(NAMES)
    assert set(offer.shapes.values()) <= set(offer.choices["size"])


@pytest.mark.parametrize(
    "offer", [offer for offer in ALL if offer.prices.known], ids=lambda offer: offer.name
)
def test_every_quality_and_size_listed_has_a_price(offer: Offer) -> None:
    cells = [(q, s) for q in offer.choices["quality"] for s in offer.choices["size"]]

    bills = [estimate(offer.prices, Params(quality=q, size=s), "a", 1, ()) for q, s in cells]

    assert all(0 < bill.low <= bill.likely <= bill.high for bill in bills)


# Dollars a square image by OpenAI's printed prices and those worked out from its tokens.
@pytest.mark.parametrize(
    ("model", "quality", "dollars"),
    [
        ("gpt-image-1.5", "low", ".0087"),
        ("gpt-image-1.5", "high", ".1331"),
        ("gpt-image-2", "low", ".0059"),
        ("gpt-image-2", "medium", ".0527"),
        ("gpt-image-2", "high", ".2107"),
        ("gpt-image-2.5-flare", "medium", ".0132"),
        ("gpt-image-2.5-sunburst", "xhigh", ".0937"),
        ("gpt-image-1-mini", "medium", ".0084"),
    ],
)
def test_a_square_image_at_openai_costs(model: str, quality: str, dollars: str) -> None:
    offer = _at(OPENAI, model)

    bill = estimate(offer.prices, Params(quality=quality, size=SQUARE), "", 1, ())

    assert bill.likely.quantize(Decimal(".0001")) == Decimal(dollars)


# The four examples on https://runware.ai/docs/models/openai-gpt-image-1-5 with their bills.
@pytest.mark.parametrize(
    ("size", "inputs", "prompt", "bill"),
    [
        ("1536x1024", (), 1010, "0.19961"),
        ("1024x1536", ((1024, 1536),), 760, "0.20312"),
        ("1024x1024", (), 880, "0.13392"),
        ("1536x1024", (), 1320, "0.19984"),
    ],
)
def test_the_documented_bills_of_runware_lie_in_the_quote_and_within_five_percent_of_the_likely(
    size: str, inputs: tuple[tuple[int, int], ...], prompt: int, bill: str
) -> None:
    params = Params(size=size, quality="high")

    quoted = estimate(RUNWARE[0].prices, params, "p" * prompt, 1, inputs)

    assert quoted.low <= Decimal(bill) <= quoted.high
    assert abs(quoted.likely - Decimal(bill)) <= Decimal(bill) * 5 / 100


def test_runware_is_sent_a_square_unless_told() -> None:
    assert resolve(RUNWARE[0], Params()).size == SQUARE


# As §7 of the providers reference works them out from Cloudflare's own prices a token.
@pytest.mark.parametrize(
    ("offer", "quality", "size", "dollars"),
    [
        (CLOUDFLARE[0], "low", SQUARE, ".0059"),
        (CLOUDFLARE[0], "medium", "1024x1536", ".0412"),
        (CLOUDFLARE[0], "high", "1536x1024", ".1646"),
        (CLOUDFLARE[1], "low", SQUARE, ".0087"),
        (CLOUDFLARE[1], "medium", SQUARE, ".0338"),
        (CLOUDFLARE[1], "high", SQUARE, ".1331"),
    ],
)
def test_an_image_at_cloudflare_costs(offer: Offer, quality: str, size: str, dollars: str) -> None:
    bill = estimate(offer.prices, Params(quality=quality, size=size), "", 1, ())

    assert bill.low == bill.likely == bill.high
    assert bill.likely.quantize(Decimal(".0001")) == Decimal(dollars)


def test_no_page_of_oxen_tells_a_price_and_the_offer_says_who_does() -> None:
    assert [offer.prices.known for offer in OXEN] == [False, False]
    assert all("lab.models(refresh=True)" in offer.prices.basis for offer in OXEN)


# The table "Credit cost" of https://apiframe.ai/docs/images/gpt-image/gpt-image-1-5.
@pytest.mark.parametrize(
    ("quality", "each"), [("low", 4), ("medium", 9), ("auto", 24), ("high", 24), (None, 24)]
)
@pytest.mark.parametrize("size", ["1024x1024", "1536x1024", "1024x1536", None])
def test_a_picture_at_apiframe_costs_whatever_its_shape(
    quality: str | None,
    each: int,
    size: str | None,
) -> None:
    bill = estimate(APIFRAME[0].prices, Params(quality=quality, size=size), "a fox", 3, ())

    assert bill.low == bill.likely == bill.high == 3 * each


def test_what_gpt_image_2_costs_at_apiframe_is_not_known_and_says_so() -> None:
    assert not APIFRAME[1].prices.known
    assert "no page tells" in APIFRAME[1].prices.basis


def test_cloudflare_is_left_to_choose_what_was_not_said() -> None:
    assert [resolve(offer, Params()) for offer in CLOUDFLARE] == [Params(), Params()]


def test_openai_2_takes_any_size_within_its_rule() -> None:
    assert resolve(OPENAI[0], Params(size="1536x864")).size == "1536x864"
    with pytest.raises(UnsupportedParamError, match="multiples of 16"):
        resolve(OPENAI[0], Params(size="1000x1000"))


def test_a_transparent_background_on_openai_2_is_a_noted_preview() -> None:
    assert resolve(OPENAI[0], Params(background="transparent")).format == "png"
    assert any("preview" in fact.about for fact in OPENAI[0].facts)


@pytest.mark.parametrize(
    ("offer", "params", "said"),
    [
        (OPENAI[0], Params(quality="max"), "'auto', 'low', 'medium', 'high'"),
        (OPENAI[0], Params(input_fidelity="high"), "it has no input_fidelity"),
        (OPENAI[4], Params(input_fidelity="high"), "it takes 'low'"),
        (OPENAI[3], Params(size="1536x864"), "gpt-image-1.5 does not accept size"),
        (RUNWARE[0], Params(size="auto"), "does not accept size='auto'"),
        (RUNWARE[0], Params(moderation="low"), "it has no moderation"),
        (RUNWARE[0], Params(compression=100), "it takes '20', '99'"),
        (CLOUDFLARE[0], Params(background="transparent"), "it takes 'auto', 'opaque'"),
        (CLOUDFLARE[0], Params(style="vivid"), "it has no style"),
        (CLOUDFLARE[0], Params(size="1536x864"), "'1024x1536', '1536x1024'"),
        (CLOUDFLARE[1], Params(size="portrait"), "'256x256', .*'1792x1024', '1024x1792'"),
        (CLOUDFLARE[1], Params(size="1536x1024"), "'256x256', .*'1792x1024', '1024x1792'"),
        (CLOUDFLARE[1], Params(size="auto"), "does not accept size='auto'"),
        (CLOUDFLARE[1], Params(background="opaque"), "it has no background"),
        (CLOUDFLARE[1], Params(format="png"), "it has no format"),
        (OXEN[0], Params(quality="auto"), "it takes 'low', 'medium', 'high'"),
        (OXEN[0], Params(size="1536x864"), "'2048x1152', .*'3840x2160'"),
        (OXEN[1], Params(quality="high"), "it has no quality"),
        (OXEN[1], Params(background="opaque"), "it has no background"),
        (OXEN[1], Params(input_fidelity="high"), "it has no input_fidelity"),
        (OXEN[1], Params(size="2048x2048"), "it takes 'auto', '1024x1024'"),
        (APIFRAME[0], Params(moderation="low"), "it has no moderation"),
        (APIFRAME[0], Params(size="auto"), "does not accept size='auto'"),
        (APIFRAME[0], Params(compression=80), "it has no compression"),
        (APIFRAME[1], Params(background="transparent"), "it takes 'auto', 'opaque'"),
        (APIFRAME[1], Params(input_fidelity="high"), "it has no input_fidelity"),
    ],
)
def test_what_an_offer_does_not_take_is_refused(offer: Offer, params: Params, said: str) -> None:
    with pytest.raises(UnsupportedParamError, match=said):
        resolve(offer, params)


def test_runware_wants_two_characters() -> None:
    with pytest.raises(RequestError, match="2 to 32,000 characters"):
        check_prompt(RUNWARE[0], "a")


def test_apiframe_takes_two_thousand_characters() -> None:
    check_prompt(APIFRAME[0], "a" * 2_000)
    with pytest.raises(RequestError, match="1 to 2,000 characters; this one has 2,001"):
        check_prompt(APIFRAME[0], "a" * 2_001)


def test_a_mask_is_for_openai() -> None:
    check_inputs(OPENAI[0], 16, mask=True)
    with pytest.raises(RequestError, match=r"takes no mask=.*openai/gpt-image-2"):
        check_inputs(RUNWARE[0], 1, mask=True, others=ALL)


def test_the_end_of_a_model_is_data() -> None:
    ends = {offer.model: offer.ends for offer in OPENAI if offer.ends}

    assert ends == dict.fromkeys(["gpt-image-1.5", "gpt-image-1-mini"], date(2026, 12, 1))


def _at(offers: tuple[Offer, ...], model: str) -> Offer:
    return next(offer for offer in offers if offer.model == model)


@pytest.mark.parametrize("model", ["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.5-sunburst"])
@given(st.integers(0, 300), st.integers(0, 300), st.integers(-1, 1))
def test_the_sizes_we_let_through_are_those_the_vendor_takes(
    model: str, across: int, down: int, off: int
) -> None:
    offer = next(offer for offer in OPENAI if offer.model == model)
    size = f"{16 * across + abs(off)}x{16 * down}"
    asked = Asked({"model": model, "prompt": "a fox", "size": size})

    try:
        taken = bool(order(asked))
    except WireError:
        taken = False

    assert offer.takes("size", size) == taken


@pytest.mark.parametrize(
    ("size", "legal"),
    [
        ("3840x2160", True),
        ("3840x2176", False),
        ("3856x2144", False),
        ("3840x1280", True),
        ("3840x1264", False),
        ("2880x2880", True),
        ("1024x640", True),
        ("1008x640", False),
        ("2400x800", True),
        ("2416x800", False),
        ("1000x1000", False),
    ],
)
def test_any_size_means_up_to_the_borders(size: str, legal: bool) -> None:  # noqa: FBT001 - a column
    assert OPENAI[0].takes("size", size) is legal


def test_what_ends_is_known_and_keeps_nobody_from_asking() -> None:
    ending = {offer.model: offer.ends for offer in OPENAI if offer.ends}

    assert ending == dict.fromkeys(("gpt-image-1.5", "gpt-image-1-mini"), date(2026, 12, 1))


def test_another_server_is_asked_for_anything_at_no_known_price() -> None:
    base = "https://gateway.test/v1"
    named = offer_named(PROVIDER, base, "flux")

    assert named is not None
    assert not named.prices.known
    assert resolve(named, Params(size="200x300", quality="hd")).size == "200x300"
    assert not any(offer.prices.known for offer in offers_at(PROVIDER, base))


def test_at_its_own_address_a_provider_has_its_own_offers_alone() -> None:
    assert offers_at(PROVIDER, f"{PROVIDER.base_url}/") == OPENAI
    assert offer_named(PROVIDER, PROVIDER.base_url, "flux") is None


def test_a_provider_whose_api_nobody_else_speaks_has_its_offers_anywhere() -> None:
    assert offers_at(runware.PROVIDER, "https://gateway.test/v1") == RUNWARE
