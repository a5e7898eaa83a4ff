from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings, strategies as st

from imagelab import clock
from imagelab.domain.query import Query, parse
from imagelab.domain.query_tree import (
    And,
    Choice,
    Everything,
    From,
    Inside,
    Is,
    Like,
    Not,
    Number,
    Or,
    Param,
    Pattern,
    Phrase,
    Span,
    Word,
)
from imagelab.errors import QueryError

FOX, KOI, NEON = Word("fox"), Word("koi"), Word("neon")
SIGNS = ["fox", " ", ":", "(", ")", '"', "-", "|", "<", ">=", ".", "..", "=", "*", "#", "$", ","]
SAID = ["OR ", "NOT ", "AND ", "7d", "2026-11", "1", "99", "edit", "é", "\ud800", "\0", "٣", "日本"]
NAMES = ["cost:", "date:", "param.x:", "is:", "sort:", "rating:", "from:", "prompt:", "tag:"]
PIECES = st.sampled_from([*SIGNS, *SAID, *NAMES])


def local(*day: int) -> int:
    year, month, number = day
    return clock.to_us(datetime(year, month, number).astimezone())


def test_no_text_asks_for_everything() -> None:
    assert parse("  ") == Query("  ", Everything())


def test_words_beside_each_other_must_all_be_found() -> None:
    assert parse("fox koi").tree == And((FOX, KOI))


def test_a_spoken_and_changes_nothing() -> None:
    assert parse("fox AND koi").tree == parse("fox koi").tree


@pytest.mark.parametrize("text", ["fox OR koi", "fox | koi", "fox|koi"])
def test_or_is_written_in_two_ways(text: str) -> None:
    assert parse(text).tree == Or((FOX, KOI))


def test_or_binds_weaker_than_words_beside_each_other() -> None:
    assert parse("fox koi OR neon").tree == Or((And((FOX, KOI)), NEON))


def test_brackets_bind_first() -> None:
    assert parse("(koi OR neon) fox").tree == And((Or((KOI, NEON)), FOX))


@pytest.mark.parametrize("text", ["-fox", "NOT fox", "-(fox)"])
def test_not_is_written_in_two_ways(text: str) -> None:
    assert parse(text).tree == Not(FOX)


def test_a_minus_inside_a_word_belongs_to_it() -> None:
    assert parse("a-b").tree == Word("a-b")


def test_quotes_make_a_phrase_and_keep_signs() -> None:
    assert parse('"red OR -fox"').tree == Phrase(("red", "OR", "-fox"))


def test_a_star_leaves_the_end_of_a_word_open() -> None:
    assert parse("painti*").tree == Word("painti", prefix=True)


def test_commas_mean_any_of() -> None:
    expected = Choice("provider", (Pattern(("runware",)), Pattern(("oxen",))))

    assert parse("Provider:runware,oxen").tree == expected


def test_a_star_in_a_value_stands_for_anything_unless_quoted() -> None:
    assert parse("model:*1.5").tree == Choice("model", (Pattern(("", "1.5")),))
    assert parse('tag:"a*b",c').tree == Choice("tag", (Pattern(("a*b",)), Pattern(("c",))))


def test_sizes_and_formats_are_brought_to_one_spelling() -> None:
    assert parse("size:1024×1536").tree == Choice("size", (Pattern(("1024x1536",)),))
    assert parse("format:JPG").tree == Choice("format", (Pattern(("jpeg",)),))


def test_text_fields_take_words_prefixes_and_phrases() -> None:
    expected = Inside("prompt", (Word("pain", prefix=True), Phrase(("red", "fox"))))

    assert parse('prompt:pain*,"red fox"').tree == expected


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("cost:<$0.05", Span(None, 49_999_999)),
        ("cost:<=0.05", Span(None, 50_000_000)),
        ("cost:>0.05", Span(50_000_001, None)),
        ("cost:0.01..0.05", Span(10_000_000, 50_000_000)),
        ("cost:0.05", Span(50_000_000, 50_000_000)),
        ("cost:<0.0000000005", Span(None, 0)),
        ("rating:>=4", Span(4, None)),
        ("width:512..", Span(512, None)),
        ("seed:-5", Span(-5, -5)),
        ("id:#206", Span(206, 206)),
    ],
)
def test_numbers_become_spans_of_whole_units(text: str, span: Span) -> None:
    tree = parse(text).tree

    assert isinstance(tree, Number)
    assert tree.spans == (span,)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("date:2026-11-01", Span(local(2026, 11, 1), local(2026, 11, 2) - 1)),
        ("date:2026-11", Span(local(2026, 11, 1), local(2026, 12, 1) - 1)),
        ("date:2026", Span(local(2026, 1, 1), local(2027, 1, 1) - 1)),
        ("date:>2026-11-01", Span(local(2026, 11, 2), None)),
        ("date:<2026-11-01", Span(None, local(2026, 11, 1) - 1)),
        ("date:2026-11-01..2026-11-15", Span(local(2026, 11, 1), local(2026, 11, 16) - 1)),
    ],
)
def test_dates_become_local_days(text: str, span: Span) -> None:
    assert parse(text).tree == Number("date", (span,))


