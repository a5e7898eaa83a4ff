from __future__ import annotations

import ipywidgets
import pytest

from imagelab.domain.offer import Offer
from imagelab.providers.openai_offers import OFFERS as OPENAI
from imagelab.providers.runware_offers import OFFERS as RUNWARE
from imagelab.widgets.controls import Choice, Compression, Size, Words, control

GPT_2, FLARE = OPENAI[0], OPENAI[1]


def quality(offer: Offer = GPT_2) -> Choice:
    made = control(offer, "quality")
    assert isinstance(made, Choice)
    return made


def size(offer: Offer = GPT_2) -> Size:
    return Size(offer)


def test_up_to_four_choices_stand_side_by_side_with_the_vendors_first() -> None:
    made = quality()

    assert isinstance(made.control, ipywidgets.ToggleButtons)
    assert [label for label, _ in made.control.options] == ["auto", "low", "medium", "high"]


def test_more_choices_are_a_list() -> None:
    assert isinstance(quality(FLARE).control, ipywidgets.Dropdown)


def test_where_the_offer_has_no_auto_the_first_choice_is_the_default() -> None:
    made = control(GPT_2, "format")
    assert isinstance(made, Choice)

    assert [label for label, _ in made.control.options] == ["default", "png", "jpeg", "webp"]


def test_choosing_says_it_and_the_first_choice_takes_it_back() -> None:
    made = quality()

    made.control.index = 2
    chosen = made.said
    made.control.index = 0

    assert (chosen, made.said) == ("medium", None)


def test_what_is_said_is_chosen() -> None:
    made = quality()

    made.said = "high"

    assert made.control.label == "high"


def test_auto_that_was_said_stays_said() -> None:
    made = quality()

    made.said = "auto"

    assert (made.control.index, made.said) == (0, "auto")


def test_a_value_that_is_no_choice_leaves_all_open_and_stays_said() -> None:
    made = quality()

    made.said = "ultra"

    assert (made.control.index, made.said) == (None, "ultra")


def test_notes_on_choices_change_no_choice() -> None:
    made = quality()
    made.said = "medium"

    made.annotate({"medium": "$0.034", "high": "$0.133"})

    assert made.control.label == "medium\n$0.034"
    assert made.said == "medium"


def test_a_shape_tells_its_pixels() -> None:
    made = size()

    made.control.index = 3

    assert made.said == "landscape"
    assert made.control.label == "landscape\n1536×1024"


@pytest.mark.parametrize("said", ["1536x1024", "1536 × 1024"])
def test_the_pixels_of_a_shape_are_shown_as_that_shape(said: str) -> None:
    made = size()

    made.said = said

    assert (made.control.value, made.parts["pixels"].value) == ("landscape", "")


def test_other_pixels_have_a_field_of_their_own() -> None:
    made = size()

    made.parts["pixels"].value = "1536x864"

    assert (made.said, made.control.index) == ("1536x864", None)


def test_a_shape_empties_the_field_of_pixels() -> None:
    made = size()
    made.parts["pixels"].value = "1536x864"

    made.control.index = 1

    assert (made.said, made.parts["pixels"].value) == ("square", "")


def test_an_offer_with_a_list_of_sizes_has_no_field_of_pixels() -> None:
    assert [*size(RUNWARE[0]).parts] == ["size"]


def test_compression_is_said_once_it_is_wanted() -> None:
    made = Compression((20, 99))

    made.parts["compressed"].value = True
    wanted = made.said
    made.parts["compression"].value = 40

    assert (wanted, made.said) == (99, 40)


def test_compression_that_is_not_wanted_is_left_to_the_vendor() -> None:
    made = Compression((20, 99))
    made.said = 40

    made.parts["compressed"].value = False

    assert made.said is None


def test_previews_are_none_until_they_are_chosen() -> None:
    made = control(GPT_2, "previews")
    assert isinstance(made, Choice)
    labels = [label for label, _ in made.control.options]

    made.control.index = 2
    chosen = made.said
    made.control.index = 0

    assert labels == ["none", "1", "2", "3"]
    assert (chosen, made.said) == (2, None)


@pytest.mark.parametrize(("said", "label"), [(3, "3"), (0, "none"), (None, "none"), (7, None)])
def test_previews_that_were_said_are_chosen(said: int | None, label: str | None) -> None:
    made = control(GPT_2, "previews")
    assert isinstance(made, Choice)

    made.said = said

    assert made.control.label == label


def test_words_are_only_text() -> None:
    words = Words("<img src=x onerror=alert(1)>", tone="bad")

    assert "<img" not in words.value
    assert "&lt;img" in words.value
