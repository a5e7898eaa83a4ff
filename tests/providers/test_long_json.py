from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.providers.long_json import LONG_BYTES, MARK, loads

LONG = "iVBORw0KGgo+/=" * (LONG_BYTES // 14 + 1)
SHORT = st.none() | st.integers(-(10**9), 10**9) | st.text(max_size=8) | st.sampled_from('"\\\n')
LEAVES = SHORT | st.sampled_from([LONG, f"{LONG}\n", f'"{LONG}', f"é{LONG}", f"{LONG}\\"])
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LEAVES.map(str), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=30)
@given(DOCUMENTS, st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_any_document_reads_as_without_setting_texts_aside(
    document: Any, escaped: object, coding: str
) -> None:
    body = json.dumps(document, ensure_ascii=bool(escaped)).encode(coding, "surrogatepass")

    assert loads(body, Decimal) == json.loads(body)


@pytest.mark.parametrize(
    "said",
    [
        f'{{"a": "{LONG}"5}}',
        f'{{"a": 5"{LONG}"}}',
        f'{{"a": -"{LONG}"}}',
        f'{{"a": "{LONG}',
        f'"{LONG}" "{LONG}"',
        f"{LONG}",
    ],
    ids=["a digit after", "a digit before", "a sign", "no end", "two documents", "no quotes"],
)
def test_what_is_no_json_stays_none(said: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Extra data|Unterminated"):
        loads(said.encode(), Decimal)


def test_a_fraction_that_looks_like_a_stand_in_is_a_fraction() -> None:
    mark = f"0{MARK.decode()}"
    document = loads(f'{{"image": "{LONG}", "cost": {mark}, "tax": 0.5}}'.encode(), str)

    assert document == {"image": LONG, "cost": mark, "tax": "0.5"}
