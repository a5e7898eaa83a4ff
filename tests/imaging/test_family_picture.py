from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from PIL import Image

from imagelab.domain.family_layout import Layout
from imagelab.imaging.family_picture import family_picture


def column(count: int) -> Layout:
    """So many members under each other, of seven digits each."""
    numbers = range(7_654_321, 7_654_321 + count)
    rows = {number: float(place) for place, number in enumerate(numbers)}
    return Layout(dict.fromkeys(numbers, 0), rows, 1, count)


def drawn(layout: Layout, thumbnails: Mapping[int, bytes] = {}, most_bytes: int = 36_000) -> bytes:
    picture = family_picture(layout, thumbnails, [], focus=0, most_bytes=most_bytes)
    assert picture is not None
    return picture


def thumbnail(mode: str, colour: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (64, 64), colour).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("count", [1, 60])
def test_a_number_of_seven_digits_is_not_cut_at_the_edge(count: int) -> None:
    picture = Image.open(io.BytesIO(drawn(column(count)))).convert("L")

    edge = picture.crop((picture.width - 4, 0, picture.width, picture.height))
    assert min(edge.tobytes()) > 240


def test_members_are_smaller_the_more_there_are_and_all_fit() -> None:
    few, many = (Image.open(io.BytesIO(drawn(column(count)))) for count in (2, 60))

    assert many.height / 60 < few.height / 2
    assert len(drawn(column(60))) <= 36_000


def test_what_is_seen_through_has_the_ground_behind_it() -> None:
    layout = column(1)
    [number] = layout.columns

    clear, full = (
        Image.open(io.BytesIO(drawn(layout, {number: thumbnail("RGBA", colour)}))).getpixel(
            (50, 50)
        )
        for colour in ("#ff000000", "#ff0000ff")
    )

    assert isinstance(clear, tuple)
    assert isinstance(full, tuple)
    assert min(clear) > 200
    assert full[0] > 200
    assert full[1] < 60


def test_a_family_too_large_for_its_bytes_is_not_drawn() -> None:
    assert family_picture(column(60), {}, [], focus=0, most_bytes=900) is None
