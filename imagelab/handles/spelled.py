"""Words that a verb does not take: told with those that it takes, in place of Python's own line."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from imagelab.errors import RequestError

P = ParamSpec("P")
R = TypeVar("R")


def spelled(advice: str = "", *, called: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a verb refuse words that it does not take; `advice` may name the word and its `value`.

    `called` is what the verb is called by those who use it, where that is not its own name.

    >>> @spelled("write it into the query, as in 'fox {word}:{value}'")
    ... def search(query="", *, sort=None): ...
    >>> search("fox", rating=5)
    Traceback (most recent call last):
    imagelab.errors.RequestError: search() does not take rating=5; it takes query= and sort=; write it into the query, as in 'fox rating:5'
    """

    def checked(verb: Callable[P, R]) -> Callable[P, R]:
        taken = [name for name in signature(verb).parameters if name != "self"]

        @wraps(verb)
        def call(*args: P.args, **given: P.kwargs) -> R:
            for word in given.keys() - {*taken}:
                raise RequestError(
                    _sentence(called or verb.__name__, word, given[word], taken, advice)
                )
            return verb(*args, **given)

        return call

    return checked


def _sentence(verb: str, word: str, value: object, taken: list[str], advice: str) -> str:
    *others, last = [f"{name}=" for name in taken]
    names = f"{', '.join(others)} and {last}" if others else last
    near = get_close_matches(word, taken, n=1)
    said = f"; {advice.format(word=word, value=value)}" if advice and not near else ""
    hint = f". Did you mean {near[0]}=?" if near else ""
    return f"{verb}() does not take {word}={value!r:.60}; it takes {names}{said}{hint}"
