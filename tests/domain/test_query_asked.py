from __future__ import annotations

import re

import pytest

from imagelab.domain.query_asked import asks_of_requests, parse_asked
from imagelab.errors import QueryError


@pytest.mark.parametrize(
    ("query", "sentence", "place"),
    [
        ("fox rating:5", "generations are not found by rating:", 4),
        ("from:#2", "generations are not found by from:", 0),
        ("fox -caption:red", "generations are not found by caption:", 5),
        ("is:failed,rejected", "generations are not found by is:rejected", 10),
        ("fox sort:-cost", "generations come newest first and take no sort:", 4),
    ],
)
def test_what_only_a_picture_has_is_refused_with_what_is_understood(
    query: str, sentence: str, place: int
) -> None:
    with pytest.raises(
        QueryError, match=f"^{re.escape(sentence)}; lab.generations understands words, .*status:"
    ) as caught:
        parse_asked(query)
    assert caught.value.position == place


@pytest.mark.parametrize("query", ["is:faild", "fox status:faild"])
def test_what_is_misspelt_is_met_with_what_was_meant(query: str) -> None:
    with pytest.raises(QueryError, match="did you mean 'failed'"):
        parse_asked(query)


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("status:failed", True),
        ("fox is:failed", True),
        ("fox", False),
        ("status:failed rating:5", False),
        ("status:failed (", False),
    ],
)
def test_a_search_asks_of_requests_where_it_names_how_they_ended(query: str, asks: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert asks_of_requests(query) is asks
