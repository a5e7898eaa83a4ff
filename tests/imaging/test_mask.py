from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from imagelab.errors import InputImageError
from imagelab.imaging.decode import decode
from imagelab.imaging.mask import Mask, white_where_clear
from tests.sandbox.pictures import masked_png

CORNER = Mask.rect(0, 0, 2, 1, of=(4, 2))


def clear_where(mask: Mask) -> list[int]:
    alpha = decode(mask.png()).convert("RGBA").getchannel("A").tobytes()
    return [255 - value for value in alpha]


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_a_rectangle_changes_its_own_pixels_and_no_other() -> None:
    assert list(CORNER.pixels) == [255, 255, 0, 0, 0, 0, 0, 0]
    assert CORNER.share == 0.25
    assert repr(CORNER) == "Mask(4×2, 25.0 % changes)"


def test_a_rectangle_takes_its_size_from_an_image_and_is_cut_to_it() -> None:
    mask = Mask.rect(-3, 1, 5, 9, of=Image.new("RGB", (4, 2)))

    assert list(mask.pixels) == [0, 0, 0, 0, 255, 255, 0, 0]


def test_a_rectangle_outside_its_image_is_refused() -> None:
    with pytest.raises(InputImageError, match="the rectangle 2×2 at 9, 0 has no pixel of an"):
        Mask.rect(9, 0, 2, 2, of=(4, 2))


def test_a_png_of_it_is_clear_exactly_where_it_changes() -> None:
    assert clear_where(CORNER) == list(CORNER.pixels)


def test_what_takes_white_gets_white_exactly_there() -> None:
    assert decode(white_where_clear(CORNER.png())).tobytes() == CORNER.pixels


@pytest.mark.parametrize("kind", [bool, np.uint8])
def test_an_array_changes_where_it_is_not_zero(kind: type) -> None:
    mask = Mask.array(np.array([[1, 1, 0, 0], [0, 0, 0, 0]], dtype=kind))

    assert mask == CORNER


def test_an_array_with_channels_is_refused() -> None:
    with pytest.raises(InputImageError, match=r"without channels; Mask\.alpha and Mask\.white"):
        Mask.array(np.zeros((2, 4, 3), dtype=np.uint8))


def test_an_image_that_is_clear_somewhere_changes_there() -> None:
    assert Mask.alpha(CORNER.png()) == CORNER


def test_an_image_that_is_clear_nowhere_is_refused() -> None:
    with pytest.raises(InputImageError, match="the mask has no clear pixel; where its alpha is 0"):
        Mask.alpha(Image.new("RGB", (4, 2)))


def test_an_image_that_is_white_somewhere_changes_there() -> None:
    assert Mask.white(encoded(CORNER.image)) == CORNER


def test_masks_are_joined_cut_and_turned_round() -> None:
    left, right = Mask.rect(0, 0, 3, 2, of=(4, 2)), Mask.rect(2, 0, 2, 2, of=(4, 2))

    assert (left | right).share == 1
    assert left & right == Mask.rect(2, 0, 1, 2, of=(4, 2))
    assert ~left == Mask.rect(3, 0, 1, 2, of=(4, 2))


def test_masks_of_two_sizes_do_not_go_together() -> None:
    with pytest.raises(InputImageError, match="a mask of 4×3 does not go with one of 4×2"):
        _ = CORNER | Mask.rect(0, 0, 1, 1, of=(4, 3))


def test_a_mask_cannot_be_altered_and_equal_ones_are_equal() -> None:
    with pytest.raises(AttributeError, match="cannot assign to field"):
        CORNER.width = 5  # type: ignore[misc] # that is the test

    assert len({CORNER, Mask.rect(0, 0, 2, 1, of=(4, 2))}) == 1


def test_too_few_pixels_are_no_mask() -> None:
    with pytest.raises(InputImageError, match="a mask of 4×2 has one byte a pixel; 7 were given"):
        Mask(4, 2, bytes(7))


@pytest.mark.parametrize(("place", "level"), [((2, 2), 255), ((12, 2), 0)])
def test_what_was_clear_is_white_and_all_else_black(place: tuple[int, int], level: int) -> None:
    mask = decode(white_where_clear(masked_png((16, 8), (0, 0, 8, 8))))

    assert (mask.mode, mask.size) == ("L", (16, 8))
    assert mask.getpixel(place) == level


def test_the_same_mask_gives_the_same_bytes() -> None:
    mask = masked_png((16, 8), (0, 0, 8, 8))

    assert white_where_clear(mask) == white_where_clear(mask)
