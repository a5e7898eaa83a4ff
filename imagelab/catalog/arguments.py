"""What a page sends along with a question: foreign, so each value is looked at before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from imagelab.errors import RequestError

MAX_NUMBER = 2**63 - 1  # SQLite's largest

Asked = Mapping[str, Any]


def text(asked: Asked, name: str, default: str = "") -> str:
    """A text as it is."""
    value = asked.get(name, default)
    if not isinstance(value, str):
        raise RequestError(f"{name}={_shown(value)} is not a text")
    return value


def flag(asked: Asked, name: str) -> bool:
    """True or false; false where it is not said."""
    value = asked.get(name, False)
    if not isinstance(value, bool):
        raise RequestError(f"{name}={_shown(value)} is neither true nor false")
    return value


def whole(asked: Asked, name: str, default: int, *, low: int = 0, high: int = MAX_NUMBER) -> int:
    """A whole number, moved to the nearest end where it lies outside."""
    return min(max(_number(asked.get(name, default), name), low), high)


def asset(asked: Asked) -> int:
    """The one number that was asked about."""
    return min(max(_number(asked.get("id"), "id"), 0), MAX_NUMBER)


def numbers(asked: Asked, most: int) -> list[int]:
    """The numbers that were asked about, each once, no more than so many."""
    value = asked.get("ids")
    if not isinstance(value, list):
        raise RequestError(f"ids={_shown(value)} is not a list of numbers")
    each = [_number(number, "ids") for number in value[:most]]
    return list(dict.fromkeys(number for number in each if 0 < number <= MAX_NUMBER))


def places(asked: Asked, most: int) -> list[int]:
    """The positions that were asked about, counted from 0, each once, no more than so many."""
    value = asked.get("places", [])
    if not isinstance(value, list):
        raise RequestError(f"places={_shown(value)} is not a list of numbers")
    each = [_number(number, "places") for number in value[:most]]
    return list(dict.fromkeys(number for number in each if 0 <= number <= MAX_NUMBER))


def words(asked: Asked, name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Some of the words that there are; all of them where it is not said."""
    value = asked.get(name)
    if value is None:
        return tuple(known)
    if not isinstance(value, list) or not set(map(str, value)) <= set(known):
        raise RequestError(f"{name}={_shown(value)} is not a list of {', '.join(known)}")
    return tuple(word for word in known if word in value)


def _number(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RequestError(f"{name}={_shown(value)} is not a whole number")
    return value


def _shown(value: object) -> str:
    return repr(value)[:80]
