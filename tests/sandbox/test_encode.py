from __future__ import annotations

import io

import pytest
from PIL import Image

from imagelab.sandbox.encode import Commission, Format, decoded, encoded, rendered


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_a_picture_has_the_format_and_size_that_were_asked(form: Format) -> None:
    data = rendered(Commission("a fox in snow", 1, 320, 192, form))

    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == (form.upper(), (320, 192))


def test_equal_commissions_give_equal_bytes() -> None:
    commission = Commission("a fox in snow", 1, 256, 256, "png")

    assert rendered(commission) == rendered(commission)


@pytest.mark.parametrize("form", ["png", "webp"])
def test_transparency_reaches_the_file(form: Format) -> None:
    data = rendered(Commission("a sticker of a fox", 1, 256, 256, form, transparent=True))

    alpha = decoded(data).convert("RGBA").getchannel("A")
    assert alpha.getextrema()[0] == 0


def test_jpeg_puts_white_where_nothing_was() -> None:
    data = encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "jpeg")

    assert decoded(data).getpixel((4, 4)) == (255, 255, 255)


def test_lower_quality_makes_a_smaller_file() -> None:
    fine = Commission("a fox in snow", 1, 256, 256, "jpeg", compression=95)
    coarse = Commission("a fox in snow", 1, 256, 256, "jpeg", compression=20)

    assert len(rendered(coarse)) < len(rendered(fine))


def test_a_gif_is_not_read() -> None:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "GIF")

    with pytest.raises(OSError, match="cannot identify image file"):
        decoded(file.getvalue())
