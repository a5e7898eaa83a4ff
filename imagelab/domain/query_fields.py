"""The fields of a search: what each takes, and what a wrong value should have been."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import TypeVar, get_args

from imagelab.domain.money import NANO
from imagelab.domain.query_dates import read_dates
from imagelab.domain.query_numbers import float_span, whole_span
from imagelab.domain.query_tokens import Item, Token
from imagelab.domain.query_tree import (
    Choice,
    ChoiceField,
    Column,
    From,
    Inside,
    Is,
    Leaf,
    Like,
    Number,
    NumberField,
    Param,
    Pattern,
    Phrase,
    SortKey,
    Span,
    Stack,
    TextField,
    Word,
)
from imagelab.errors import QueryError

FLAGS = (
    "edit",
    "root",
    "rejected",
    "unrated",
    "failed",
    "transparent",
    "flagged",
    "imported",
    "damaged",
    "trashed",
)
CHOICES: tuple[ChoiceField, ...] = get_args(ChoiceField)
TEXTS: tuple[TextField, ...] = get_args(TextField)
NUMBERS: tuple[NumberField, ...] = get_args(NumberField)
SORT_KEYS: tuple[SortKey, ...] = get_args(SortKey)
OPEN = ("param.", "col.")  # before a name of the user's or of a vendor's
FIELDS = (*CHOICES, *TEXTS, *NUMBERS, "is", "from", "like", "stack", "sort")
_WANTED = {
    "cost": "an amount in dollars such as <0.05 or 0.01..0.05",
    "rating": "stars such as 5, >=4 or 1..3; 0 is unrated",
    "date": "days such as 7d, today, 2026-11, >2026-11-01 or 2026-11-01..2026-11-15",
}
_NAMED = {
    "param": "param: wants the parameter's name, as in param.background:transparent",
    "col": "col: wants the column's name, as in col.aesthetic:>5",
}
_RELATED: dict[str, type[From | Like | Stack]] = {"from": From, "like": Like, "stack": Stack}
_SPELLINGS = {"format": {"jpg": "jpeg"}}
_Name = TypeVar("_Name", bound=str)


def read_field(token: Token) -> Leaf:
    """The node of a `field:value`; QueryError marks the field or the value that is wrong."""
    name = token.text.lower()
    if not name.startswith(OPEN):
        _check_field(token)
    _check_values(token)
    if choice := _one_of(name, CHOICES):
        return Choice(choice, tuple(_choice(choice, item) for item in token.items))
    if text := _one_of(name, TEXTS):
        return Inside(text, tuple(_part(item) for item in token.items))
    if number := _one_of(name, NUMBERS):
        return Number(number, tuple(_span(number, item) for item in token.items))
    if name == "is":
        return Is(tuple(known(item, FLAGS, "is:") for item in token.items))
    if kind := _RELATED.get(name):
        return kind(tuple(_id(name, item) for item in token.items))
    return _column(token) if name.startswith("col.") else _parameter(token)


def read_sort(token: Token) -> tuple[tuple[SortKey, bool], ...]:
    """The sort keys of a `sort:`, each with whether it falls."""
    _check_values(token)
    return tuple(_sort_key(item) for item in token.items)


def known(item: Item, names: Collection[str], field: str) -> str:
    """The word itself, if it is one of these; QueryError names the nearest."""
    word = item.text.lower()
    if word in names:
        return word
    near = get_close_matches(word, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise QueryError(
        f"{field} does not know {item.text!r}; it takes {', '.join(names)}{hint}",
        item.start,
        max(item.length, 1),
    )


def _check_field(token: Token) -> None:
    name = token.text.lower()
    if name in FIELDS:
        return
    if said := _NAMED.get(name):
        raise QueryError(said, token.start, len(token.text) + 1)
    near = get_close_matches(name, [*FIELDS, *OPEN], n=1)
    hint = f"did you mean {near[0]}:?" if near else "put the words in quotes to look for them"
    raise QueryError(f"there is no field {token.text!r}; {hint}", token.start, len(token.text) + 1)


def _check_values(token: Token) -> None:
    if token.text.lower() in OPEN:
        raise QueryError(
            f"{token.text.lower()} wants a name before the colon", token.start, token.length
        )
    for item in token.items:
        if not item.text.strip():
            where = token.start if len(token.items) == 1 else item.start - 1
            length = token.length if len(token.items) == 1 else 1
            raise QueryError(
                f"{token.text}: wants {_WANTED.get(token.text.lower(), 'a value')} after the "
                f"{'colon' if len(token.items) == 1 else 'comma'}",
                where,
                length,
            )


def _one_of(name: str, names: tuple[_Name, ...]) -> _Name | None:
    return next((known_name for known_name in names if known_name == name), None)


def _choice(field: ChoiceField, item: Item) -> Pattern:
    text = item.text
    if field == "size":
        text = re.sub(r"(?<=[0-9])\s*[x×X]\s*(?=[0-9])", "x", text)
    text = _SPELLINGS.get(field, {}).get(text.lower(), text)
    return _pattern(text, quoted=item.quoted)


def _pattern(text: str, *, quoted: bool) -> Pattern:
    if quoted:
        return Pattern((text,))
    return Pattern(tuple(re.split(r"\*+", text)))


def _part(item: Item) -> Word | Phrase:
    return Phrase(tuple(item.text.split())) if item.quoted else read_word(item.text, item.start)


def read_word(text: str, start: int) -> Word:
    """A bare word, with or without its star."""
    stem = text.rstrip("*")
    if "*" in stem or not stem:
        raise QueryError(
            f"a star stands for the rest of a word, as in fox*, and cannot be read in {text!r}",
            start,
            len(text),
        )
    return Word(stem, prefix=stem != text)


def _span(field: NumberField, item: Item) -> Span:
    text = item.text.strip().lower()
    span = read_dates(text) if field == "date" else _numbers(field, item)
    if span is None:
        wanted = _WANTED.get(field, "a whole number such as 1024, >512 or 512..1024")
        raise QueryError(f"{field}: wants {wanted}, not {item.text!r}", item.start, item.length)
    if span.low is not None and span.high is not None and ".." in text and span.low > span.high:
        raise QueryError(
            f"{field}: the range {item.text!r} runs backwards; put the smaller end first",
            item.start,
            item.length,
        )
    return span


def _numbers(field: NumberField, item: Item) -> Span | None:
    text = item.text.strip()
    if field == "id":
        text = text.replace("#", "")
    if field != "cost" and ("$" in text or re.search(r"[0-9]\.[0-9]|(?<!\.)\.(?!\.)", text)):
        return None
    return whole_span(text, item, scale=NANO if field == "cost" else 1)


def _id(field: str, item: Item) -> int:
    digits = item.text.strip().removeprefix("#")
    span = whole_span(digits, item) if re.fullmatch(r"[0-9]+", digits) else None
    if span is None or span.low is None:
        raise QueryError(
            f"{field}: wants an asset's number such as #206, not {item.text!r}",
            item.start,
            item.length,
        )
    return int(span.low)


def _parameter(token: Token) -> Param:
    """It keeps its capitals: vendors' names have them."""
    tests = tuple(test for item in token.items for test in _param(item))
    return Param(token.text[len("param.") :], tests)


