from __future__ import annotations

from itertools import product

import pytest

from imagelab.catalog.facet_bits import CHUNK
from imagelab.catalog.newest import Newest

NUMBERS = [3 * CHUNK + 1, 3 * CHUNK, CHUNK - 1, 5, 2, 0]
FOUND = Newest({0: 0b100101 | 1 << CHUNK - 1, 1: 0, 3: 0b11})


def test_they_are_told_from_the_largest_to_the_smallest() -> None:
    assert (list(FOUND), len(FOUND)) == (NUMBERS, len(NUMBERS))


def test_a_place_and_a_stretch_are_those_of_the_list() -> None:
    ends = (None, -7, -3, -1, 0, 1, 2, 4, 6, 9)
    for start, stop, step in product(ends, ends, (None, 1, 2, -1, -3)):
        assert FOUND[start:stop:step] == NUMBERS[start:stop:step]
    assert [FOUND[place] for place in range(-6, 6)] == NUMBERS * 2


@pytest.mark.parametrize("place", [6, -7])
def test_a_place_beyond_the_ends_is_none(place: int) -> None:
    with pytest.raises(IndexError, match="out of range"):
        FOUND[place]


def test_of_no_bits_there_is_nothing() -> None:
    assert (list(Newest({})), Newest({7: 0})[:50], len(Newest({}))) == ([], [], 0)
