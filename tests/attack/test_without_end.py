"""Caps on bytes, time and ratio hold, and what they cost in memory is bounded."""

from __future__ import annotations

import pytest

from imagelab.providers.wire import FETCH, PAY
from tests.attack.without_end import DRIP_SECONDS, DRIPS, Came, measured

pytestmark = [pytest.mark.fault, pytest.mark.long]

MOST_MEGABYTES = 150


@pytest.fixture(scope="module")
def all_of_them() -> list[Came]:
    return measured()


def test_every_answer_without_end_is_ended_and_says_why(all_of_them: list[Came]) -> None:
    ways = {"larger than", "no whole answer within", "unfolds to more than", "the connection ended"}

    as_it_came = [c for c in all_of_them if not any(way in c.said for way in ways)]

    assert {came.answer for came in as_it_came} <= {"300 MB in gzip in gzip"}


def test_what_drips_is_ended_by_the_clock(all_of_them: list[Came]) -> None:
    drips = [came for came in all_of_them if came.answer in DRIPS]

    assert len(drips) == 2 * len(DRIPS)
    assert [came for came in drips if came.seconds > DRIP_SECONDS + 2] == []


def test_a_file_takes_no_more_memory_than_its_cap_and_some(all_of_them: list[Came]) -> None:
    files = [came for came in all_of_them if came.client == "files"]

    assert FETCH.largest_bytes < MOST_MEGABYTES * 1_000_000
    assert [came for came in files if came.megabytes > MOST_MEGABYTES] == []


def test_a_paid_answer_is_held_once_and_a_bomb_of_one_not_at_all(all_of_them: list[Came]) -> None:
    paid = {came.answer: came.megabytes for came in all_of_them if came.client == "paying"}
    bombs = [size for name, size in paid.items() if name.endswith(("gzip", "deflate"))]

    assert len(bombs) == 4
    assert max(bombs) < MOST_MEGABYTES / 3
    assert max(paid.values()) < PAY.largest_bytes / 1_000_000 + MOST_MEGABYTES / 3
