from __future__ import annotations

from dataclasses import replace

import pytest

from imagelab.domain.offer import Offer, check_inputs, check_prompt, images_a_call, resolve
from imagelab.domain.params import Params
from imagelab.errors import RequestError, UnsupportedParamError
from imagelab.providers.registry import offers

OFFERS = {offer.name: offer for offer in offers()}
TWO = OFFERS["openai/gpt-image-2"]
RUNWARE = OFFERS["runware/gpt-image-1.5"]


def test_words_for_shapes_become_the_offers_own_pixels() -> None:
    assert resolve(TWO, Params(size="portrait")).size == "1024x1536"


def test_what_the_vendor_may_decide_stays_unsaid() -> None:
    assert resolve(TWO, Params()) == Params()


def test_what_the_vendor_must_be_told_is_filled_in() -> None:
    assert resolve(RUNWARE, Params()).size == "1024x1024"


@pytest.mark.parametrize(
    ("offer", "params", "said"),
    [
        (TWO, Params(quality="hgih"), "quality='hgih'; it takes .*Did you mean 'high'?"),
        (TWO, Params(quality="xhigh"), "openai/gpt-image-2.5-flare, .* would take it$"),
        (TWO, Params(size="1000x1000"), "size='1000x1000'; .*multiples of 16"),
        (TWO, Params(size="512x512"), "655,360 to 8,294,400 pixels"),
        (TWO, Params(size="3072x960"), "at most 3:1"),
        (TWO, Params(style="vivid"), "it has no style; cloudflare/gpt-image-1.5 would take it$"),
        (TWO, Params(input_fidelity="high"), "openai/gpt-image-1.5, apiframe/.* would take it$"),
        (RUNWARE, Params(size="auto"), "it takes '1024x1024'.*openai/gpt-image-2"),
        (RUNWARE, Params(moderation="low"), "it has no moderation; openai/gpt-image-2"),
        (RUNWARE, Params(compression=10), "it takes '20', '99'; openai/gpt-image-2"),
        (RUNWARE, Params(size="1536x1025"), "Did you mean '1536x1024'?"),
    ],
)
def test_a_refusal_says_what_is_taken_and_who_else_would(
    offer: Offer, params: Params, said: str
) -> None:
    with pytest.raises(UnsupportedParamError, match=said):
        resolve(offer, params, OFFERS.values())


def test_a_transparent_background_sends_png_unless_told() -> None:
    see_through = Params(background="transparent")

    assert resolve(TWO, see_through).format == "png"
    assert resolve(TWO, replace(see_through, format="webp")).format == "webp"


def test_a_transparent_jpeg_is_refused() -> None:
    with pytest.raises(RequestError, match="cannot be kept as format='jpeg'; it takes 'png'"):
        resolve(TWO, Params(background="transparent", format="jpeg"))


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (None, "prompt=None is not text"),
        (7, "prompt=7 is not text"),
        (" \n", "is empty; say what the image should show"),
        ("a", "of 2 to 32,000 characters; this one has 1; openai/gpt-image-2.* would take it"),
        ("a" * 32_001, "of 2 to 32,000 characters; this one has 32,001$"),
        ("fox \ud83d", "half a character at position 5"),
    ],
)
def test_a_prompt_that_cannot_be_sent_is_refused(prompt: object, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        check_prompt(RUNWARE, prompt, OFFERS.values())


def test_more_images_than_fit_are_refused_naming_who_takes_them() -> None:
    none = replace(RUNWARE, inputs_max=0)

    with pytest.raises(RequestError, match=r"takes none of images=; 1 was given; openai/.*would"):
        check_inputs(none, 1, mask=False, others=OFFERS.values())
    with pytest.raises(RequestError, match=r"takes at most 16 of images=; 17 were given$"):
        check_inputs(TWO, 17, mask=False, others=OFFERS.values())


def test_a_mask_where_none_is_taken_names_who_takes_one() -> None:
    with pytest.raises(RequestError, match=r"takes no mask=; describe.*; openai/gpt-image-2,"):
        check_inputs(RUNWARE, 1, mask=True, others=OFFERS.values())


def test_a_mask_needs_its_image() -> None:
    with pytest.raises(RequestError, match="mask= needs the image it belongs to"):
        check_inputs(TWO, 0, mask=True)


@pytest.mark.parametrize(
    ("size", "fits"),
    [
        ("1536x864", True),
        ("2048x2048", True),
        ("3840x2160", True),
        ("1440x480", True),
        ("512x512", False),
        ("1000x1000", False),
        ("3072x960", False),
        ("4096x2048", False),
    ],
)
def test_sizes_within_the_rule_are_taken(size: str, fits: bool) -> None:  # noqa: FBT001 - a column
    assert TWO.takes("size", size) is fits


def test_every_fact_says_where_and_when_it_was_read() -> None:
    facts = [fact for offer in OFFERS.values() for fact in offer.facts]

    assert all(fact.about and fact.source and fact.read for fact in facts)
    assert all(offer.facts and offer.links for offer in OFFERS.values())


def test_previews_of_none_are_nothing_to_send() -> None:
    assert resolve(TWO, Params(previews=0)) == Params()
    assert resolve(TWO, Params(previews=3)).previews == 3


def test_previews_are_taken_only_where_there_are_some() -> None:
    with pytest.raises(UnsupportedParamError, match=r"it has no previews; openai/gpt-image-2"):
        resolve(RUNWARE, Params(previews=1), OFFERS.values())


def test_no_previews_are_nothing_that_an_offer_could_lack() -> None:
    assert resolve(RUNWARE, Params(previews=0)).previews is None


def test_with_previews_a_call_is_one_image() -> None:
    assert images_a_call(TWO, Params(previews=1)) == 1
    assert images_a_call(TWO, Params()) == images_a_call(TWO, Params(previews=0)) == 10
