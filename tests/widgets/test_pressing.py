from __future__ import annotations

import pytest

from imagelab.errors import BudgetError
from imagelab.widgets.pressing import ECHO_SECONDS, Presses


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
