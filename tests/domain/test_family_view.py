from __future__ import annotations

from random import Random

from hypothesis import given, strategies as st

from imagelab.domain.family_view import MOST_UNFOLDED, View, view_of
from tests.domain.families import chain, family

WIDE = family({number: [1] for number in range(2, 202)}, focus=7)


def counted(view: View) -> int:
    return len(view.shown) + sum(view.before.values()) + sum(view.after.values())


def test_a_small_family_is_shown_whole() -> None:
    assert view_of(chain(MOST_UNFOLDED)).shown == tuple(range(1, MOST_UNFOLDED + 1))


def test_a_large_one_is_folded_where_it_goes_on() -> None:
    view = view_of(WIDE)

    assert len(view.shown) == MOST_UNFOLDED
    assert {1, 7} <= set(view.shown)
    assert (view.before, view.after) == ({}, {1: 161})


def test_a_fold_is_opened_forty_at_a_time() -> None:
    assert len(view_of(WIDE, opened=[1]).shown) == 80
    assert len(view_of(WIDE, opened=[1] * 9).shown) == 201


def test_a_deep_one_is_folded_before_and_after() -> None:
    view = view_of(chain(1000, focus=500))

    assert 500 in view.shown
    assert len(view.before) == len(view.after) == 1
    assert counted(view) == 1000


def test_what_came_before_is_opened_by_its_negative() -> None:
    deep = chain(1000, focus=500)
    first = view_of(deep).shown[0]

    assert view_of(deep, opened=[-first]).shown[0] == first - 40


def test_the_path_is_what_the_asset_was_made_from() -> None:
    found = family({2: [1], 3: [1], 5: [2, 4], 6: [5]}, focus=5)

    assert view_of(found, path=True).shown == (1, 2, 4, 5)


def test_a_long_path_is_folded_at_its_far_end() -> None:
    view = view_of(chain(100, focus=100), path=True)

    assert view.shown == tuple(range(61, 101))
    assert view.before == {61: 60}


def test_all_of_a_large_one_is_shown_when_it_is_unfolded() -> None:
    assert view_of(WIDE, whole=True) == View(tuple(range(1, 202)))


@given(
    st.integers(41, 200),
    st.randoms(use_true_random=False),
    st.lists(st.integers(-50, 50), max_size=4),
)
def test_every_member_is_shown_or_counted_once(
    count: int, chance: Random, opened: list[int]
) -> None:
    parents = {
        child: sorted({chance.randint(1, child - 1), chance.randint(1, child - 1)})
        for child in range(2, count + 1)
    }

    assert counted(view_of(family(parents, focus=9), opened=opened)) == count
