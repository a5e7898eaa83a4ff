"""A search of generations: what of the search language speaks of a request, not of a picture."""

from __future__ import annotations

from typing import get_args

from imagelab.domain.query import Query, parse
from imagelab.domain.query_fields import known
from imagelab.domain.query_tokens import Item, Token, tokens
from imagelab.domain.records import Status
from imagelab.errors import QueryError

FIELDS = (
    *("status", "provider", "model", "quality", "size", "format", "tag", "prompt"),
    *("cost", "n", "date", "id"),
)
FLAGS = ("failed",)
UNDERSTOOD = (
    'lab.generations understands words, "phrases", pre*, -not, OR, brackets, '
    f"{', '.join(f'{name}:' for name in FIELDS)}, param.name: and is:failed"
)


def parse_asked(text: str) -> Query:
    """Read a search of generations; QueryError as `parse`, and for what only a picture has.

    >>> parse_asked("rating:5")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    imagelab.errors.QueryError: generations are not found by rating:; lab.generations understands words, ...
    """
    query = parse(text)
    for token in tokens(text):
        if token.kind == "field":
            _check(token)
    return query


def asks_of_requests(text: str) -> bool:
    """Whether a search wants requests by how they ended, of which some brought no picture.

    >>> asks_of_requests("fox status:failed"), asks_of_requests("fox rating:5 is:failed")
    (True, False)
    """
    try:
        parse_asked(text)
    except QueryError:
        return False
    return any(
        token.kind == "field" and token.text.lower() in ("status", "is") for token in tokens(text)
    )


def _check(token: Token) -> None:
    name = token.text.lower()
    if name == "sort":
        problem = "generations come newest first and take no sort:"
        raise _refused(problem, token.start, len(name) + 1)
    if name == "is":
        for item in token.items:
            _check_flag(item)
    elif name == "status":
        for item in token.items:
            if "*" not in item.text:
                known(item, get_args(Status), "status:")
    elif name not in FIELDS and not name.startswith("param."):
        raise _refused(f"generations are not found by {name}:", token.start, len(name) + 1)


def _check_flag(item: Item) -> None:
    if item.text.lower() not in FLAGS:
        problem = f"generations are not found by is:{item.text.lower()}"
        raise _refused(problem, item.start, item.length)


def _refused(problem: str, start: int, length: int) -> QueryError:
    return QueryError(f"{problem}; {UNDERSTOOD}", start, length)
