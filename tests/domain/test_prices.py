from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.offer import Offer
from imagelab.domain.params import Params
from imagelab.domain.prices import Interval, Prices, estimate, input_tokens
from imagelab.providers.registry import offers
from imagelab.sandbox.apiframe_rules import order
from imagelab.sandbox.tariff import Family, Usage, output_tokens, picture_tokens, text_tokens

FAMILIES: dict[str, Family] = {
    "gpt-image-2": "2",
    "gpt-image-2.5-flare": "2.5",
    "gpt-image-2.5-sunburst": "2.5",
    "gpt-image-1.5": "1.5",
    "gpt-image-1-mini": "1-mini",
}
PRICED = [offer for offer in offers() if offer.prices.known]
SIZES = ((1024, 1024), (1024, 1536), (1536, 1024))
CASES = [
    (offer, quality, size)
    for offer in PRICED
    for quality in offer.choices["quality"][1:]
    for size in SIZES
]
EVERY = pytest.mark.parametrize(
    ("offer", "quality", "size"),
    CASES,
    ids=[f"{offer.name}-{quality}-{w}x{h}" for offer, quality, (w, h) in CASES],
)
PROMPT = "A paper boat on a slate table, photographed at 20:15"


def billed(
    offer: Offer,
    quality: str,
    size: tuple[int, int],
    prompt: str,
    inputs: list[tuple[int, int]],
    n: int = 1,
) -> Decimal:
    """What the sandbox charges; by Runware each picture as if it were alone."""
    if offer.prices.unit == "credits":
        asked = {"prompt": "a fox", "model": offer.native, "gptImageParams": {"quality": quality}}
        return Decimal(n * order(asked).credits_each)
    family = FAMILIES[offer.model]
    read = sum(picture_tokens(*pixels) for pixels in inputs)
    made = output_tokens(family, quality, *size)
    if offer.provider == "runware":
        return n * Decimal(Usage(text_tokens(prompt), read, made).nano(family)) / 10**9
    return Decimal(Usage(text_tokens(prompt), read, n * made).nano(family)) / 10**9


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@EVERY
def test_a_quote_contains_the_bill(offer: Offer, quality: str, size: tuple[int, int]) -> None:
    params = Params(size=named(size), quality=quality)
    quote = estimate(offer.prices, params, PROMPT, 3, [])

    assert quote.low <= billed(offer, quality, size, PROMPT, [], 3) <= quote.high
    assert quote.low <= quote.likely <= quote.high


@EVERY
def test_a_quote_left_to_the_vendor_contains_whatever_it_chooses(
    offer: Offer, quality: str, size: tuple[int, int]
) -> None:
    quote = estimate(offer.prices, Params(), PROMPT, 2, [])

    chosen = "auto" if "auto" in offer.prices.qualities else quality
    assert quote.low <= billed(offer, chosen, size, PROMPT, [], 2) <= quote.high


@settings(deadline=None)
@given(
    prompt=st.text(min_size=1, max_size=300) | st.text("abcdefghij ", min_size=1, max_size=900),
    inputs=st.lists(st.tuples(st.integers(1, 4000), st.integers(1, 4000)), max_size=4),
    n=st.integers(1, 10),
    case=st.sampled_from(CASES),
)
def test_a_quote_contains_the_bill_for_any_prompt_and_inputs(
    prompt: str, inputs: list[tuple[int, int]], n: int, case: tuple[Offer, str, tuple[int, int]]
) -> None:
    offer, quality, size = case
    params = Params(size=named(size), quality=quality)
    quote = estimate(offer.prices, params, prompt, n, inputs)

    assert quote.low <= billed(offer, quality, size, prompt, inputs, n) <= quote.high
    assert quote.low <= quote.likely <= quote.high


@given(size=st.tuples(st.integers(1, 4000), st.integers(1, 4000)))
def test_inputs_read_at_high_fidelity_are_inside_their_interval(size: tuple[int, int]) -> None:
    tokens = input_tokens(*size, "high")

    assert tokens.low <= picture_tokens(*size, "high") <= tokens.high


def test_nobody_saying_the_fidelity_means_low_is_likely_and_high_is_possible() -> None:
    low, high = input_tokens(1024, 1024, "low"), input_tokens(1024, 1024, "high")
    unsaid = input_tokens(1024, 1024, None)

    assert unsaid == Interval(low.low, low.likely, high.high)
    assert low.high < high.low


@pytest.mark.parametrize("offer", PRICED, ids=lambda offer: offer.name)
def test_an_edit_is_likely_billed_as_its_inputs_are_read_by_default(offer: Offer) -> None:
    params = Params(size="1024x1024", quality="medium")
    inputs = [(1024, 1024)]
    likely = estimate(offer.prices, params, PROMPT, 1, inputs).likely

    bill = billed(offer, "medium", (1024, 1024), PROMPT, inputs)

    assert abs(likely - bill) < bill / 50


def test_the_prompt_and_the_inputs_are_read_once_a_call() -> None:
    offer = offers()[0]
    params = Params(size="1024x1024", quality="low")
    one, ten = (estimate(offer.prices, params, PROMPT, n, [(512, 512)]) for n in (1, 10))
    picture = estimate(offer.prices, params, "", 1, [])

    assert ten.likely - one.likely == 9 * picture.likely


def test_usage_is_priced_exactly() -> None:
    prices = next(o for o in offers() if o.name == "openai/gpt-image-1.5").prices

    assert prices.of_usage(text_in=190, image_in=0, image_out=6208) == Decimal("0.199606")


def test_previews_cost_a_hundred_tokens_each_at_most_and_nothing_at_least() -> None:
    prices, params = offers()[0].prices, Params(size="1024x1024", quality="low")
    plain = estimate(prices, params, PROMPT, 2, [])

    shown = estimate(prices, replace(params, previews=3), PROMPT, 2, [])

    # 2 images of 3 pictures of 100 tokens, at $30 a million.
    assert (shown.low, shown.high - plain.high) == (plain.low, Decimal("0.018"))


def test_a_price_list_without_prices_gives_no_estimate() -> None:
    nothing = Prices(basis="nobody knows")

    assert not nothing.known
    with pytest.raises(LookupError, match=r"nobody knows"):
        estimate(nothing, Params(), PROMPT, 1, [])
