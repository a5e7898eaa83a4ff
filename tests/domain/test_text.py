from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from imagelab.domain.text import file_size, one_line


@given(text=st.text(), most=st.integers(1, 100))
def test_a_line_is_one_line_and_no_longer_than_told(text: str, most: int) -> None:
    line = one_line(text, most)

    assert len(line) <= most
    assert line == "".join(line.splitlines())
    assert all(sign.isprintable() for sign in line)


def test_what_turns_text_around_is_left_out() -> None:
    assert one_line("fox\u202egnp.exe\u200b\x1b[2J") == "fox gnp.exe [2J"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (2_500_000, "2.5 MB"),
        (3 * 10**12, "3000.0 GB"),
    ],
)
def test_sizes_are_said_as_people_do(count: int, said: str) -> None:
    assert file_size(count) == said
