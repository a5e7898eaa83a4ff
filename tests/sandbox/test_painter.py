from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageChops

from imagelab.imaging.likeness import distance, likeness
from imagelab.sandbox.painter import paint
from tests.sandbox.pictures import difference, difference_hash, share_near

LEAST_DISTANCE = 8  # of 64 bits
LEAST_SHARE = 0.05  # of the pixels

Colour = tuple[int, int, int]

TEAL, AMBER, VIOLET, CORAL = (0, 128, 128), (255, 180, 31), (135, 69, 214), (255, 119, 88)
RED, BLUE, GREEN, PINK = (214, 45, 45), (47, 104, 216), (55, 163, 74), (245, 139, 176)
ORANGE, PURPLE, TURQUOISE, GOLD = (245, 135, 31), (132, 54, 176), (48, 207, 192), (218, 165, 32)

# The prompt, the seed, and the colours it names.
UNKNOWN = [
    ("a ferry crossing a teal bay under a coral sky", 11, (TEAL, CORAL)),
    ("violet heather on windy hills", 12, (VIOLET,)),
    ("an amber market hall, early", 13, (AMBER,)),
    ("green tea terraces after the storm", 14, (GREEN,)),
    ("a red kite caught in a pine forest", 15, (RED,)),
    ("a blue tram waiting at its last stop, snow", 16, (BLUE,)),
    ("pink peonies in rain", 17, (PINK,)),
    ("an orange cat asleep", 18, (ORANGE,)),
    ("purple dusk over a small harbour", 19, (PURPLE,)),
    ("the slow movement of a cello concerto in turquoise", 20, (TURQUOISE,)),
    ("a gold ring nebula", 21, (GOLD,)),
    ("portrait of a violinist in coral and teal", 22, (CORAL, TEAL)),
    ("a red deer on a green slope", 23, (RED, GREEN)),
    ("isometric bakery, pink and turquoise", 24, (PINK, TURQUOISE)),
    ("pears and a violet jug on a linen cloth", 25, (VIOLET,)),
    ("an owl above a blue valley, moonlit", 26, (BLUE,)),
    ("art deco poster of a swimmer, amber and teal", 27, (AMBER, TEAL)),
    ("ink drawing of a bridge, orange", 28, (ORANGE,)),
    ("a reading corner with green chairs", 29, (GREEN,)),
    ("watercolor dunes in gold and purple", 30, (GOLD, PURPLE)),
]


ODD_TEXTS = {
    "nothing": "",
    "blanks": "  \n",
    "emoji": "🦊🦊",
    "control characters": "\x00\x07",
    "a lone surrogate": "\ud800 fox",
    "the longest prompt": "teal " * 6400,
    "Japanese": "日本の庭",
}


@pytest.fixture(scope="module")
def unknown_pictures() -> dict[str, Image.Image]:
    return {prompt: paint(prompt, seed, 256, 256) for prompt, seed, _ in UNKNOWN}


@pytest.mark.parametrize(
    "hashed", [difference_hash, likeness], ids=["by what gets brighter", "as the catalog sees it"]
)
def test_twenty_unknown_prompts_differ_pairwise_to_the_eye(
    unknown_pictures: dict[str, Image.Image], hashed: Callable[[Image.Image], int]
) -> None:
    hashes = [hashed(picture) for picture in unknown_pictures.values()]

    assert len(hashes) == 20
    assert min(distance(a, b) for a, b in combinations(hashes, 2)) >= LEAST_DISTANCE


@pytest.mark.parametrize(
    ("prompt", "colours"), [pytest.param(p, colours, id=p) for p, _, colours in UNKNOWN]
)
def test_an_unknown_prompt_carries_the_colours_it_names(
    unknown_pictures: dict[str, Image.Image], prompt: str, colours: tuple[Colour, ...]
) -> None:
    picture = unknown_pictures[prompt]

    assert min(share_near(picture, colour) for colour in colours) >= LEAST_SHARE


@pytest.mark.parametrize(
    "prompt", ["a {} kite above a quiet harbour", "a cello concerto in {}", "a {} jug on a cloth"]
)
def test_a_colour_is_strongest_in_the_picture_that_names_it(prompt: str) -> None:
    named = {"red": RED, "blue": BLUE, "green": GREEN, "violet": VIOLET, "amber": AMBER}

    pictures = {name: paint(prompt.format(name), 31, 128, 128) for name in named}

    strongest = {
        name: max(pictures, key=lambda other: share_near(pictures[other], named[name]))
        for name in named
    }
    assert strongest == {name: name for name in named}


def test_equal_arguments_give_equal_pixels() -> None:
    first = paint("a fox in the rain", 5, 320, 200)
    second = paint("a fox in the rain", 5, 320, 200)

    assert first.tobytes() == second.tobytes()


def test_pixels_do_not_depend_on_the_process() -> None:
    program = (
        "import hashlib; from imagelab.sandbox.painter import paint;"
        "print(hashlib.sha256(paint('a fox at night', 5, 96, 64).tobytes()).hexdigest())"
    )

    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]

    assert runs[0] == runs[1]
    assert len(runs[0].strip()) == 64


