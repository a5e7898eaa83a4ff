from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.query import parse
from imagelab.domain.query_fields import FIELDS
from imagelab.domain.query_hints import MOST, Suggestions, suggestions

TYPED = st.text(alphabet='ab :,"()-|*rqtsi.<>#0\\é😀\x00\ud800', max_size=30)
PIECES = st.lists(
    st.sampled_from(["fox ", "-", "OR ", "(", ")", "tag:", "is:", "sort:", '"', "re", ",", "qua"])
)
TAGS = ("red fox", "red", "a,b", "(c)", "star*", 'say "hi"', "bidi\u202e", "", "日本")


def values(field: str, prefix: str) -> Sequence[str]:
    there = {"tag": TAGS, "quality": ("high", "low"), "model": ("gpt-image-1", "gpt-image-1.5")}
    return [value for value in there.get(field, ()) if value.startswith(prefix)]


def hinted(text: str, at: int | None = None) -> list[str]:
    found = suggestions(text, len(text) if at is None else at, values)
    return [choice.insert for choice in found.choices]


def applied(text: str, found: Suggestions, insert: str) -> str:
    return text[: found.start] + insert + text[found.end :]


def test_the_beginning_of_a_field_becomes_the_field_with_what_it_takes() -> None:
    (choice,) = suggestions("qua", 3, values).choices

    assert (choice.insert, choice.label) == ("quality:", "quality:")
    assert "medium" in choice.hint


def test_every_field_is_offered_by_its_first_letter() -> None:
    offered = {name for field in FIELDS for name in hinted(field[0])}

    assert offered == {f"{field}:" for field in FIELDS} | {"param.", "col."}


def test_every_field_has_values_to_offer_but_for_free_text_and_numbers_of_assets() -> None:
    def known(field: str, prefix: str) -> Sequence[str]:
        return ["1024"] if field in ("width", "height") else values(field, prefix) or ["known"]

    silent = {f for f in FIELDS if not suggestions(f"{f}:", len(f) + 1, known).choices}

    assert silent == {"prompt", "caption", "note", "seed", "id", "from", "like", "stack"}


def test_a_parameter_is_offered_by_its_name() -> None:
    def known(field: str, _: str) -> Sequence[str]:
        return ["steps", "bad name"] if field == "param." else []

    assert [c.insert for c in suggestions("param.st", 8, known).choices] == ["param.steps:"]


@pytest.mark.parametrize("text", ["", "fox", "fox ", "fox qua ", '"qua', "OR", "7", "qua*"])
def test_a_plain_word_gets_nothing(text: str) -> None:
    assert suggestions(text, len(text), values) == Suggestions(len(text), len(text))


def test_a_field_follows_a_minus_and_a_bracket() -> None:
    assert hinted("-qua") == hinted("(qua") == hinted("fox OR qua") == ["quality:"]


def test_capitals_are_no_matter() -> None:
    assert hinted("QUA") == ["quality:"]
    assert hinted("IS:Rej") == ["rejected"]


def test_a_field_being_corrected_is_replaced_with_its_colon() -> None:
    found = suggestions("fox qua:high", 7, values)

    assert applied("fox qua:high", found, found.choices[0].insert) == "fox quality:high"


def test_a_cursor_inside_a_word_that_is_no_field_gets_nothing() -> None:
    assert hinted("fox", 2) == []


def test_flags_are_offered_without_those_that_are_told() -> None:
    assert hinted("is:r") == ["root", "rejected"]
    assert hinted("is:root,r") == ["rejected"]
    assert len(hinted("is:")) == MOST


def test_sort_keys_come_in_both_directions() -> None:
    assert hinted("sort:")[:2] == ["-date", "date"]
    assert hinted("sort:-c") == ["-cost"]
    assert hinted("sort:-cost,r") == ["rating"]


@pytest.mark.parametrize("text", ["-so", "(so", "-sort:d", "(fox sort:d"])
def test_sort_is_not_offered_where_it_cannot_stand(text: str) -> None:
    assert hinted(text) == []


def test_values_of_the_catalog_come_first_and_usual_ones_after() -> None:
    assert hinted("quality:") == ["high", "low"]
    assert hinted("status:p") == ["partial"]
    assert hinted("size:") == ["square", "portrait", "landscape"]


def test_a_value_that_is_told_in_full_is_not_offered_again() -> None:
    assert hinted("model:gpt-image-1") == ["gpt-image-1.5"]
    assert hinted("quality:high") == []


def test_values_with_spaces_or_signs_are_put_in_quotes() -> None:
    assert hinted("tag:red") == ['"red fox"']
    assert hinted("tag:a") == ['"a,b"']
    assert hinted("tag:(") == []


def test_a_value_in_open_quotes_is_replaced_with_its_quotes() -> None:
    found = suggestions('fox tag:"red f', 14, values)

    assert applied('fox tag:"red f', found, found.choices[0].insert) == 'fox tag:"red fox"'


def test_a_value_around_the_cursor_is_replaced_as_a_whole() -> None:
    found = suggestions('fox tag:"red fix" hen', 14, values)

    assert applied('fox tag:"red fix" hen', found, '"red fox"') == 'fox tag:"red fox" hen'


def test_closed_quotes_are_finished() -> None:
    assert hinted('tag:"red"') == []


def test_values_that_cannot_be_written_or_seen_are_left_out() -> None:
    assert hinted("tag:say") == hinted("tag:bidi") == []


def test_texts_and_numbers_have_no_values_to_offer() -> None:
    assert [hinted(f"{field}:") for field in ("prompt", "seed", "from", "param.x")] == [[]] * 4


@pytest.mark.parametrize("at", [-5, 99])
def test_a_cursor_outside_of_the_text_stands_at_its_end(at: int) -> None:
    found = suggestions("qua", at, values)

    assert 0 <= found.start <= found.end <= 3


def test_a_text_that_is_too_long_gets_nothing() -> None:
    assert hinted("fox " * 5_000 + "qua") == []


@settings(deadline=None)
@given(TYPED | PIECES.map("".join), st.integers(0, 40))
def test_no_text_makes_it_fail_and_each_choice_fits_around_the_cursor(text: str, at: int) -> None:
    found = suggestions(text, at, values)

    assert len(found.choices) <= MOST
    assert 0 <= found.start <= min(at, len(text)) <= found.end <= len(text)


@settings(deadline=None)
@given(
    st.sampled_from(["", "fox ", "-hen ", "(a OR b) ", '"red hen" ', "fox OR "]),
    st.sampled_from(["", "-"]),
    st.sampled_from(
        ["is:", "tag:", "size:", "status:", "quality:", "date:", "rating:", "tag:red,"]
    ),
    st.text(alphabet="abcdefghrst<>=7", max_size=2),
)
def test_a_value_that_is_taken_makes_a_search(
    before: str, sign: str, field: str, typed: str
) -> None:
    text = before + sign + field + typed

    for choice in (found := suggestions(text, len(text), values)).choices:
        parse(applied(text, found, choice.insert))


@pytest.mark.parametrize("choice", hinted("sort:"))
def test_a_sort_key_that_is_taken_makes_a_search(choice: str) -> None:
    assert parse(f"fox sort:{choice}").sort
