"""Our one vocabulary for what every service calls by another name."""

from __future__ import annotations

import re
from dataclasses import fields
from numbers import Integral
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.errors import RequestError

SIZE_WORDS = ("square", "portrait", "landscape", "auto")
_PIXELS = re.compile(r"(\d{1,5})\s*[x×]\s*(\d{1,5})")
_SPELLINGS = {"jpg": "jpeg"}


@frozen
class Params:
    """The inputs beside prompt and images; None leaves the choice to the vendor.

    `size` is `"square"`, `"portrait"`, `"landscape"`, `"auto"` or pixels as `"1536x1024"`;
    `compression` is 0–100, `previews` how many rough pictures to show while it is made, 0–3;
    the rest are words the offer lists.
    """

    size: str | None = None
    quality: str | None = None
    background: str | None = None
    format: str | None = None
    compression: int | None = None
    style: str | None = None
    moderation: str | None = None
    input_fidelity: str | None = None
    previews: int | None = None

    def given(self) -> dict[str, Any]:
        """Only what was said.

        >>> Params(size="square").given()
        {'size': 'square'}
        """
        said = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in said if value is not None}


WHOLE = {"compression": 100, "previews": 3}  # numbers, and the most each can be
NAMES = tuple(field.name for field in fields(Params))


def read_params(**given: object) -> Params:
    """Check the spelling of parameters and bring it to ours; RequestError says what is wrong.

    >>> read_params(size="1536 × 1024", format="JPG")
    Params(size='1536x1024', quality=None, background=None, format='jpeg', compression=None, \
style=None, moderation=None, input_fidelity=None, previews=None)
    """
    said = {name: value for name, value in given.items() if value is not None}
    clean: dict[str, Any] = {name: _read(name, value) for name, value in said.items()}
    return Params(**clean)


def pixels(size: str) -> tuple[int, int]:
    """Width and height of a size in pixels.

    >>> pixels("1536x1024")
    (1536, 1024)
    """
    width, height = size.split("x")
    return int(width), int(height)


def _read(name: str, value: object) -> str | int:
    if name in WHOLE:
        whole, most = isinstance(value, Integral) and not isinstance(value, bool), WHOLE[name]
        if not whole or not 0 <= int(value) <= most:  # type: ignore[call-overload] # it is whole
            raise RequestError(f"{name}={value!r} is not a whole number from 0 to {most}")
        return int(value)  # type: ignore[call-overload, no-any-return] # it is whole
    if name == "size" and value and not isinstance(value, str):
        raise _no_size(value)
    if not isinstance(value, str) or not value.strip():
        raise RequestError(f"{name}={value!r} is not a word; leave it out for the vendor's default")
    word = value.strip().lower()
    return _read_size(word) if name == "size" else _SPELLINGS.get(word, word)


def _read_size(word: str) -> str:
    if word in SIZE_WORDS:
        return word
    found = _PIXELS.fullmatch(word)
    if not found:
        raise _no_size(word)
    return f"{int(found[1])}x{int(found[2])}"


def _no_size(value: object) -> RequestError:
    return RequestError(
        f"size={value!r} is not a size; "
        "it takes 'square', 'portrait', 'landscape', 'auto' or pixels such as '1536x1024'"
    )
