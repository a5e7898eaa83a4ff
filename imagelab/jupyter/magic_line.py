"""What stands on the line of `%%imagine`: options, then in its short form the prompt."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import field
from numbers import Number
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.params import NAMES, WHOLE
from imagelab.errors import RequestError, listed
from imagelab.providers.choosing import meant

_SHORT = {
    "-m": "model",
    "-p": "provider",
    "-n": "n",
    "-q": "quality",
    "-s": "size",
    "-t": "tag",
    "-o": "out",
}
_WITH_VALUE = ("model", "provider", "n", *NAMES, "tag", "out")
_SWITCHES = ("quote", "reuse")
_LONG = {f"--{name.replace('_', '-')}": name for name in (*_WITH_VALUE, *_SWITCHES)}
_OPTION = re.compile(r"(--?[A-Za-z][\w-]*)(?:=|\s+|$)")
_VALUE = re.compile(r"""("[^"]*"|'[^']*'|[^\s"'-]\S*|-\d\S*)(?:\s+|$)""")
_NAME = re.compile(r"\{\{(\w+)\}\}|\{(\w+)\}")


@frozen
class Line:
    """What was asked for on the line: `given` in `generate`'s words, `rest` after the options."""

    given: dict[str, Any] = field(default_factory=dict)
    out: str | None = None
    quote: bool = False
    rest: str = ""


def read_line(line: str) -> Line:
    """Take a line apart; RequestError says in one sentence what is no option, or lacks its value.

    >>> read_line("-m runware/gpt-image-1.5 -n 2 a fox's den")
    Line(given={'model': 'runware/gpt-image-1.5', 'n': 2}, out=None, quote=False, rest="a fox's den")
    """
    said: dict[str, Any] = {}
    tags: list[str] = []
    rest = line.strip()
    while (found := _OPTION.match(rest)) is not None:
        option, rest = found[1], rest[found.end() :]
        name = _named(option)
        if name in said:
            raise RequestError(f"{option} is given twice; name it once")
        if name in _SWITCHES:
            said[name] = True
            continue
        value = _VALUE.match(rest)
        if value is None:
            raise RequestError(f"{option} lacks its value, as in {option} {_example(name)}")
        rest = rest[value.end() :]
        word = value[1][1:-1] if value[1][0] in "\"'" else value[1]
        if name == "tag":
            tags.append(word)
        else:
            said[name] = _read(option, name, word)
    said |= {"tags": tags} if tags else {}
    out, quote = said.pop("out", None), said.pop("quote", False)
    return Line(said, out, quote, rest.removeprefix("-- "))


def filled(text: str, known: Mapping[str, object]) -> str:
    """A prompt with those of its `{names}` filled that are known; all else stays as written.

    RequestError where a name is known and is neither text nor a number.

    >>> filled("a {animal}, {{animal}}, {fox|hare} for $5", {"animal": "cat"})
    'a cat, {animal}, {fox|hare} for $5'
    """

    def put(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in known:
            return found[0]
        if found[1]:
            return f"{{{name}}}"
        value = known[name]
        if not isinstance(value, str | Number):
            raise RequestError(
                f"{{{name}}} is of type {type(value).__name__}, neither text nor a number; write "
                f"{{{{{name}}}}} for the braces themselves, or sweep over a list with lab.sweep()"
            )
        return str(value)

    return _NAME.sub(put, text)


def _named(option: str) -> str:
    name = _SHORT.get(option) or _LONG.get(option)
    if name is None:
        known = [*_SHORT, *_LONG]
        raise RequestError(
            f"{option} is no option of imagine; there are {listed(known)}{meant(option, _LONG)}"
        )
    return name


def _read(option: str, name: str, word: str) -> str | int:
    if name == "n" or name in WHOLE:
        if not word.isdecimal():
            raise RequestError(f"{option} {word} is not a whole number, as in {option} 2")
        return int(word)
    if name == "out" and (not word.isidentifier() or keyword.iskeyword(word)):
        raise RequestError(f"{option} {word} is not the name of a variable, as in {option} foxes")
    return word


def _example(name: str) -> str:
    examples = {"model": "runware/gpt-image-1.5", "quality": "low", "out": "foxes", "n": "2"}
    return examples.get(name, f"VALUE, where lab.models() lists what {name} can be")
