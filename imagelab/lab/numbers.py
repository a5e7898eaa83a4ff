"""Numbers as people write them: 206, "206", "#206", "g57"."""

from __future__ import annotations

from imagelab.errors import RequestError

_MOST_DIGITS = 18  # SQLite's integers end before nineteen


def number_of(given: object) -> int | None:
    """The number that is meant; None for a text that is none, such as a uuid.

    >>> number_of("#206"), number_of("g57"), number_of(3), number_of("01f2")
    (206, 57, 3, None)
    """
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if not isinstance(given, str):
        raise RequestError(f"{given!r} is not a number, '#206' or the beginning of a uuid")
    digits = given.strip().lstrip("#").removeprefix("g")
    short = len(digits) <= _MOST_DIGITS
    return int(digits) if digits.isdecimal() and digits.isascii() and short else None
