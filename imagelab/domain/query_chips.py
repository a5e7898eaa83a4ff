"""The terms of a search as a box shows them, each with its place; adding and removing one.

The terms are what must all hold. Where a search is an alternative, that is one term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from imagelab.domain.frozen import frozen
from imagelab.domain.query_tokens import Token, tokens
from imagelab.domain.text import one_line

MAX_VALUE_CHARACTERS = 200
_LABEL_CHARACTERS = 80
_NEEDS_QUOTES = re.compile(r"[\s()|,*]")


@frozen
class Chip:
    """One term: the text from `start` to before `end`, and the search that is left without it.

    `field` is None for words, phrases and brackets.
    """

    start: int
    end: int
    text: str
    label: str
    field: str | None
    negated: bool
    without: str


def chips(text: str) -> list[Chip]:
    """The terms of a search in their order; QueryError where it cannot be cut into tokens.

    >>> [(chip.text, chip.without) for chip in chips("fox -tag:snow sort:date")][:2]
    [('fox', '-tag:snow sort:date'), ('-tag:snow', 'fox sort:date')]
    """
    terms = _terms(text)
    said = [text[term.start : term.end] for term in terms]
    return [
        Chip(
            term.start,
            term.end,
            said[place],
            one_line(said[place], _LABEL_CHARACTERS),
            term.field,
            term.negated,
            " ".join(said[:place] + said[place + 1 :]),
        )
        for place, term in enumerate(terms)
    ]


def toggled(text: str, term: str) -> tuple[str, bool]:
    """The search with a term added, or without it where it is there, and whether it was.

    >>> toggled("fox OR koi", "tag:hero")
    ('(fox OR koi) tag:hero', False)
    """
    terms = _terms(text)
    said = [text[one.start : one.end] for one in terms]
    same = [place for place, one in enumerate(said) if one.lower() == term.lower()]
    if same:
        return " ".join(said[: same[0]] + said[same[0] + 1 :]), True
    return " ".join([*(_bracketed(text, one) for one in terms), term]), False


def term_of(field: str, value: str) -> str | None:
    """A field with a value as a search says it; None where no search can say that value.

    >>> term_of("tag", "red fox"), term_of("tag", 'a "b"')
    ('tag:"red fox"', None)
    """
    return f"{field}:{written(value)}" if is_fit(value) else None


def is_fit(value: str) -> bool:
    """Whether it can be written in a search, and is what it looks like."""
    if '"' in value or not 0 < len(value) <= MAX_VALUE_CHARACTERS:
        return False
    if value.isascii() and value.isprintable() and " " not in value:
        return True  # as most are, without a look at every character
    return one_line(value, MAX_VALUE_CHARACTERS) == value


def written(value: str) -> str:
    """A value as a search has it, in quotes where it needs them."""
    return f'"{value}"' if _NEEDS_QUOTES.search(value) else value


@frozen
class _Term:
    start: int
    end: int
    field: str | None = None
    negated: bool = False
    is_choice: bool = False
    orders: tuple[tuple[int, int], ...] = ()  # where a choice has a sort: in its midst


def _terms(text: str) -> list[_Term]:
    found = tokens(text)
    pieces = list(_pieces(found))
    if not any(token.kind == "or" for token, _ in pieces):
        return list(_joined(pieces))
    orders = [_sort(token) for token, _ in pieces if _is_sort(token)]
    rest = [(token, end) for token, end in pieces if not _is_sort(token)]
    start, end = rest[0][0].start, rest[-1][1]
    inner = tuple((o.start, o.end) for o in orders if start < o.start < end)
    choice = _Term(start, end, is_choice=True, orders=inner)
    outer = [order for order in orders if (order.start, order.end) not in inner]
    return sorted([choice, *outer], key=lambda term: term.start)


def _pieces(found: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Each token outside of brackets, with its end; brackets are one piece."""
    depth, opening = 0, found[0] if found else None
    for token in found:
        if token.kind == "(":
            opening = token if depth == 0 else opening
            depth += 1
        elif token.kind == ")" and depth:
            depth -= 1
            if depth == 0 and opening:
                yield opening, token.end
        elif depth == 0:
            yield token, token.end
    if depth and opening:  # it is being typed
        yield opening, found[-1].end


def _joined(pieces: Sequence[tuple[Token, int]]) -> Iterator[_Term]:
    """Terms with the signs that negate them; an AND says nothing that standing together does not."""
    start: int | None = None
    for token, end in pieces:
        if token.kind == "not":
            start = token.start if start is None else start
        elif token.kind != "and":
            field = token.text.lower() if token.kind == "field" else None
            began = token.start if start is None else start
            yield _Term(began, end, field, negated=start is not None)
            start = None
    if start is not None:
        yield _Term(start, pieces[-1][1], negated=True)


def _is_sort(token: Token) -> bool:
    return token.kind == "field" and token.text.lower() == "sort"


def _sort(token: Token) -> _Term:
    return _Term(token.start, token.end, "sort")


def _bracketed(text: str, term: _Term) -> str:
    """A term as another can stand beside it; no order stands in brackets."""
    if not term.is_choice:
        return text[term.start : term.end]
    inner, at = "", term.start
    for start, end in (*term.orders, (term.end, term.end)):
        inner += text[at:start]
        at = end
    return " ".join([f"({inner})", *(text[start:end] for start, end in term.orders)])
