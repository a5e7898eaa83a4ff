"""A picture is like itself however it is encoded, and unlike another."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageDraw

from imagelab.imaging.likeness import distance, likeness

INTEGERS = st.integers(-(2**63), 2**63 - 1)


def picture(seed: int, side: int = 512) -> Image.Image:
    """Ellipses of all sizes and colours, another set with each seed."""
    dice = Random(seed)
    image = Image.new("RGB", (side, side), colour(dice))
    draw = ImageDraw.Draw(image)
    for _ in range(20):
        left, top = dice.randrange(side), dice.randrange(side)
        right, bottom = left + dice.randrange(side // 2), top + dice.randrange(side // 2)
        draw.ellipse((left, top, right, bottom), fill=colour(dice))
    return image


def colour(dice: Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)


def encoded_anew(image: Image.Image, kind: str, **how: object) -> Image.Image:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return Image.open(file)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("side", [256, 200, 333, 1024])
def test_jpeg_70_of_another_size_is_the_same_picture(seed: int, side: int) -> None:
    image = picture(seed)
    again = encoded_anew(image.resize((side, side)), "JPEG", quality=70)

    assert distance(likeness(image), likeness(again)) <= 6


@pytest.mark.parametrize("seed", range(12))
def test_webp_60_is_the_same_picture(seed: int) -> None:
    image = picture(seed)

    assert distance(likeness(image), likeness(encoded_anew(image, "WEBP", quality=60))) <= 6


def test_forty_different_pictures_differ_pairwise_by_more_than_12() -> None:
    hashes = [likeness(picture(seed, side=256)) for seed in range(40)]

    assert min(distance(one, other) for one, other in combinations(hashes, 2)) > 12


def test_a_mirrored_picture_is_another() -> None:
    image = picture(1)
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    assert distance(likeness(image), likeness(mirrored)) > 12


@pytest.mark.parametrize("name", ["white", "black", "#808080", "#7f7f7f", "#c03020"])
def test_a_plain_colour_stays_the_same_through_an_encoder(name: str) -> None:
    image = Image.new("RGB", (512, 512), name)
    again = encoded_anew(image.resize((256, 256)), "JPEG", quality=50)

    assert likeness(image) == likeness(again)


def test_white_and_black_are_told_apart() -> None:
    assert likeness(Image.new("RGB", (64, 64), "white")) != likeness(Image.new("RGB", (64, 64)))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK"])
def test_the_mode_does_not_matter(mode: str) -> None:
    image = picture(3)

    assert distance(likeness(image), likeness(image.convert(mode))) <= 6


def test_what_is_see_through_is_middle_grey_whatever_colour_it_hides() -> None:
    mask = Image.new("L", (512, 512), 255)
    mask.paste(0, (0, 0, 256, 512))
    over_red, over_grey = picture(5), picture(5)
    over_red.paste((255, 0, 0), (0, 0, 256, 512))
    over_grey.paste((128, 128, 128), (0, 0, 256, 512))
    over_red.putalpha(mask)

    assert distance(likeness(over_red), likeness(over_grey)) <= 2


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (31, 33), (129, 127)])
def test_images_of_any_shape_have_one(size: tuple[int, int]) -> None:
    assert -(2**63) <= likeness(Image.new("RGB", size, "white")) < 2**63


def test_sqlite_keeps_it() -> None:
    white = likeness(Image.new("RGB", (64, 64), "white"))

    with closing(sqlite3.connect(":memory:")) as catalog:
        (kept,) = catalog.execute("SELECT ?", (white,)).fetchone()

    assert kept == white < 0


@given(INTEGERS, INTEGERS, INTEGERS)
@settings(deadline=None)
def test_distance_is_a_metric_of_64_bits(a: int, b: int, c: int) -> None:
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a) <= 64
    assert distance(a, c) <= distance(a, b) + distance(b, c)
