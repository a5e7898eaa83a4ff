from __future__ import annotations

from typing import Any

import pytest

from imagelab.catalog import arguments
from imagelab.errors import RequestError

ODD: tuple[Any, ...] = (None, [], {}, 1.5, "7", True, "x" * 10_000)


def test_what_is_not_said_is_its_default() -> None:
    assert arguments.text({}, "query") == ""
    assert arguments.flag({}, "pictures") is False
    assert arguments.whole({}, "limit", 60) == 60


@pytest.mark.parametrize(("said", "taken"), [(-5, 1), (7, 7), (10**30, 120)])
def test_a_number_outside_is_moved_to_the_nearest_end(said: int, taken: int) -> None:
    assert arguments.whole({"limit": said}, "limit", 60, low=1, high=120) == taken


@pytest.mark.parametrize("value", ODD)
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(RequestError, match=r"^limit=.{1,80} is not a whole number$"):
        arguments.whole({"limit": value}, "limit", 60)


def test_what_is_no_text_and_no_flag_is_refused() -> None:
    with pytest.raises(RequestError, match="query=7 is not a text"):
        arguments.text({"query": 7}, "query")
    with pytest.raises(RequestError, match="pictures=1 is neither true nor false"):
        arguments.flag({"pictures": 1}, "pictures")


def test_numbers_are_taken_once_and_only_so_many() -> None:
    assert arguments.numbers({"ids": [3, 1, 3, 2, 9]}, 4) == [3, 1, 2]
    assert arguments.numbers({"ids": [0, -1, 2**63, 10**40, 5]}, 9) == [5]


@pytest.mark.parametrize("value", [None, 7, "1,2", [1, "2"], [1.0], [True], {"1": 1}])
def test_what_is_no_list_of_numbers_is_refused(value: Any) -> None:
    with pytest.raises(RequestError, match=r"ids=.* is not a"):
        arguments.numbers({"ids": value}, 9)


def test_a_number_too_large_for_any_asset_is_still_a_number() -> None:
    assert arguments.asset({"id": 10**30}) == 2**63 - 1
    assert arguments.asset({"id": -1}) == 0
