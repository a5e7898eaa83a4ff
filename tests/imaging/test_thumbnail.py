"""Thumbnails are small, keep the shape, and keep what can be seen through."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from imagelab.imaging.decode import decode
from imagelab.imaging.sniff import Header, sniff
from imagelab.imaging.thumbnail import LONGEST_PIXELS, has_transparency, thumbnail

CLEAR, SOLID = (200, 40, 40, 0), (200, 40, 40, 255)


def with_a_hole(mode: str) -> Image.Image:
    """Red, 640×480, clear in its left half."""
    image = Image.new("RGBA", (640, 480), SOLID)
    image.paste(CLEAR, (0, 0, 320, 480))
    return image.convert(mode)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1024, 1024), (320, 320)),
        ((1536, 1024), (320, 213)),
        ((1024, 1792), (183, 320)),
        ((3840, 2160), (320, 180)),
        ((321, 321), (320, 320)),
    ],
)
def test_the_long_side_becomes_320(size: tuple[int, int], expected: tuple[int, int]) -> None:
    small = thumbnail(Image.new("RGB", size))

    assert sniff(small) == Header("jpeg", *expected)


def test_a_small_image_is_not_enlarged() -> None:
    assert sniff(thumbnail(Image.new("RGB", (20, 10)))) == Header("jpeg", 20, 10)


@given(width=st.integers(1, 5_000), height=st.integers(1, 20))
@settings(deadline=None, max_examples=60)
def test_strips_of_any_shape_have_one(width: int, height: int) -> None:
    header = sniff(thumbnail(Image.new("L", (width, height))))

    assert header.width == min(width, LONGEST_PIXELS)
    assert 1 <= header.height <= height


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "I;16"])
def test_opaque_modes_become_jpeg(mode: str) -> None:
    image = Image.linear_gradient("L").resize((400, 400)).convert(mode)

    assert sniff(thumbnail(image)) == Header("jpeg", 320, 320)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "RGBa"])
def test_see_through_modes_become_webp_that_is_see_through_in_the_same_place(mode: str) -> None:
    small = thumbnail(with_a_hole(mode))

    alpha = decode(small).getchannel("A")
    assert sniff(small) == Header("webp", 320, 240)
    assert (alpha.getpixel((20, 120)), alpha.getpixel((300, 120))) == (0, 255)


def test_an_alpha_channel_that_hides_nothing_is_a_jpeg() -> None:
    assert sniff(thumbnail(Image.new("RGBA", (640, 480), SOLID))).format == "jpeg"


def test_hidden_colours_do_not_bleed_over_the_edge_of_what_is_seen() -> None:
    image = Image.new("RGBA", (640, 640), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (321, 0, 640, 640))

    edge = decode(thumbnail(image)).crop((158, 0, 164, 320)).convert("RGBa")

    assert max(edge.getchannel("G").tobytes()) < 40


def test_a_colour_of_the_palette_can_be_see_through() -> None:
    image = Image.new("P", (64, 64))
    image.paste(1, (0, 0, 32, 32))
    image.info["transparency"] = 1

    assert sniff(thumbnail(image)).format == "webp"


def test_a_see_through_palette_colour_that_is_not_used_is_not_transparency() -> None:
    image = Image.new("P", (64, 64))
    image.info["transparency"] = 1

    assert not has_transparency(image)


def test_one_pixel_of_254_is_transparency() -> None:
    image = Image.new("RGBA", (64, 64), SOLID)
    image.putpixel((63, 63), (0, 0, 0, 254))

    assert has_transparency(image)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_metadata_stays_out_and_the_image_is_not_touched(mode: str) -> None:
    image = Image.new(mode, (64, 64))
    image.info = {"comment": b"private", "icc_profile": b"private", "exif": b"Exif\0\0private"}

    small = thumbnail(image)

    assert b"private" not in small
    assert sorted(image.info) == ["comment", "exif", "icc_profile"]


def test_the_same_image_has_the_same_thumbnail() -> None:
    image = Image.radial_gradient("L").resize((900, 700)).convert("RGB")

    assert thumbnail(image) == thumbnail(image.copy())


def test_colours_come_through() -> None:
    image = Image.new("RGB", (900, 600), (30, 120, 210))

    red, green, blue = Image.open(io.BytesIO(thumbnail(image))).resize((1, 1)).split()

    found = [band.getpixel((0, 0)) for band in (red, green, blue)]
    assert found == [pytest.approx(30, abs=3), pytest.approx(120, abs=3), pytest.approx(210, abs=3)]
