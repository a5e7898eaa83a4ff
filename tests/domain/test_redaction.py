from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from imagelab.domain.redaction import cut_fields, fit_to_keep, redacted

SECRET = st.text("abcdefghijk0123456789-_=&%.", min_size=8)


@given(SECRET, st.sampled_from(["https://a.example/p?{}", "s3://{}@b/k", "http://a.example#{}"]))
def test_what_opens_an_address_is_gone_wherever_it_stands(secret: str, form: str) -> None:
    address = form.format(secret)

    assert secret not in redacted(f"it says {address}, then stops")
    assert secret not in repr(fit_to_keep({"deep": [{"url": address}]}))
    assert cut_fields(fit_to_keep({"deep": [{"url": address}]})) == ("deep.url",)


@pytest.mark.parametrize(
    "value",
    ["", "a fox? yes", "https://a.example/b.png", "what is https://a.example?x=1", 7, None, ["a"]],
)
def test_anything_else_is_kept_as_it_is(value: Any) -> None:
    assert fit_to_keep(value) == value
    assert cut_fields(value) == ()


@given(st.text())
def test_what_is_redacted_once_stays_so(text: str) -> None:
    assert fit_to_keep(fit_to_keep(text)) == fit_to_keep(text)