def _param(item: Item) -> list[Pattern | Span]:
    """A value of any kind: a number is also looked for as text, since some are kept so."""
    text = item.text.strip()
    pattern = _pattern(text, quoted=item.quoted)
    if item.quoted:
        return [pattern]
    span = (float_span if re.search(r"[0-9]\.[0-9]", text) else whole_span)(text, item)
    if span is None:
        return [pattern]
    return [span, pattern] if text[0] not in "<>=" else [span]


def _column(token: Token) -> Column:
    """Every reading that the values have: what the column holds is not known here."""
    wholes, reals, moments, patterns = [], [], [], []
    for item in token.items:
        text = item.text.strip()
        if not item.quoted:
            wholes.append(whole_span(text, item))
            reals.append(float_span(text, item))
            moments.append(read_dates(text.lower()))
        if item.quoted or text[0] not in "<>=":
            patterns.append(_pattern(text, quoted=item.quoted))
        elif wholes[-1] is None and moments[-1] is None:
            raise QueryError(
                f"{token.text}: wants a number or a day after {text[0]}, not {item.text!r}",
                item.start,
                item.length,
            )
    return Column(
        token.text[len("col.") :],
        tuple(filter(None, wholes)),
        tuple(filter(None, reals)),
        tuple(filter(None, moments)),
        tuple(patterns),
    )


def _sort_key(item: Item) -> tuple[SortKey, bool]:
    falls = item.text.startswith("-")
    name = Item(item.text.removeprefix("-"), item.start + falls, item.quoted)
    key = _one_of(known(name, SORT_KEYS, "sort:"), SORT_KEYS)
    assert key is not None
    return key, falls
