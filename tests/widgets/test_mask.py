from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import traitlets

from imagelab.catalog.answer import Answer
from imagelab.errors import RequestError
from imagelab.imaging.mask import Mask
from imagelab.widgets.mask import MaskPainter

CORNER = Mask.rect(0, 0, 2, 1, of=(4, 2))


@pytest.fixture
def painter() -> Iterator[MaskPainter]:
    def answer(_: str, __: Mapping[str, Any]) -> Answer:
        return Answer({})

    made = MaskPainter(7, 4, 2, answer=answer, act=lambda _, __: {})
    yield made
    made.close()


def test_before_anything_is_painted_nothing_changes(painter: MaskPainter) -> None:
    assert painter.mask == Mask(4, 2, bytes(8))
    assert repr(painter) == "MaskPainter(#7, 0.0 % painted)"


def test_what_the_page_paints_is_the_mask(painter: MaskPainter) -> None:
    painter.set_state({"runs": [0, 2, 6]})

    assert painter.mask == CORNER


@pytest.mark.parametrize("mask", [CORNER, ~CORNER, Mask.rect(3, 1, 1, 1, of=(4, 2))])
def test_a_mask_set_in_python_is_read_back_exactly(painter: MaskPainter, mask: Mask) -> None:
    painter.mask = mask

    assert painter.mask == mask


def test_a_mask_of_another_size_is_refused(painter: MaskPainter) -> None:
    with pytest.raises(RequestError, match="the mask is 9×2 and its image 4×2; a mask has exactly"):
        painter.mask = Mask.rect(0, 0, 1, 1, of=(9, 2))


@pytest.mark.parametrize("runs", [[3], [4, 5], [9, -1], [10**12]])
def test_what_does_not_cover_the_image_is_not_taken(painter: MaskPainter, runs: list[int]) -> None:
    with pytest.raises(traitlets.TraitError, match="runs= does not cover the 8 pixels"):
        painter.runs = runs

    assert painter.mask.share == 0
