from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from imagelab.domain.money import Cost
from imagelab.domain.records import AssetRow
from imagelab.export.frame import assets_frame, table_frame

WHEN = datetime(2027, 3, 1, 12, 30, 0, 250, tzinfo=UTC)


def row(**changes: Any) -> AssetRow:
    facts: dict[str, Any] = {
        "id": 1,
        "uuid": "u1",
        "kind": "made",
        "sha256": "ab",
        "format": "png",
        "width": 1024,
        "height": 1536,
        "size_bytes": 10,
        "prompt": "a fox",
        "caption": None,
        "note": None,
        "params": {"quality": "low"},
        "provider": "openai",
        "model": "gpt-image-2",
        "generation": 1,
        "position": 0,
        "cost": Cost(Decimal("0.133920001")),
        "seed": 2**62 + 1,
        "flagged": None,
        "reported": {},
        "rating": None,
        "rejected": False,
        "damaged": None,
        "tags": ("b", "a"),
        "created_at": WHEN,
    }
    return AssetRow(**facts | changes)


IMPORTED = row(
    id=2,
    kind="imported",
    provider=None,
    model=None,
    generation=None,
    cost=None,
    seed=None,
    params={},
)


def test_money_stays_exact_and_what_is_unknown_is_missing() -> None:
    frame = assets_frame([row(), IMPORTED])

    assert frame["cost"].tolist() == [Decimal("0.133920001"), None]
    assert frame["unit"].tolist()[0] == "usd"
    assert frame["known"].isna().tolist() == [False, True]


def test_numbers_that_may_be_missing_stay_whole() -> None:
    frame = assets_frame([row(rating=4), IMPORTED])

    assert frame["seed"][0] == 2**62 + 1
    assert frame["rating"].tolist() == [4, pd.NA]
    assert frame["generation"].isna().tolist() == [False, True]


def test_moments_are_aware_and_exact() -> None:
    moment = assets_frame([row()])["created_at"][0]

    assert moment == WHEN
    assert str(moment.tz) == "UTC"


@pytest.mark.parametrize("rows", [[], [row()], [row(), IMPORTED]], ids=["none", "one", "mixed"])
def test_the_types_do_not_turn_on_the_rows(rows: list[AssetRow]) -> None:
    types = assets_frame(rows).dtypes.astype(str).to_dict()

    assert {types[name] for name in ("seed", "rating", "generation")} == {"Int64"}
    assert {types[name] for name in ("id", "width", "height", "size_bytes")} == {"int64"}
    assert {types[name] for name in ("prompt", "caption", "note", "uuid", "sha256")} == {"string"}
    assert {types[n] for n in ("provider", "model", "quality", "unit", "known")} == {"category"}
    assert (types["flagged"], types["rejected"], types["cost"]) == ("boolean", "bool", "object")
    assert types["created_at"].endswith(", UTC]")


def test_the_order_is_the_one_given() -> None:
    assert assets_frame([IMPORTED, row()])["id"].tolist() == [2, 1]


def test_tags_are_lists_of_their_own() -> None:
    assert assets_frame([row()])["tags"][0] == ["b", "a"]


def test_a_table_is_its_columns_and_rows_as_they_are() -> None:
    frame = table_frame(("a", "b"), [(Decimal("0.1"), None)])

    assert list(frame.columns) == ["a", "b"]
    assert frame["a"][0] == Decimal("0.1")
    assert table_frame(("a", "b"), []).empty
