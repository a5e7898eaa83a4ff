from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from imagelab.imaging.contact import contact_sheet

Png = Callable[..., bytes]


def opened(sheet: bytes | None) -> Image.Image:
    assert sheet is not None
    return Image.open(io.BytesIO(sheet))


def test_a_contact_sheet_is_one_jpeg_of_rows(png: Png) -> None:
    sheet = opened(contact_sheet([png()] * 7, columns=3, most_bytes=50_000))

    assert sheet.format == "JPEG"
    assert sheet.size == (3 * 150 - 6, 3 * 150 - 6)


def test_each_picture_lies_whole_in_its_square(png: Png) -> None:
    sheet = opened(contact_sheet([png("red", (64, 16))], columns=3, most_bytes=50_000))

    assert sheet.getpixel((72, 72)) == pytest.approx((255, 0, 0), abs=8)
    assert sheet.getpixel((72, 10)) == pytest.approx((255, 255, 255), abs=8)


def test_a_contact_sheet_stays_within_its_bytes() -> None:
    noise = io.BytesIO()
    Image.effect_noise((200, 200), 90).save(noise, "PNG")

    sheet = contact_sheet([noise.getvalue()] * 12, columns=6, most_bytes=24_000)

    assert sheet is not None
    assert len(sheet) <= 24_000


@pytest.mark.parametrize("pictures", [[], [b"no picture"]])
def test_without_a_picture_there_is_no_sheet(pictures: list[bytes]) -> None:
    assert contact_sheet(pictures, columns=6, most_bytes=24_000) is None
