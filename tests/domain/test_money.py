from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from imagelab.domain.money import Cost, Source, Spend, dollars, split, total, weakest

NANO = st.integers(0, 10**15)
SOURCES = st.sampled_from(get_args(Source))
COSTS = st.builds(Cost.from_nano, NANO, st.just("usd"), SOURCES)
MIXED = st.builds(Cost.from_nano, NANO, st.sampled_from(["usd", "credits"]), SOURCES)


@given(nano=NANO, parts=st.integers(1, 500))
def test_a_split_sums_exactly_and_the_remainder_goes_to_the_first(nano: int, parts: int) -> None:
    shares = split(nano, parts)

    assert sum(shares) == nano
    assert len(shares) == parts
    assert set(shares[1:]) <= {nano // parts}
    assert shares[0] >= nano // parts


@given(nano=NANO, source=SOURCES)
def test_nano_units_and_back_is_the_same_cost(nano: int, source: Source) -> None:
    cost = Cost.from_nano(nano, "usd", source)

    assert cost.nano == nano
    assert cost == Cost.from_nano(cost.nano, "usd", source)


@given(costs=st.lists(COSTS, min_size=1, max_size=20))
def test_a_total_is_exact_and_known_as_well_as_its_weakest_part(costs: list[Cost]) -> None:
    summed = total(costs)

    assert summed is not None
    assert summed.nano == sum(cost.nano for cost in costs)
    assert summed.source == weakest(cost.source for cost in costs)


@given(costs=st.lists(COSTS, max_size=5), place=st.integers(0, 5))
def test_a_total_with_an_unknown_in_it_is_unknown(costs: list[Cost], place: int) -> None:
    assert total([*costs[:place], None, *costs[place:]]) is None


def test_a_total_of_nothing_is_unknown() -> None:
    assert total([]) is None


def test_units_never_add() -> None:
    with pytest.raises(TypeError, match="cannot add credits to usd"):
        Cost(Decimal(1)) + Cost(Decimal(1), "credits")


@given(costs=st.lists(st.none() | MIXED, max_size=20))
def test_spend_keeps_units_and_the_unknown_apart(costs: list[Cost | None]) -> None:
    known = [cost for cost in costs if cost]
    spend = Spend.of(costs)

    assert spend.usd == sum(cost.amount for cost in known if cost.unit == "usd")
    assert spend.credits == sum(cost.amount for cost in known if cost.unit == "credits")
    assert spend.unknown == costs.count(None)


@pytest.mark.parametrize(
    ("spend", "said"),
    [
        (Spend(), "$0.00"),
        (Spend(Decimal("0.5")), "$0.50"),
        (Spend(credits=Decimal(4)), "4 credits"),
        (Spend(unknown=2), "2 unknown"),
        (Spend(Decimal("0.5"), Decimal(4), 1), "$0.50 + 4 credits + 1 unknown"),
    ],
)
def test_a_spend_says_what_there_is(spend: Spend, said: str) -> None:
    assert str(spend) == said


@given(nano=NANO)
def test_dollars_say_the_whole_amount_and_at_least_two_places(nano: int) -> None:
    said = dollars(Cost.from_nano(nano).amount)

    assert Decimal(said.removeprefix("$").replace(",", "")) * 10**9 == nano
    assert len(said.partition(".")[2]) >= 2


@pytest.mark.parametrize(
    ("amount", "said"),
    [("0", "$0.00"), ("1E+3", "$1,000.00"), ("0.10", "$0.10"), ("1E-9", "$0.000000001")],
)
def test_dollars_never_show_an_exponent(amount: str, said: str) -> None:
    assert dollars(Decimal(amount)) == said


def test_the_weakest_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"empty|no"):
        weakest([])


def test_half_a_nano_unit_goes_to_the_even_one() -> None:
    assert (Cost(Decimal("2.5E-9")).nano, Cost(Decimal("3.5E-9")).nano) == (2, 4)


def test_money_in_a_cell_is_a_sum_and_how_it_is_known() -> None:
    shown = Cost(Decimal("0.034"), source="estimated")._repr_mimebundle_()
    sum_of_all = Spend(Decimal("0.5"), Decimal(4), 1)._repr_mimebundle_()

    assert shown == {"text/plain": "$0.034 (estimated)", "text/html": "$0.034 (estimated)"}
    assert sum_of_all["text/plain"] == "$0.50 + 4 credits + 1 unknown"
