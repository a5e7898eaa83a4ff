from __future__ import annotations

from hypothesis import given, strategies as st

from imagelab.domain.family_layout import laid_out
from imagelab.domain.lineage import Family
from tests.domain.families import chain, family


def places(found: Family) -> dict[int, tuple[int, float]]:
    layout = laid_out(found, list(found.kin))
    return {number: (layout.columns[number], layout.rows[number]) for number in found.kin}


@st.composite
def families(draw: st.DrawFn, *, circles: bool = False) -> Family:
    count = draw(st.integers(1, 24))
    highest = (lambda _: count) if circles else (lambda child: child - 1)
    return family(
        {
            child: draw(st.lists(st.integers(1, highest(child)), unique=True, max_size=3))
            for child in range(1 if circles else 2, count + 1)
        }
        | {1: []}
    )


def test_what_came_of_it_stands_to_the_right() -> None:
    assert places(family({2: [1], 3: [1], 4: [2]})) == {
        1: (0, 0.5),
        2: (1, 0),
        3: (1, 1),
        4: (2, 0),
    }


def test_what_is_only_looked_at_stands_right_before_whom_it_is_for() -> None:
    assert places(family({2: [1], 3: [2], 5: [3, 4]}))[4][0] == 2


@given(families())
def test_no_two_stand_in_one_place_and_every_way_leads_right(found: Family) -> None:
    at = places(found)

    assert len(set(at.values())) == len(at)
    assert all(at[edge.parent][0] < at[edge.child][0] for edge in found.edges)


@given(families(circles=True))
def test_circles_are_drawn_too_and_apart(found: Family) -> None:
    at = places(found)

    assert len(set(at.values())) == len(found.kin)


@given(families())
def test_it_reports_how_large_it_is(found: Family) -> None:
    layout = laid_out(found, list(found.kin))

    assert max(layout.columns.values()) < layout.width
    assert max(layout.rows.values()) < layout.height


def test_a_part_is_laid_out_as_if_the_rest_were_not_there() -> None:
    layout = laid_out(chain(5), [3, 4, 5])

    assert layout.columns == {3: 0, 4: 1, 5: 2}


def test_a_long_chain_needs_no_deep_stack() -> None:
    assert laid_out(chain(5000), range(1, 5001)).width == 5000