def test_relative_dates_begin_at_a_midnight_that_many_days_back() -> None:
    today = parse("date:today").tree
    week = parse("date:7d").tree

    assert isinstance(today, Number)
    assert isinstance(week, Number)
    assert week == parse("date:1w").tree
    assert week.spans[0].high is None
    assert today.spans[0].low is not None
    assert today.spans[0].low <= clock.now_us() <= (today.spans[0].high or 0)


def test_flags_families_and_likeness_are_read() -> None:
    expected = And((Is(("edit", "root")), From((206,)), Like((7,))))

    assert parse("is:edit,root from:#206 like:7").tree == expected


def test_a_number_of_a_parameter_is_looked_for_as_number_and_as_text() -> None:
    assert parse("param.CFGScale:7.5").tree == Param(
        "CFGScale", (Span(7.5, 7.5), Pattern(("7.5",)))
    )


def test_sorting_is_taken_out_of_the_search() -> None:
    query = parse("fox sort:-cost,rating koi")

    assert query.tree == And((FOX, KOI))
    assert query.sort == (("cost", True), ("rating", False))


def test_a_search_can_be_sorted_from_outside() -> None:
    assert parse("fox sort:date").sorted_by("-cost").sort == (("cost", True),)


def test_sorting_from_outside_refuses_what_it_does_not_know() -> None:
    with pytest.raises(QueryError, match="sort: does not know 'prise'; it takes date, cost"):
        parse("fox").sorted_by("-prise")


@pytest.mark.parametrize(
    ("text", "message", "position", "length"),
    [
        ("fox qualty:high", r"no field 'qualty'; did you mean quality:\?", 4, 7),
        ("a:b:c", "no field 'a'; put the words in quotes", 0, 2),
        ("cost:cheap", "cost: wants an amount in dollars .*, not 'cheap'", 5, 5),
        ("rating:2.5", "rating: wants stars", 7, 3),
        ("width:$5", "width: wants a whole number", 6, 2),
        ("cost:nan", "cost: wants an amount", 5, 3),
        ("seed:9223372036854775808", "too large; a number here has at most 63 bits", 5, 19),
        ("cost:5..1", "runs backwards; put the smaller end first", 5, 4),
        ("date:2026-13", "date: wants days such as 7d", 5, 7),
        ("date:2026-11-15..2026-11-01", "runs backwards", 5, 22),
        ("is:nice", "is: does not know 'nice'; it takes edit, root", 3, 4),
        ("is:rejectd", r"did you mean 'rejected'\?", 3, 7),
        ("sort:-cst", r"sort: does not know 'cst'.*did you mean 'cost'\?", 6, 3),
        ("from:abc", "from: wants an asset's number such as #206", 5, 3),
        ("tag:", "tag: wants a value after the colon", 0, 4),
        ("tag:a,", "tag: wants a value after the comma", 5, 1),
        ("param:x", "param: wants the parameter's name", 0, 6),
        ("fox (koi", "this bracket is not closed", 4, 1),
        ("fox )", "nothing opened this bracket", 4, 1),
        ("()", "these brackets are empty", 0, 1),
        ('fox "koi', "this quotation does not end", 4, 4),
        ('tag:"koi', "this quotation does not end", 4, 4),
        ('""', "these quotes are empty", 0, 2),
        ("-", "nothing follows this -", 0, 1),
        ("fox - koi", "a minus stands right before its word", 4, 1),
        ("fox NOT", "nothing follows this NOT", 4, 3),
        ("fox OR", "OR wants something to look for on both sides", 4, 2),
        ("| fox", "wants something to look for on both sides", 0, 1),
        ("AND fox", "AND wants something to look for on both sides", 0, 3),
        ("f*x", "a star stands for the rest of a word", 0, 3),
        ("-sort:date", "sort: cannot be negated", 1, 9),
        ("(fox sort:date)", "sort: orders the whole search", 5, 9),
    ],
)
def test_errors_say_what_is_wrong_and_where(
    text: str, message: str, position: int, length: int
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse(text)

    assert (caught.value.position, caught.value.length) == (position, length)


def test_too_much_is_refused_before_it_costs_anything() -> None:
    with pytest.raises(QueryError, match="at most 10000 characters"):
        parse("x" * 10_001)
    with pytest.raises(QueryError, match="at most 512 words"):
        parse("x " * 600)
    with pytest.raises(QueryError, match="at most 24 deep"):
        parse("(" * 300 + "x")


@settings(deadline=None, max_examples=400)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
def test_any_text_is_a_search_or_an_error_with_a_place(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017 - either outcome is right
        assert error.length >= 1  # noqa: PT017 - as above
    else:
        assert query == parse(query.text)
