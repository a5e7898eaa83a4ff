"""What a search says of a request, as a test of its row: no text of the search reaches SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from imagelab.catalog.folding import asked_words, words
from imagelab.catalog.judging import fits, pattern_text
from imagelab.catalog.stems import Stems
from imagelab.catalog.words import holds, needle, sizes
from imagelab.domain.params import pixels
from imagelab.domain.query_tree import (
    And,
    Choice,
    Everything,
    Inside,
    Is,
    Leaf,
    Node,
    Not,
    Number,
    Or,
    Param,
    Pattern,
    Phrase,
    Span,
    Word,
)
from imagelab.errors import RequestError


@dataclass(eq=False)  # frozen, it takes three times as long to make
class Asked:
    """A generation's row, as far as a search asks about it; `params` and what follows is JSON."""

    id: int
    status: str
    provider: str
    model: str
    quality: str | None
    prompt: str
    n: int
    cost_nano: int | None
    cost_unit: str | None
    created_at: int
    params: str
    resolved: str
    tags: str

    @cached_property
    def texts(self) -> list[str]:
        """Where words are looked for."""
        return [self.prompt, *self.labels]

    @cached_property
    def labels(self) -> list[str]:
        """The tags that were asked for."""
        found = _read(self.tags)
        return [str(name) for name in found] if isinstance(found, list) else []

    @cached_property
    def said(self) -> Mapping[str, Any]:
        """The parameters as the user said them."""
        return _mapping(self.params)

    @cached_property
    def sent(self) -> Mapping[str, Any]:
        """The parameters as the offer took them."""
        return _mapping(self.resolved)


Test: TypeAlias = Callable[[Asked], bool]


def row_test(node: Node, stems: Stems) -> Test | None:
    """Whether a row is what a search says; None for what says nothing, as a lone `!!!` does."""
    match node:
        case Everything():
            return None
        case Not(inner):
            test = row_test(inner, stems)
            return test and (lambda row: not test(row))
        case And(nodes):
            return _all(row_test(inner, stems) for inner in nodes)
        case Or(nodes):
            return _any(row_test(inner, stems) for inner in nodes)
        case _:
            return _leaf(node, stems)


def _leaf(leaf: Leaf, stems: Stems) -> Test | None:
    match leaf:
        case Word() | Phrase():
            return _worded(leaf, stems)
        case Inside("prompt", parts):
            return _any(_in_prompt(part) for part in parts)
        case Choice(field, patterns):
            wanted = [pattern_text(pattern.pieces) for pattern in patterns]
            return lambda row: any(fits(v, w) for v in _values(row, field) for w in wanted)
        case Number(field, spans):
            return lambda row: any(_lies(_amount(row, field), span) for span in spans)
        case Is():
            return lambda row: row.status == "failed"
        case Param(name, tests):
            path = [key for key in name.split(".") if key]
            return lambda row: any(_passes(_at(row.said, path), test) for test in tests)
        case _:
            raise AssertionError(f"{leaf} speaks of pictures, and is refused before")


def _worded(leaf: Word | Phrase, stems: Stems) -> Test | None:
    if isinstance(leaf, Word) and not leaf.prefix:
        return _stemmed(leaf.text, stems)
    wanted = _needle(leaf)
    if not wanted:
        return None
    may = _may_hold(wanted.split()[0])
    return lambda row: any(may(text) and holds(text, wanted) for text in row.texts)


def _stemmed(text: str, stems: Stems) -> Test | None:
    """Words by their stems, in this order; of what is written without spaces, the last may go on."""
    found, open_end = asked_words(text)
    if not found:
        return None
    wanted = f" {' '.join(map(stems.__getitem__, found))}{'' if open_end else ' '}"
    may = _may_hold(
        stems[found[0]][:-1]
    )  # Porter's stem of a word is its beginning, but for one letter
    return lambda row: any(may(text) and wanted in _stems_of(text, stems) for text in row.texts)


def _may_hold(part: str) -> Callable[[str], bool]:
    """Whether a text is worth reading word by word, which takes fifty times as long."""
    return lambda text: part in text.lower() or not text.isascii()


def _stems_of(text: str, stems: Stems) -> str:
    return f" {' '.join(map(stems.__getitem__, words(text)))} "


def _in_prompt(part: Word | Phrase) -> Test | None:
    wanted = _needle(part)
    if not wanted:
        return None
    may = _may_hold(wanted.split()[0])
    return lambda row: may(row.prompt) and holds(row.prompt, wanted)


def _needle(part: Word | Phrase) -> str | None:
    if isinstance(part, Word):
        return needle(part.text, prefix=part.prefix)
    return needle(" ".join(part.words))


def _values(row: Asked, field: str) -> Sequence[str | None]:
    match field:
        case "tag":
            return row.labels
        case "size":
            return _sizes(row.sent.get("size"))
        case "format":
            return (_text(row.sent.get("format")),)
        case _:
            value: str | None = getattr(row, field)
            return (value,)


def _sizes(size: object) -> Sequence[str]:
    """A size by its pixels and by its shape, or by the word that was sent."""
    try:
        return sizes(*pixels(str(size))) if size else ()
    except (ValueError, RequestError):
        return (str(size),)


def _amount(row: Asked, field: str) -> int | None:
    if field == "cost":  # credits are no dollars
        return row.cost_nano if row.cost_unit == "usd" else None
    value: int = row.created_at if field == "date" else getattr(row, field)
    return value


def _passes(value: object, test: Pattern | Span) -> bool:
    if isinstance(test, Pattern):
        return fits(_text(value), pattern_text(test.pieces))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and _lies(value, test)  # type: ignore[arg-type] # it is a number


def _lies(number: float | None, span: Span) -> bool:
    if number is None:
        return False
    return (span.low is None or number >= span.low) and (span.high is None or number <= span.high)


def _at(said: object, path: Sequence[str]) -> object:
    for key in path:
        said = said.get(key) if isinstance(said, Mapping) else None
    return said


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _read(text: str) -> object:
    """JSON of a catalog that may be foreign; what is none says nothing."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _mapping(text: str) -> Mapping[str, Any]:
    found = _read(text)
    return found if isinstance(found, dict) else {}


def _all(tests: Iterable[Test | None]) -> Test | None:
    told = [test for test in tests if test]
    return (lambda row: all(test(row) for test in told)) if told else None


def _any(tests: Iterable[Test | None]) -> Test | None:
    told = [test for test in tests if test]
    return (lambda row: any(test(row) for test in told)) if told else None
