"""What other libraries make of assets as they are: they take the Arrow stream, never the file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import imagelab as il
from imagelab.errors import RequestError

duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[il.Assets]:
    folder: Path = tmp_path_factory.mktemp("lab")
    with il.open(folder / "a.db", sandbox=True) as lab:
        first = lab.generate("A fox", quality="low", size="square", n=2)[0]
        first.rate(5).tag("hero", "den")
        lab.annotate(pd.DataFrame({"uuid": [first.uuid], "score": [0.5]}))
        yield lab.search("fox", sort="id")


def test_polars_takes_the_assets_as_they_are(assets: il.Assets) -> None:
    frame = polars.DataFrame(assets)

    assert frame["tags"].to_list() == [["den", "hero"], []]
    assert frame["rating"].to_list() == [5, None]
    assert frame["score"].to_list() == [0.5, None]
    assert frame["created_at"].to_list() == [asset.created_at for asset in assets]


def test_duckdb_adds_exact_money_up(assets: il.Assets) -> None:
    [(count, spent)] = duckdb.sql("SELECT count(*), sum(cost) FROM assets").fetchall()

    assert (count, spent) == (2, assets.cost.usd)
    assert isinstance(spent, Decimal)


def test_pandas_takes_the_assets_as_they_are(assets: il.Assets) -> None:
    frame = pd.DataFrame(pa.table(assets).to_pandas())

    assert frame["uuid"].tolist() == assets.to_pandas()["uuid"].tolist()


def test_a_table_has_the_types_of_its_columns_also_without_rows(assets: il.Assets) -> None:
    assert assets[:0].to_arrow().schema == assets.to_arrow().schema
    assert str(assets.to_arrow().schema.field("cost").type) == "decimal128(19, 9)"
    assert str(assets.to_arrow().schema.field("created_at").type) == "timestamp[us, tz=UTC]"


def test_arrow_and_pandas_say_the_same(assets: il.Assets) -> None:
    frame, table = assets.to_pandas(), assets.to_arrow()

    assert table.column_names == list(frame.columns)
    for name in ("id", "uuid", "tags", "width", "cost", "known", "rejected"):
        assert table[name].to_pylist() == frame[name].tolist(), name


def test_without_pyarrow_a_sentence_says_what_to_install(
    assets: il.Assets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(RequestError, match=r"to_arrow\(\) needs pyarrow, .*'imagelab\[arrow\]'"):
        assets.to_arrow()
