from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest

import imagelab as il
from imagelab.lab.stills import gallery_still
from imagelab.widgets.still import Still


def left_by(lab: il.Lab, query: str = "") -> Still | None:
    numbers = lab.search(query).ids
    return gallery_still(lab._shelf, query, numbers, len(numbers))


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    il.options.static_preview = "pictures"


def test_a_gallery_leaves_its_pictures(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low", n=3)

    still = left_by(lab)

    assert still is not None
    assert len(re.findall(r'<img src="data:image/jpeg', still.html)) == 3
    assert still.jpeg is not None
    assert still.jpeg.startswith(b"\xff\xd8")
    assert still.line == "imagelab gallery · 3 assets"


def test_what_is_left_stays_under_100_kb(lab: il.Lab) -> None:
    lab.generate("A city of a thousand windows", quality="low", n=14)

    still = left_by(lab)

    assert still is not None
    assert still.jpeg is not None
    assert len(still.html) + len(base64.b64encode(still.jpeg)) < 100_000


def test_prompts_and_prices_are_left_out_unless_wanted(lab: il.Lab) -> None:
    lab.generate("A secret project", quality="low")

    few, (il.options.static_preview) = left_by(lab), "all"
    much = left_by(lab)

    assert few is not None
    assert much is not None
    assert "$0.0" not in few.html
    assert "$0.0" in much.html


def test_nothing_is_left_where_nothing_is_wanted(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low")

    il.options.static_preview = False

    assert left_by(lab) is None


def test_a_hostile_query_is_text(lab: il.Lab) -> None:
    still = left_by(lab, '"<img src=x onerror=alert(1)>"')

    assert still is not None
    assert "<img src=x" not in still.html
    assert "&lt;img src=x" in still.html
