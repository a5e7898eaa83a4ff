from __future__ import annotations

from random import Random

import pytest

from imagelab.sandbox.colour import chroma, lightness
from imagelab.sandbox.colour_words import COLOURS
from imagelab.sandbox.palette import named_colours, palette_of
from imagelab.sandbox.prompt_words import words_of


def test_colours_are_named_in_the_order_of_the_prompt() -> None:
    words = words_of("a coral boat on a teal sea")

    assert named_colours(words) == [COLOURS["coral"], COLOURS["teal"]]


def test_plural_colours_are_colours() -> None:
    words = words_of("vivid greens and purples dancing")

    assert len(named_colours(words)) == 2


def test_two_words_can_name_one_colour() -> None:
    words = words_of("a sky blue door")

    assert named_colours(words) == [(118, 190, 236)]


def test_dark_makes_a_colour_darker() -> None:
    plain, dark = named_colours(["green", "dark", "green"])

    assert lightness(dark) < lightness(plain) - 0.1


def test_a_colour_that_is_ruled_out_is_not_named() -> None:
    assert named_colours(words_of("a hat without red, no blue, but green")) == [COLOURS["green"]]


def test_colours_told_as_the_palette_lead() -> None:
    words = words_of(
        "a brass orrery on a grey floor under a high roof of glass, teal and violet palette"
    )

    assert palette_of(words, Random(1)).named[:2] == (COLOURS["teal"], COLOURS["violet"])


def test_equal_chance_gives_an_equal_palette() -> None:
    words = words_of("a quiet morning")

    assert palette_of(words, Random(7)) == palette_of(words, Random(7))


def test_a_prompt_without_colours_names_none() -> None:
    assert palette_of(words_of("a quiet morning"), Random(7)).named == ()


def test_the_night_is_darker_above_than_the_day() -> None:
    day = palette_of(words_of("blue hills"), Random(3))
    night = palette_of(words_of("blue hills at night"), Random(3))

    assert lightness(night.high) < lightness(day.high) - 0.15


@pytest.mark.parametrize("word", sorted(COLOURS))
def test_every_colour_word_makes_a_palette_with_light_and_shadow(word: str) -> None:
    palette = palette_of([word], Random(5))

    assert lightness(palette.paper) > 0.9
    assert lightness(palette.ink) < 0.3
    assert lightness(palette.ground(1)) < lightness(palette.ground(0))


def test_a_single_colour_gets_companions_of_other_hues() -> None:
    palette = palette_of(["teal"], Random(5))

    assert len({palette.mid, palette.accent, palette.high}) == 3
    assert chroma(palette.accent) > 0.03


def test_words_are_read_without_accents_and_case() -> None:
    assert words_of("CAFÉ Crèmes") == ("cafe", "creme")
