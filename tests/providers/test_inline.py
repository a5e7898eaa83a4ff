from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.providers import inline
from imagelab.providers.inline import image_bytes


@given(st.binary(min_size=1, max_size=200))
@settings(deadline=None)
def test_any_bytes_come_back_from_base64(data: bytes) -> None:
    coded = base64.b64encode(data).decode()

    assert image_bytes(coded) == data
    assert image_bytes(f"data:image/png;base64,{coded}") == data
    assert image_bytes(base64.encodebytes(data).decode()) == data


@pytest.mark.parametrize("extra", [True, False], ids=["as installed", "without the extra"])
def test_a_sign_too_many_at_the_end_costs_no_image(
    monkeypatch: pytest.MonkeyPatch, *, extra: bool
) -> None:
    if not extra:
        monkeypatch.setattr(inline, "quick", None)

    assert image_bytes("aGkh=") == b"hi!"


@pytest.mark.parametrize(
    "coded", ["", "aGk", "aGk=aGk=", "a?k=", "é", "data:image/png,aGk=", "data:"]
)
def test_what_is_not_strictly_base64_is_none(coded: str) -> None:
    assert image_bytes(coded) is None
