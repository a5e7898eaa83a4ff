"""The sandbox's painter in a hurry: a sketch will do, and no picture is painted twice."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from imagelab.jobs import looker
from imagelab.sandbox import encode

ROUGHLY = {"IMAGELAB_SANDBOX_PACE": "0", encode.SKETCH: "16"}  # of vendors that answer at once

P = ParamSpec("P")
T = TypeVar("T")

remembered: dict[Any, Any] = {}  # by what was asked for; a fork begins with its parent's


def remember_pictures() -> None:
    """Have this process and its forks paint equal pictures once."""
    encode._rendered = remembering(encode._rendered.__wrapped__)  # type: ignore[assignment] # another cache


def remember_looks() -> None:
    """Have this process and its forks look at equal originals once."""
    looker.look_at = remembering(looker.look_at)


def remembering(function: Callable[P, T]) -> Callable[P, T]:
    """A function whose results depend on its arguments alone, called once for equal ones."""

    @functools.wraps(function)
    def known(*args: P.args, **named: P.kwargs) -> T:
        asked = (function.__name__, args, tuple(named.items()))
        if asked not in remembered:
            remembered[asked] = function(*args, **named)
        result: T = remembered[asked]
        return result

    return known
