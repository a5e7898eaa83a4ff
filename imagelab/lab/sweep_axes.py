"""What a user gives to sweep over, read into a grid: every slip is an error before a price is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import PurePath
from typing import Any

from imagelab.domain.params import NAMES, read_params
from imagelab.domain.sweep import Axis, Grid, names_in, same
from imagelab.domain.text import one_line
from imagelab.errors import RequestError, listed
from imagelab.handles.asset import Asset
from imagelab.handles.assets import Assets
from imagelab.handles.generation import Generation
from imagelab.providers.choosing import meant
from imagelab.providers.registry import provider_named

PARAMS = ("provider", "model", *NAMES, "images", "mask", "extra")
# What a name in braces cannot be called, whatever the offer: a sweep itself is given these.
_OURS = ("provider", "model", "images", "mask", "extra", "tags", "n", "confirm", "wait", "reuse")
_MOST_CELLS = 10_000
_LABEL_CHARACTERS = 60


def read_grid(template: object, given: Mapping[str, Any]) -> Grid:
    """The grid over the template's names and over parameters.

    A list is an axis, in the template's or the caller's order; anything else is one value.
    RequestError for a name without values, for values that go nowhere, and for a clash.
    """
    if not isinstance(template, str):
        raise RequestError(f"{template!r} is not a template; give text, such as 'a {{animal}}'")
    names = names_in(template)
    _check_names(names, given)
    grid = Grid(template, tuple(_axis(name, given[name], name in names) for name in given))
    if len(grid) > _MOST_CELLS:
        raise RequestError(f"this sweep has more than {_MOST_CELLS:,} cells; give fewer values")
    return grid


def _check_names(names: tuple[str, ...], given: Mapping[str, Any]) -> None:
    clash = next((name for name in names if name in _OURS), None)
    if clash is not None:
        raise RequestError(
            f"{{{clash}}} in the template clashes with the parameter {clash}=; call it otherwise, "
            f"such as {{a_{clash}}}"
        )
    missing = next((name for name in names if name not in given), None)
    if missing is not None:
        raise RequestError(
            f"{{{missing}}} in the template has no values; pass {missing}=[…], or write "
            f"{{{{{missing}}}}} for the braces themselves{meant(missing, given)}"
        )
    unused = next((name for name in given if name not in names and name not in PARAMS), None)
    if unused is not None:
        raise RequestError(
            f"{unused}= goes nowhere: the template has no {{{unused}}}, and it is not one of the "
            f"parameters {listed(PARAMS)}{meant(unused, [*names, *PARAMS])}"
        )
    if not given:
        raise RequestError(
            "there is nothing to sweep over: pass a list, such as quality=['low', 'high']; "
            "lab.generate() makes one"
        )


def _axis(name: str, given: object, in_prompt: bool) -> Axis:  # noqa: FBT001 - a fact of the axis
    values = _values(name, given)
    if not values:
        raise RequestError(f"{name}=[] has no values; give at least one, or leave {name} out")
    twice = _twice(values)
    if twice is not None:
        raise RequestError(f"{name}= has {twice[0]!r} twice; each value makes cells of its own")
    for value in values:
        _check_value(name, value, in_prompt=in_prompt)
    return Axis(name, values, tuple(_label(value) for value in values), in_prompt)


def _values(name: str, given: object) -> tuple[object, ...]:
    match given:
        case list() | tuple() | range() | Assets() | Generation() | Iterator():
            return tuple(islice(given, _MOST_CELLS + 1))  # an iterator may have no end
        case set() | frozenset():
            raise RequestError(f"{name}={given!r} has no order; give a list")
        case _:
            return (given,)


def _twice(values: tuple[object, ...]) -> tuple[object] | None:
    """A value that is there again."""
    words: set[object] = set()
    others: list[object] = []
    for value in values:
        if isinstance(value, str | int | float | Decimal):
            if value in words:
                return (value,)
            words.add(value)
        elif any(same(value, earlier) for earlier in others):
            return (value,)
        else:
            others.append(value)
    return None


def _check_value(name: str, value: object, *, in_prompt: bool) -> None:
    """What would be wrong at every offer is refused here, and is no cell that is not offered."""
    if in_prompt:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise RequestError(
                f"{name}={value!r} is neither text nor a number to put into a prompt"
            )
    elif name in ("provider", "model"):
        if not isinstance(value, str | None):
            raise RequestError(f"{name}={value!r} is not a name; give text")
        if name == "provider" and value is not None:
            provider_named(value)
    elif name in NAMES:
        read_params(**{name: value})


def _label(value: object) -> str:
    match value:
        case Asset():
            return f"#{value.id}"
        case bytes():
            return f"{len(value):,} bytes"
        case PurePath():
            said = value.name
        case list() | tuple():
            said = ", ".join(_label(part) for part in value)
        case str() | int() | float() | Decimal():
            said = str(value)
        case _:
            said = "default" if value is None else repr(value)
    return one_line(said, _LABEL_CHARACTERS)
