from __future__ import annotations

import itertools
from collections import Counter
from decimal import Decimal

import pytest

from imagelab.domain.blind import Contestant, pairs
from imagelab.domain.blind_tally import Verdict, tally, wilson
from imagelab.domain.money import Cost


def grid(animals: int, styles: int, each: int = 1) -> list[Contestant]:
    cells = itertools.product(range(animals), range(styles), range(each))
    return [
        Contestant(number, {"animal": f"a{a}", "style": f"s{s}"}, Cost(Decimal("0.01") * (s + 1)))
        for number, (a, s, _) in enumerate(cells, 1)
    ]


def test_pairs_that_differ_on_one_axis_come_first() -> None:
    found = pairs(grid(3, 3), seed=0, most=1000)

    assert [len(pair.axes) for pair in found] == [1] * 18 + [2] * 18


def test_each_axis_has_its_turn() -> None:
    found = pairs(grid(3, 3), seed=0, most=10)

    assert Counter(pair.axes for pair in found) == {("animal",): 5, ("style",): 5}


def test_everyone_is_seen_about_equally_often() -> None:
    found = pairs(grid(4, 4), seed=3, most=32)

    seen = Counter(number for pair in found for number in pair.both)
    assert len(seen) == 16
    assert max(seen.values()) - min(seen.values()) <= 1


def test_no_pair_is_asked_twice_and_rerolls_come_last() -> None:
    found = pairs(grid(2, 2, each=2), seed=1, most=1000)

    assert len({pair.both for pair in found}) == len(found) == 28
    assert [pair.axes for pair in found[-4:]] == [()] * 4


def test_a_seed_draws_who_stands_left_and_draws_it_again() -> None:
    found = pairs(grid(5, 5), seed=7, most=100)

    assert found == pairs(grid(5, 5), seed=7, most=100)
    assert found != pairs(grid(5, 5), seed=8, most=100)
    assert 25 < sum(pair.left < pair.right for pair in found) < 75


def test_ten_thousand_cells_are_paired_as_far_as_is_asked() -> None:
    assert len(pairs(grid(20, 20), seed=0, most=60)) == 60


# The ends by the formula of Wilson, 1927, worked by hand for ten comparisons.
@pytest.mark.parametrize(
    ("wins", "low", "high"), [(0, 0.0, 0.2775), (5, 0.2366, 0.7634), (10, 0.7225, 1.0)]
)
def test_an_interval_is_wilsons(wins: int, low: float, high: float) -> None:
    assert wilson(wins, 10) == pytest.approx((low, high), abs=1e-3)


def test_wins_ties_and_losses_are_counted_where_the_two_differ() -> None:
    # animal by style: 1 is a0 s0, 2 is a0 s1, 3 is a1 s0, 4 is a1 s1
    said = [Verdict(1, 2, 1), Verdict(3, 4, 3), Verdict(1, 3, None), Verdict(1, 4, 4)]

    found = {(s.axis, s.value): s for s in tally(grid(2, 2), said)}

    first = found["style", "s0"]
    assert (first.compared, first.alone, first.wins, first.ties, first.losses) == (3, 2, 2, 0, 1)
    assert found["animal", "a1"].share == 0.75


def test_wins_a_dollar_are_the_share_for_what_an_image_cost() -> None:
    found = {s.value: s for s in tally(grid(1, 2), [Verdict(1, 2, 1)])}

    assert found["s0"].per_dollar(1.0) == pytest.approx(100)
    assert found["s1"].cost == Decimal("0.02")


def test_where_a_cost_is_not_known_nothing_is_said_of_dollars() -> None:
    entered = [Contestant(1, {"style": "ink"}), Contestant(2, {"style": "oil"})]

    assert {s.per_dollar(s.share) for s in tally(entered, [Verdict(1, 2, None)])} == {None}
