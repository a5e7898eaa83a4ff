from __future__ import annotations

from datetime import UTC, datetime

from imagelab.domain.comparison import Comparison
from imagelab.domain.preference import Candidate, Preference, preferences

WHEN = datetime(2026, 11, 1, tzinfo=UTC)


def image(name: str, stars: int = 0, asked: str = "a fox") -> Candidate:
    return Candidate(name, (asked,), stars)


def compared(left: str, right: str, winner: str | None) -> Comparison:
    return Comparison("c", left, right, winner, ("quality",), "fox", WHEN)


def test_more_stars_are_preferred_to_fewer_of_the_same_prompt() -> None:
    found = preferences([image("a", 2), image("b", 5), image("c"), image("d", 1, "a dog")], [])

    assert found.pairs == (Preference("b", "a", "rating"),)


def test_equal_stars_are_no_preference() -> None:
    assert preferences([image("a", 3), image("b", 3)], []).pairs == ()


def test_a_comparison_counts_more_than_stars() -> None:
    found = preferences([image("a", 1), image("b", 5)], [compared("a", "b", "a")])

    assert found.pairs == (Preference("a", "b", "comparison", 1, ("quality",), WHEN),)


def test_comparisons_of_one_pair_are_votes_and_an_even_vote_is_a_tie() -> None:
    said = [compared("a", "b", "b"), compared("b", "a", "b"), compared("a", "c", None)]
    said += [compared("b", "c", "b"), compared("c", "b", "c")]

    found = preferences([image("a"), image("b"), image("c")], said)

    assert [(one.chosen, one.rejected, one.votes) for one in found.pairs] == [("b", "a", 2)]
    assert found.ties == 2


def test_images_of_two_prompts_are_no_pair() -> None:
    found = preferences([image("a"), image("b", asked="a dog")], [compared("a", "b", "a")])

    assert (found.pairs, found.unlike) == ((), 1)


def test_many_of_one_prompt_are_not_as_many_times_many() -> None:
    many = [image(str(number), 1 + number % 5) for number in range(1_000)]

    assert len(preferences(many, []).pairs) <= 32 * len(many)