@pytest.mark.parametrize(
    "prompt", ["mountains", "a fox", "city at night", "flowers", "a cello suite", "a mug"]
)
def test_another_seed_is_another_layout(prompt: str) -> None:
    hashes = [difference_hash(paint(prompt, seed, 192, 192)) for seed in range(4)]

    assert min(distance(a, b) for a, b in combinations(hashes, 2)) >= 3


@pytest.mark.parametrize(
    "size", [(64, 64), (64, 2160), (1536, 1024), (333, 777), (3840, 2160)], ids=str
)
def test_every_size_is_obeyed(size: tuple[int, int]) -> None:
    picture = paint("a lake, violet", 3, *size)

    assert picture.size == size
    assert picture.mode == "RGB"


@pytest.mark.parametrize("prompt", ["a fox", "a sticker sheet of tools", "misty hills", "hm"])
def test_a_transparent_picture_has_a_clear_ground_and_a_solid_subject(prompt: str) -> None:
    picture = paint(prompt, 2, 256, 256, transparent=True)

    levels = picture.getchannel("A").histogram()
    assert picture.mode == "RGBA"
    assert levels[0] > 0.12 * 256 * 256
    assert levels[255] > 0.08 * 256 * 256
    assert picture.getpixel((1, 1))[3] == 0  # type: ignore[index] # four bands, so a tuple


def test_a_transparent_edit_of_an_opaque_input_has_a_clear_ground() -> None:
    base = paint("hills", 1, 128, 128)

    edited = paint("add a fox", 2, 128, 128, transparent=True, inputs=[base])

    assert edited.getchannel("A").getextrema() == (0, 255)


@settings(deadline=None, max_examples=25)
@given(prompt=st.text(st.characters(exclude_categories=[])), seed=st.integers())
def test_any_text_is_painted(prompt: str, seed: int) -> None:
    assert paint(prompt, seed, 64, 64).size == (64, 64)


@pytest.mark.parametrize("prompt", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_is_painted_on_clear_ground_too(prompt: str) -> None:
    assert paint(prompt, 1, 96, 64, transparent=True).mode == "RGBA"


def test_an_edit_keeps_its_input_in_sight() -> None:
    base = paint("mountains, coral and teal", 1, 256, 256)
    other = paint("a city at night", 1, 256, 256)

    edited = paint("warm violet light", 2, 256, 256, inputs=[base])

    assert 0 < difference(base, edited) < difference(other, edited)
    assert distance(difference_hash(base), difference_hash(edited)) <= 16


def test_two_edits_deep_the_first_picture_is_still_there() -> None:
    base = paint("a sailing boat, blue", 4, 256, 256)

    first = paint("golden light", 5, 256, 256, inputs=[base])
    second = paint("add stars", 6, 256, 256, inputs=[first])

    assert distance(difference_hash(base), difference_hash(second)) <= 20


def test_an_edit_adds_what_its_prompt_names() -> None:
    base = Image.new("RGB", (256, 256), (200, 205, 210))

    edited = paint("add a fox", 3, 256, 256, inputs=[base])

    assert share_near(edited, (226, 112, 48)) > 0.01


def test_further_inputs_lie_on_the_picture_as_cards() -> None:
    base, other = Image.new("RGB", (256, 256), "white"), Image.new("RGB", (80, 40), (255, 0, 0))

    one = paint("combine", 3, 256, 256, inputs=[base])
    two = paint("combine", 3, 256, 256, inputs=[base, other])

    assert share_near(two, (255, 0, 0)) > share_near(one, (255, 0, 0)) + 0.02


def test_outside_the_mask_nothing_changes_but_the_label() -> None:
    base = paint("hills", 1, 256, 256)
    mask = Image.new("RGBA", (64, 64), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (16, 8, 48, 32))

    edited = paint("a red ball", 2, 256, 256, inputs=[base], mask=mask)

    changed = ImageChops.difference(base, edited).crop((0, 0, 256, 224)).getbbox()
    assert changed == (64, 32, 192, 128)


def test_a_mask_without_clear_parts_changes_nothing_but_the_label() -> None:
    base = paint("hills", 1, 256, 256)

    edited = paint("a red ball", 2, 256, 256, inputs=[base], mask=Image.new("L", (9, 9)))

    assert ImageChops.difference(base, edited).crop((0, 0, 256, 224)).getbbox() is None


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16", "LA"])
def test_an_input_of_any_mode_is_taken(mode: str) -> None:
    assert paint("teal", 1, 80, 120, inputs=[Image.new(mode, (3, 40))]).mode == "RGB"


def test_the_label_is_at_the_lower_left() -> None:
    base = Image.new("RGB", (1024, 1024), "white")

    edited = paint("a", 1, 1024, 1024, inputs=[base], mask=Image.new("L", (4, 4)))

    left, top, right, bottom = ImageChops.difference(base, edited).getbbox() or (0, 0, 0, 0)
    assert left < 40
    assert 900 < top < bottom <= 1024
    assert right < 512
