from __future__ import annotations

import pytest

from imagelab.errors import RequestError
from imagelab.providers.extra import merge_extra

OWNED = {"size": "size", "settings.quality": "quality", "stream": ""}


def test_dictionaries_are_merged_into_dictionaries() -> None:
    document = {"size": "1x1", "settings": {"quality": "low"}}

    merged = merge_extra(document, {"settings": {"style": "ink"}, "ttl": 60}, OWNED)

    assert merged == {"size": "1x1", "settings": {"quality": "low", "style": "ink"}, "ttl": 60}


def test_the_document_itself_is_left_as_it_was() -> None:
    document = {"settings": {"quality": "low"}}

    merge_extra(document, {"settings": {"style": "ink"}}, OWNED)

    assert document == {"settings": {"quality": "low"}}


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"size": "2x2"}, r"extra=\{'size': …\} is not passed on; use size= for it"),
        ({"settings": {"quality": "high"}}, "settings.quality.*use quality= for it"),
        ({"settings.quality": "high"}, "use quality= for it"),
        ({"settings": "high"}, "would replace fields; give a dict there"),
        ({"stream": True}, "imagelab sets it itself"),
        ({"seed": object()}, "cannot be written as JSON"),
        ({"seed": float("nan")}, "cannot be written as JSON"),
    ],
)
def test_what_may_not_be_passed_on_is_refused(extra: dict[str, object], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        merge_extra({}, extra, OWNED)
