"""A search that is still being typed: its last word may be half of one."""

from __future__ import annotations

from typing import get_args

from imagelab.domain.query import Query, parse
from imagelab.domain.query_tokens import Token, tokens
from imagelab.domain.query_tree import TextField
from imagelab.errors import QueryError

# Fields whose values are found by their beginning as fast as whole.
_OPEN_FIELDS = ("model", "provider", "quality", "size", "format", "tag")
_TEXT_FIELDS = get_args(TextField)
_FEWEST = 2  # letters: what begins with one is a good part of everything


def parse_live(text: str) -> Query:
    """Read a search whose last word is also found by its beginning; QueryError as `parse`.

    What is left out is left out by whole words: half of one would leave out too much.

    >>> parse_live("red ca").text, parse_live("red ca ").text, parse_live("model:gp").text
    ('red (ca OR ca*)', 'red ca ', 'model:gp*')
    """
    query = parse(text)  # says where the text as it was typed is wrong
    opened = _opened(text)
    if opened == text:
        return query
    try:
        return parse(opened)
    except QueryError:  # it is too long or too deep, now that more is said
        return query


def _opened(text: str) -> str:
    *before, last = tokens(text) or [Token("or", "", 0, -1)]
    if last.end != len(text) or (before and before[-1].kind == "not"):
        return text
    if last.kind == "word" and "*" not in last.text and len(last.text) >= _FEWEST:
        return f"{text[: last.start]}({last.text} OR {last.text}*)"
    if last.kind != "field" or last.items[-1].quoted or "*" in last.items[-1].text:
        return text
    value, name = last.items[-1].text, last.text.lower()
    if name in _OPEN_FIELDS:
        return f"{text}*"
    return f"{text},{value}*" if name in _TEXT_FIELDS else text
