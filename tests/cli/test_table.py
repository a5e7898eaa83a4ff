from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.cli.table import cells, clipped, table

TEXT = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Cf", "Mn", "Me"]), max_size=30)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    shown = table(("a", "b"), [("long one", "1"), ("x", "200")], right=[1], indent=0)

    assert shown.splitlines() == ["a           b", "long one    1", "x         200"]


def test_a_table_needs_no_head() -> None:
    assert table((), [("#2", "fox")]) == "   #2  fox"


def test_letters_that_take_two_columns_keep_the_next_column_straight() -> None:
    shown = table((), [("狐", "1"), ("fox", "2")], indent=0)

    assert shown.splitlines() == ["狐   1", "fox  2"]


def test_no_line_ends_in_spaces() -> None:
    shown = table(("a", "b"), [("fox", ""), ("koi", "x")])

    assert [line for line in shown.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize(("text", "columns"), [("fox", 3), ("日本", 4), ("e\u0301", 1), ("★", 1)])
def test_width_is_counted_as_a_terminal_draws_it(text: str, columns: int) -> None:
    assert cells(text) == columns


@settings(deadline=None)
@given(TEXT, st.integers(1, 20))
def test_a_clipped_text_never_is_wider_than_asked(text: str, most: int) -> None:
    cut = clipped(text, most)

    assert cells(cut) <= most
    assert cut == text or cut.endswith("…")
