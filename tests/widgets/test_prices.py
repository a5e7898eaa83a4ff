from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from imagelab.domain.money import Cost
from imagelab.domain.prices import Prices
from imagelab.domain.quote import Quote
from imagelab.providers.openai_offers import OFFERS as OPENAI
from imagelab.providers.runware_offers import OFFERS as RUNWARE
from imagelab.widgets import prices


def quote(*amounts: str | None, n: int = 1) -> Quote:
    low, likely, high = (Cost(Decimal(a)) if a else None for a in amounts)
    return Quote("openai/gpt-image-2", n, low, likely, high, "a price list", lambda style: style)


def test_an_exact_price_stands_as_it_is() -> None:
    assert prices.on_button(quote("0.1", "0.1", "0.1")) == "$0.10"


def test_a_price_that_is_nearly_known_is_rounded_and_marked() -> None:
    assert prices.on_button(quote("0.03", "0.0341234", "0.04")) == "≈ $0.0341"


def test_a_bill_that_may_be_much_more_has_its_top_on_the_button() -> None:
    assert prices.on_button(quote("0.005", "0.0527", "0.211")) == "≈ $0.0527, ≤ $0.211"


def test_a_price_that_nobody_knows_is_unknown_and_never_nothing() -> None:
    assert prices.on_button(quote(None, None, None)) == "price unknown"


def test_under_the_button_stand_the_range_and_its_basis() -> None:
    line = prices.under_button(quote("0.03", "0.034", "0.04"), OPENAI[0], {})

    assert line == "$0.03 to $0.04 · a price list"


def test_a_price_without_a_top_says_so() -> None:
    line = prices.under_button(quote("0.03", "0.034", None), OPENAI[0], {})

    assert line == "$0.03 or more, no upper limit · a price list"


def test_with_previews_every_image_is_a_call() -> None:
    line = prices.under_button(quote("0.3", "0.3", "0.3", n=3), OPENAI[0], {"previews": 2})

    assert line.startswith("3 images in 3 calls")


def test_more_images_than_a_call_gives_are_counted_in_calls() -> None:
    line = prices.under_button(quote("0.3", "0.3", "0.3", n=11), OPENAI[0], {})

    assert line == "11 images in 2 calls · a price list"


def test_each_quality_has_a_price_and_the_vendors_choice_a_most() -> None:
    told = prices.of_choices(
        RUNWARE[0], "quality", ["", "low", "medium"], {"size": "square"}, "A fox"
    )

    assert (told["medium"], told[""]) == ("≈ $0.034", "≤ $0.134")


def test_what_cannot_be_priced_has_no_prices() -> None:
    assert prices.of_choices(OPENAI[0], "quality", ["low"], {"size": "7x7"}, "A fox") == {}


def test_an_offer_without_a_price_list_says_that_its_price_is_unknown() -> None:
    offer = replace(OPENAI[0], prices=Prices("nobody knows"))

    assert prices.of_offer(offer) == "price unknown"
