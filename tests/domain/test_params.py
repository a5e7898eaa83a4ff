from __future__ import annotations

from typing import Any

import pytest

from imagelab.domain.params import Params, pixels, read_params
from imagelab.errors import RequestError


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"size": " Portrait "}, Params(size="portrait")),
        ({"size": "1536 × 1024"}, Params(size="1536x1024")),
        ({"size": "01536x1024"}, Params(size="1536x1024")),
        ({"format": "JPG"}, Params(format="jpeg")),
        ({"quality": "High", "style": None}, Params(quality="high")),
        ({"compression": 0}, Params(compression=0)),
    ],
)
def test_spellings_are_brought_to_ours(given: dict[str, Any], read: Params) -> None:
    assert read_params(**given) == read


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"size": "big"}, "size='big' is not a size; it takes 'square'.* pixels such as"),
        ({"size": "1024"}, "size='1024' is not a size"),
        ({"size": (1024, 1024)}, r"size=\(1024, 1024\) is not a size; .* such as '1536x1024'"),
        ({"quality": 3}, "quality=3 is not a word"),
        ({"format": ""}, "format='' is not a word; leave it out for the vendor's default"),
        ({"compression": 101}, "compression=101 is not a whole number from 0 to 100"),
        ({"compression": True}, "compression=True is not a whole number"),
        ({"compression": "90"}, "compression='90' is not a whole number"),
        ({"compression": 0.9}, "compression=0.9 is not a whole number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_value(given: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        read_params(**given)


def test_only_what_was_said_is_given() -> None:
    assert Params(quality="low", compression=0).given() == {"quality": "low", "compression": 0}


def test_pixels_are_width_then_height() -> None:
    assert pixels("1536x864") == (1536, 864)


def test_previews_are_a_small_whole_number() -> None:
    assert read_params(previews=2).previews == 2
    with pytest.raises(RequestError, match=r"previews=4 is not a whole number from 0 to 3"):
        read_params(previews=4)
