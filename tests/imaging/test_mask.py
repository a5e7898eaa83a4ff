from __future__ import annotations

import pytest

from imagelab.imaging.decode import decode
from imagelab.imaging.mask import white_where_clear
from tests.sandbox.pictures import masked_png


@pytest.mark.parametrize(("place", "level"), [((2, 2), 255), ((12, 2), 0)])
def test_what_was_clear_is_white_and_all_else_black(place: tuple[int, int], level: int) -> None:
    mask = decode(white_where_clear(masked_png((16, 8), (0, 0, 8, 8))))

    assert (mask.mode, mask.size) == ("L", (16, 8))
    assert mask.getpixel(place) == level


def test_the_same_mask_gives_the_same_bytes() -> None:
    mask = masked_png((16, 8), (0, 0, 8, 8))

    assert white_where_clear(mask) == white_where_clear(mask)
