from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from imagelab.sandbox.png import png


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (64, 1), (1, 64), (320, 200)])
def test_every_pixel_is_read_back(mode: str, size: tuple[int, int]) -> None:
    noise = random.Random(7).randbytes(size[0] * size[1] * len(mode))
    image = Image.frombytes(mode, size, noise)

    back = Image.open(io.BytesIO(png(image)))

    assert (back.format, back.mode, back.size) == ("PNG", mode, size)
    assert back.tobytes() == noise
