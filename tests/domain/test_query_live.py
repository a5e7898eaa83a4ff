from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from imagelab.domain.query import Query, parse
from imagelab.domain.query_live import parse_live
from imagelab.errors import QueryError
from tests.domain.queries import QUERIES


@pytest.mark.parametrize(
    ("text", "stands_for"),
    [
        ("ca", "(ca OR ca*)"),
        ("c", "c"),
        ("red ca", "red (ca OR ca*)"),
        ("ca ", "ca "),
        ("ca*", "ca*"),
        ("-ca", "-ca"),
        ("red NOT ca", "red NOT ca"),
        ("red OR ca", "red OR (ca OR ca*)"),
        ("provider:run", "provider:run*"),
        ("tag:hero,re", "tag:hero,re*"),
        ('tag:"red fo"', 'tag:"red fo"'),
        ("prompt:ca", "prompt:ca,ca*"),
        ("rating:5", "rating:5"),
        ("status:succ", "status:succ"),
        ("is:edit", "is:edit"),
        ("", ""),
    ],
)
def test_the_last_word_may_go_on_while_it_is_typed(text: str, stands_for: str) -> None:
    assert parse_live(text).text == stands_for


def test_a_mistake_is_told_where_it_was_typed() -> None:
    with pytest.raises(QueryError, match=r"did you mean quality:\? \(at character 5\)"):
        parse_live("fox qualty:hi")


def said(read: Callable[[str], Query], text: str) -> str:
    """What is said against a text; nothing where it is read."""
    try:
        parse(read(text).text)
    except QueryError as error:
        return str(error)
    return ""


@given(QUERIES)
def test_while_typing_a_search_is_read_exactly_where_it_is_read_otherwise(text: str) -> None:
    assert said(parse_live, text) == said(parse, text)
