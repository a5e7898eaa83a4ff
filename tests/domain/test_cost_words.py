from __future__ import annotations

from decimal import Decimal

from imagelab.domain.cost_words import money, price_range
from imagelab.domain.money import Cost

CENT, TWO = Cost(Decimal("0.01")), Cost(Decimal("0.02"))


def test_a_cost_is_said_with_how_it_is_known() -> None:
    assert money(Cost(Decimal("0.034"), source="computed")) == "$0.034 computed"
    assert money(Cost(Decimal(0))) == "$0.00 reported"


def test_an_unknown_cost_is_never_nothing() -> None:
    assert money(None) == "cost unknown"


def test_a_quoted_price_is_one_amount_or_an_interval() -> None:
    assert price_range(CENT, CENT, CENT) == "$0.01"
    assert price_range(CENT, CENT, TWO) == "≈ $0.01 ($0.01–$0.02)"
    assert price_range(CENT, CENT, None) == "≈ $0.01 ($0.01–no upper limit)"
    assert price_range(None, None, TWO) == "price unknown"
