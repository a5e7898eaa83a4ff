from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from imagelab.domain.query import parse
from imagelab.domain.query_chips import chips, term_of, toggled
from imagelab.errors import QueryError
from tests.domain.queries import QUERIES


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("fox", ["fox"]),
        ('fox  AND "red koi" -tag:snow', ["fox", '"red koi"', "-tag:snow"]),
        ("NOT (fox OR koi) sort:-date", ["NOT (fox OR koi)", "sort:-date"]),
        ("fox OR koi rating:5", ["fox OR koi rating:5"]),
        ("fox | koi sort:id", ["fox | koi", "sort:id"]),
        ("fox sort:id OR koi", ["fox sort:id OR koi"]),
        ("tag:a,b (x (y))", ["tag:a,b", "(x (y))"]),
        ("fox (koi", ["fox", "(koi"]),
        ("fox -", ["fox", "-"]),
    ],
)
def test_the_terms_of_a_search_are_what_must_all_hold(text: str, terms: list[str]) -> None:
    assert [chip.text for chip in chips(text)] == terms


def test_a_term_knows_its_field_and_whether_it_is_negated() -> None:
    told = [(chip.field, chip.negated) for chip in chips("fox -Tag:snow sort:date")]

    assert told == [(None, False), ("tag", True), ("sort", False)]


@pytest.mark.parametrize(
    ("text", "term", "after"),
    [
        ("", "tag:hero", ("tag:hero", False)),
        ("fox", "tag:hero", ("fox tag:hero", False)),
        ("fox TAG:Hero koi", "tag:hero", ("fox koi", True)),
        ("fox OR koi sort:date", "tag:hero", ("(fox OR koi) sort:date tag:hero", False)),
    ],
)
def test_a_term_is_added_or_taken_away(text: str, term: str, after: tuple[str, bool]) -> None:
    assert toggled(text, term) == after


def test_a_value_that_no_search_can_say_has_no_term() -> None:
    assert term_of("tag", "red fox") == 'tag:"red fox"'
    assert term_of("tag", "a\u202eb") is None
    assert term_of("tag", "") is None


@given(QUERIES)
def test_what_is_left_without_a_term_or_with_one_more_can_be_read(text: str) -> None:
    try:
        parse(text)
    except QueryError:
        return
    for chip in chips(text):
        parse(chip.without)
    parse(toggled(text, "tag:hero")[0])


@given(st.text(max_size=40))
def test_any_text_has_terms_or_is_refused_as_a_search(text: str) -> None:
    try:
        found = chips(text)
    except QueryError:
        return
    assert all(text[chip.start : chip.end] == chip.text for chip in found)
