from __future__ import annotations

from decimal import Decimal

import pytest

from imagelab.domain.cost_words import between, price_range
from imagelab.domain.money import Cost
from imagelab.domain.params import Params
from imagelab.domain.prices import Interval, Prices, estimate, span

FOUR, TWENTY_FOUR = Decimal(4), Decimal(24)
SIZES = ("1024x1024", "1536x1024")
LISTED = {"low": FOUR, "high": TWENTY_FOUR, "auto": TWENTY_FOUR}
CREDITS = Prices(
    "a page", unit="credits", images={(q, s): price for q, price in LISTED.items() for s in SIZES}
)
UNPRICED = Prices("no page tells a price", unit="credits")


def test_a_price_in_credits_is_multiplied_by_the_images_and_reads_nothing() -> None:
    bill = estimate(CREDITS, Params(quality="low"), "a fox " * 300, 3, [(4000, 4000)])

    assert bill == Interval(Decimal(12), Decimal(12), Decimal(12))
    assert CREDITS.cost(bill.likely) == Cost(Decimal(12), "credits", "estimated")


@pytest.mark.parametrize("quality", [None, "auto"])
def test_a_list_that_prices_the_vendors_own_choice_leaves_nothing_open(quality: str | None) -> None:
    bill = estimate(CREDITS, Params(quality=quality), "a fox", 1, [])

    assert bill == Interval(TWENTY_FOUR, TWENTY_FOUR, TWENTY_FOUR)


def test_what_may_be_chosen_spans_the_whole_list() -> None:
    assert span(CREDITS) == Interval(FOUR, TWENTY_FOUR, TWENTY_FOUR)


def test_without_any_price_there_is_none_and_nothing_is_nothing() -> None:
    assert (CREDITS.known, UNPRICED.known, span(UNPRICED)) == (True, False, None)
    with pytest.raises(LookupError, match="no page tells a price"):
        estimate(UNPRICED, Params(), "a fox", 1, [])


def test_the_word_for_credits_stands_once() -> None:
    low, high = Cost(FOUR, "credits"), Cost(TWENTY_FOUR, "credits")

    assert price_range(low, high, high) == "≈ 24 credits (4–24 credits)"
    assert between(low, None) == "4 credits–no upper limit"
    assert str(Cost(Decimal(1), "credits")) == "1 credit"
