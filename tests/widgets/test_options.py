from __future__ import annotations

import pytest

import imagelab as il
from imagelab.widgets.options import Options


def test_views_leave_pictures_unless_told() -> None:
    assert il.options.static_preview == "pictures"


@pytest.mark.parametrize("wanted", [False, "pictures", "all"])
def test_a_preview_that_there_is_can_be_chosen(wanted: object) -> None:
    options = Options()

    options.static_preview = wanted  # type: ignore[assignment] # any of the three

    assert options.static_preview == wanted


@pytest.mark.parametrize("wanted", [True, 0, "none", None])
def test_a_preview_that_there_is_not_is_refused(wanted: object) -> None:
    with pytest.raises(il.errors.RequestError, match="is not one of 'False', 'pictures', 'all'"):
        Options().static_preview = wanted  # type: ignore[assignment] # that is the test
