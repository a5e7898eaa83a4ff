from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from imagelab.errors import ProtocolError
from imagelab.jobs.last_image import last_held
from imagelab.providers.steps import Answer, Facts, Flow, Image, Keep, Step, Wait

ONE, TWO = Keep(0, Image(b"one")), Keep(1, Image(b"two"))
FACTS = Facts()


def steps(flow: Flow[Facts], *troubles: ProtocolError) -> tuple[list[Step], list[Keep]]:
    """What is asked for, and what is held at the end; each trouble is raised at a step of its own."""
    held: list[Keep] = []
    asked: list[Step] = []
    wrapped, left = last_held(flow, held.append), list(troubles)
    try:
        asked.append(next(wrapped))
        while True:
            asked.append(wrapped.throw(left.pop()) if left else wrapped.send(None))
    except StopIteration as ended:
        returned = ended.value
    assert returned is FACTS
    return asked, held


def keeping(*wanted: Step) -> Generator[Step, Answer, Facts]:
    yield from wanted
    return FACTS


@pytest.mark.parametrize(
    ("wanted", "asked", "held"),
    [
        ((), [], []),
        ((ONE,), [], [ONE]),
        ((ONE, TWO), [ONE], [TWO]),
        ((ONE, Wait(1)), [ONE, Wait(1)], []),
        ((Wait(1), ONE), [Wait(1)], [ONE]),
    ],
)
def test_only_an_image_with_nothing_behind_it_is_held(
    wanted: tuple[Step, ...], asked: list[Any], held: list[Keep]
) -> None:
    assert steps(keeping(*wanted)) == (asked, held)


def test_an_image_is_kept_before_the_error_that_follows_it() -> None:
    def failing() -> Generator[Step, Answer, Facts]:
        yield ONE
        raise ProtocolError("openai", "what came after it is nothing")

    wrapped = last_held(failing(), print)

    assert next(wrapped) is ONE
    with pytest.raises(ProtocolError, match="what came after it is nothing"):
        wrapped.send(None)


def test_trouble_at_a_step_is_raised_in_the_flow_at_that_step() -> None:
    def caring() -> Generator[Step, Answer, Facts]:
        try:
            yield Wait(1)
        except ProtocolError:
            yield ONE
        return FACTS

    assert steps(caring(), ProtocolError("openai", "no")) == ([Wait(1)], [ONE])


def test_a_flow_that_is_closed_is_closed_at_its_own_step() -> None:
    closed = []

    def long() -> Generator[Step, Answer, Facts]:
        try:
            yield Wait(1)
        finally:
            closed.append(True)
        return FACTS

    wrapped = last_held(long(), print)
    next(wrapped)
    wrapped.close()

    assert closed == [True]
