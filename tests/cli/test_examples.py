from __future__ import annotations

import pytest

from imagelab.cli.examples import CHAINS, RUNWARE, RUNWARE_PAGE, Example

# What the page's own example requests say: the prompt's first and last words, the size and
# the settings that it sends beside them.
DOCUMENTED = (
    (
        "Luminescent Botanical",
        "A grand interior of a moonlit",
        "art realism.",
        "1536x1024",
        "opaque",
    ),
    (
        "Bioluminescent Art",
        "Transform the reference portrait",
        "graceful mood.",
        "1024x1536",
        "opaque",
    ),
    (
        "Retro-Futurist Obs",
        "A premium sticker-sheet style",
        "style markings.",
        "1024x1024",
        "transparent",
    ),
    (
        "Retro-Futurist Metro",
        "A meticulously designed retro",
        "poster aesthetic.",
        "1536x1024",
        "opaque",
    ),
)


@pytest.mark.parametrize(("example", "documented"), list(zip(RUNWARE, DOCUMENTED, strict=True)))
def test_each_example_is_the_page_s_request(example: Example, documented: tuple[str, ...]) -> None:
    title, first, last, size, background = documented

    assert example.title.startswith(title)
    assert example.prompt.startswith(first)
    assert example.prompt.endswith(last)
    assert (example.size, example.background, example.quality) == (size, background, "high")


def test_only_the_portrait_has_a_reference_and_it_is_the_page_s_own() -> None:
    images = [example.images for example in RUNWARE]

    assert images[0] == images[2] == images[3] == ()
    assert images[1] == (
        "https://assets.runware.ai/assets/inputs/2c91d5eb-995a-4a87-a20b-1270e1b1891e.jpg",
    )


def test_no_prompt_has_a_seam_from_where_its_lines_were_joined() -> None:
    prompts = [example.prompt for example in RUNWARE]

    assert [prompt for prompt in prompts if "  " in prompt or prompt != prompt.strip()] == []
    assert [len(prompt) for prompt in prompts] == [917, 763, 828, 1201]  # counted on the page


def test_the_page_is_named() -> None:
    assert RUNWARE_PAGE == "https://runware.ai/docs/models/openai-gpt-image-1-5"


def test_an_example_s_words_are_what_generate_takes() -> None:
    assert RUNWARE[2].words() == {
        "prompt": RUNWARE[2].prompt,
        "size": "1024x1024",
        "background": "transparent",
        "quality": "high",
        "images": None,
    }


def test_every_chain_edits_an_example_twice() -> None:
    assert [(len(chain.prompts), chain.example in range(len(RUNWARE))) for chain in CHAINS] == [
        (2, True),
        (2, True),
    ]
