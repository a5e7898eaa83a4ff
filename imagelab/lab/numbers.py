"""Numbers as people write them: 206, "206", "#206", "g57"."""

from __future__ import annotations

from numbers import Integral

from imagelab.errors import RequestError

_MOST_DIGITS = 18  # SQLite's integers end before nineteen


def number_of(given: object, *, mark: str = "#") -> int | None:
    """The number that is meant; None for a text that is none, such as a uuid.

    No number in a text begins with a nought, and every uuid of ours does.

    >>> number_of("#206"), number_of("g57", mark="g"), number_of(3), number_of("0193")
    (206, 57, 3, None)
    """
    if isinstance(given, bool) or not isinstance(given, str | Integral):
        raise RequestError(f"{given!r} is not a number, '{mark}206' or the beginning of a uuid")
    if isinstance(given, Integral):
        return int(given) if abs(int(given)) < 10**_MOST_DIGITS else 0
    digits = given.strip().removeprefix("#").removeprefix(mark)
    fits = digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS
    return int(digits) if fits and not digits.startswith("0") else None
