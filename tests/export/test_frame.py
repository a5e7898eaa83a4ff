from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from imagelab import clock
from imagelab.domain.columns import ASSET_COLUMNS, Row, Told
from imagelab.export.frame import assets_frame, table_frame

WHEN = datetime(2027, 3, 1, 12, 30, 0, 250, tzinfo=UTC)


def row(**changes: Any) -> Row:
    facts: dict[str, Any] = {
        "id": 1,
        "uuid": "u1",
        "prompt": "a fox",
        "caption": None,
        "note": None,
        "tags": ("b", "a"),
        "rating": None,
        "rejected": 0,
        "provider": "openai",
        "model": "gpt-image-2",
        "quality": "low",
        "generation": 1,
        "width": 1024,
        "height": 1536,
        "format": "png",
        "size_bytes": 10,
        "sha256": "ab",
        "cost": 133_920_001,
        "unit": "usd",
        "known": "reported",
        "seed": 2**62 + 1,
        "flagged": None,
        "created_at": clock.to_us(WHEN),
    }
    return tuple((facts | changes)[name] for name in ASSET_COLUMNS)


def frame_of(rows: Sequence[Row], **more: Any) -> pd.DataFrame:
    parts = iter([rows[:1], rows[1:]]) if rows else iter([])
    return assets_frame(Told(ASSET_COLUMNS, parts), **more)


IMPORTED = row(
    id=2,
    provider=None,
    model=None,
    generation=None,
    cost=None,
    unit=None,
    known=None,
    seed=None,
    quality=None,
)


def test_money_stays_exact_and_what_is_unknown_is_missing() -> None:
    frame = frame_of([row(), IMPORTED])

    assert frame["cost"].tolist() == [Decimal("0.133920001"), None]
    assert frame["unit"].tolist()[0] == "usd"
    assert frame["known"].isna().tolist() == [False, True]


def test_numbers_that_may_be_missing_stay_whole() -> None:
    frame = frame_of([row(rating=4), IMPORTED])

    assert frame["seed"][0] == 2**62 + 1
    assert frame["rating"].tolist() == [4, pd.NA]
    assert frame["generation"].isna().tolist() == [False, True]


def test_moments_are_aware_and_exact() -> None:
    moment = frame_of([row()])["created_at"][0]

    assert moment == WHEN
    assert str(moment.tz) == "UTC"


@pytest.mark.parametrize("rows", [[], [row()], [row(), IMPORTED]], ids=["none", "one", "mixed"])
def test_the_types_do_not_turn_on_the_rows(rows: list[Row]) -> None:
    types = frame_of(rows).dtypes.astype(str).to_dict()

    assert {types[name] for name in ("seed", "rating", "generation")} == {"Int64"}
    assert {types[name] for name in ("id", "width", "height", "size_bytes")} == {"int64"}
    assert {types[name] for name in ("prompt", "caption", "note", "uuid", "sha256")} == {"string"}
    assert {types[n] for n in ("provider", "model", "quality", "unit", "known")} == {"category"}
    assert (types["flagged"], types["rejected"], types["cost"]) == ("boolean", "bool", "object")
    assert types["created_at"].endswith(", UTC]")


def test_the_order_is_the_one_given() -> None:
    assert frame_of([IMPORTED, row()])["id"].tolist() == [2, 1]


def test_tags_are_lists_of_their_own() -> None:
    assert frame_of([row()])["tags"][0] == ["b", "a"]


def test_a_table_is_its_columns_and_rows_as_they_are() -> None:
    frame = table_frame(("a", "b"), [(Decimal("0.1"), None)])

    assert list(frame.columns) == ["a", "b"]
    assert frame["a"][0] == Decimal("0.1")
    assert table_frame(("a", "b"), []).empty


def test_a_table_keeps_large_numbers_whole_where_some_are_missing() -> None:
    frame = table_frame(("seed", "name", "share"), [(2**62 + 1, "a", 0.5), (None, None, None)])

    assert frame["seed"].tolist() == [2**62 + 1, pd.NA]
    assert [str(kind) for kind in frame.dtypes] == ["Int64", "string", "float64"]


def test_a_table_does_not_round_a_whole_number_beside_a_fraction() -> None:
    assert table_frame(("n",), [(2**62 + 1,), (0.5,)])["n"].tolist() == [2**62 + 1, 0.5]


def test_small_pictures_are_shown_and_a_hostile_prompt_is_text() -> None:
    frame = frame_of([row(prompt="<script>alert(1)</script>")], small=lambda _: (b"x", "image/png"))

    shown = frame[["thumbnail", "prompt"]]._repr_html_()  # type: ignore[operator] # pandas-stubs know it not
    assert 'src="data:image/png;base64,eA=="' in shown
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown


def test_a_small_picture_of_another_kind_is_said_in_words() -> None:
    frame = frame_of([row()], small=lambda _: (b"<svg>", 'image/svg+xml" onload="alert(1)'))

    assert "<img" not in frame[["thumbnail"]]._repr_html_()  # type: ignore[operator] # as above
