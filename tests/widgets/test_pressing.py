from __future__ import annotations

import pytest

from imagelab.domain.quote import Quote
from imagelab.errors import BudgetError
from imagelab.widgets.pressing import ECHO_SECONDS, Presses, dearer, price_word

UNKNOWN = Quote("openai/gpt-image-2", 1, None, None, None, "a list", lambda style: style)


def test_a_second_press_right_after_the_first_is_its_echo() -> None:
    presses, sent = Presses(), []

    presses.once("a fox", lambda: sent.append(1))
    presses.once("a fox", lambda: sent.append(2))

    assert sent == [1]


def test_a_press_after_a_while_is_meant() -> None:
    presses, sent = Presses(), []
    presses.once("a fox", lambda: sent.append(1))

    presses._ended_at -= ECHO_SECONDS
    presses.once("a fox", lambda: sent.append(2))

    assert sent == [1, 2]


def test_a_press_of_something_else_is_meant() -> None:
    presses, sent = Presses(), []

    presses.once("a fox", lambda: sent.append(1))
    presses.once("an owl", lambda: sent.append(2))

    assert sent == [1, 2]


def test_a_press_that_failed_has_an_echo_too() -> None:
    presses = Presses()

    def refuse() -> int:
        raise BudgetError("it would cost too much")

    with pytest.raises(BudgetError, match="too much"):
        presses.once("a fox", refuse)

    assert presses.once("a fox", refuse) is None


def test_a_price_in_another_unit_was_not_seen() -> None:
    assert dearer("100 usd", "100 credits")


def test_a_price_a_little_higher_is_the_one_that_was_seen() -> None:
    assert [dearer("100 usd", now) for now in ("110 usd", "111 usd", "unknown")] == [
        False,
        True,
        True,
    ]


def test_an_unknown_price_that_was_seen_may_be_pressed() -> None:
    assert not dearer(price_word(UNKNOWN), price_word(UNKNOWN))
