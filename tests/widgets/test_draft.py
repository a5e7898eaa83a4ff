from __future__ import annotations

import pytest

from imagelab.domain.offer import Offer
from imagelab.errors import UnknownModelError
from imagelab.providers.cloudflare_offers import OFFERS as CLOUDFLARE
from imagelab.providers.openai_offers import OFFERS as OPENAI
from imagelab.providers.runware_offers import OFFERS as RUNWARE
from imagelab.widgets.draft import Draft

OFFERS: tuple[Offer, ...] = (*OPENAI, *RUNWARE)


def draft(**traits: object) -> Draft:
    return Draft(OFFERS, **{"model": "openai/gpt-image-2", **traits})


def test_another_model_keeps_what_it_takes_and_says_what_it_leaves_out() -> None:
    written = draft(params={"size": "square", "quality": "low", "moderation": "low"})

    written.model = "runware/gpt-image-1.5"

    assert written.params == {"size": "square", "quality": "low"}
    assert written.left_out == ("moderation=low is not taken by runware/gpt-image-1.5, left out")


def test_another_model_that_takes_everything_says_nothing() -> None:
    written = draft(params={"quality": "high"})

    written.model = "openai/gpt-image-1.5"

    assert (written.params, written.left_out) == ({"quality": "high"}, "")


def test_several_that_are_left_out_are_named_together() -> None:
    written = draft(params={"size": "1536x864", "moderation": "low"})

    written.model = "runware/gpt-image-1.5"

    assert written.left_out.startswith("size=1536x864, moderation=low are not taken by")


def test_what_is_no_parameter_of_the_picture_goes_along() -> None:
    written = draft(params={"tags": ["fox"]})

    written.model = "runware/gpt-image-1.5"

    assert written.params == {"tags": ["fox"]}


def test_a_value_is_judged_as_it_will_be_read() -> None:
    written = draft(params={"format": "JPG"})

    written.model = "runware/gpt-image-1.5"

    assert written.params == {"format": "JPG"}


def test_saying_something_takes_back_what_was_left_out() -> None:
    written = draft(params={"moderation": "low"})
    written.model = "runware/gpt-image-1.5"

    written.say("quality", "low")

    assert (written.params, written.left_out) == ({"quality": "low"}, "")


def test_none_leaves_a_parameter_to_the_vendor() -> None:
    written = draft(params={"quality": "low"})

    written.say("quality", None)

    assert written.given == {"model": "openai/gpt-image-2", "n": 1}


def test_only_what_was_said_is_kept() -> None:
    assert draft(params={"quality": None, "size": "square"}).params == {"size": "square"}


def test_a_model_goes_by_its_native_id_too() -> None:
    assert draft(model="runware/openai:4@1").model == "runware/gpt-image-1.5"


def test_what_stands_before_a_slash_names_the_provider() -> None:
    offers = (*OPENAI, *CLOUDFLARE)

    named = [
        Draft(offers, model=f"{start}openai/gpt-image-2").model for start in ("", "cloudflare/")
    ]

    assert named == ["openai/gpt-image-2", "cloudflare/gpt-image-2"]


@pytest.mark.parametrize(
    ("word", "why"), [("gpt-image-9", "is no offer"), ("gpt-image-1.5", "is several offers")]
)
def test_a_model_that_is_not_one_is_refused_and_nothing_changes(word: str, why: str) -> None:
    written = draft()

    with pytest.raises(UnknownModelError, match=f"model='{word}' {why}; there are 'openai/"):
        written.model = word

    assert written.model == "openai/gpt-image-2"
