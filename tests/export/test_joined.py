"""Columns from outside in datasets: each a column of its own, of the type it was brought in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

import imagelab as il

pq = pytest.importorskip("pyarrow.parquet")
WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[il.Assets]:
    with il.open(tmp_path_factory.mktemp("lab") / "a.db", sandbox=True) as lab:
        made = lab.generate("a fox", n=2, quality="low", size="square").assets
        brought = pd.DataFrame({"score": [0.5], "faces": [2**53 + 1], "good": [False]})
        brought["label"], brought["seen"] = ["=1+1"], [WHEN]
        lab.annotate(brought.assign(uuid=[made[0].uuid]))
        yield lab.search("fox", sort="id")


def test_parquet_has_them_typed_and_missing_as_null(assets: il.Assets, tmp_path: Path) -> None:
    assets.export(tmp_path / "out", format="parquet")

    table = pq.read_table(tmp_path / "out" / "data")
    names = ["score", "faces", "good", "label", "seen"]
    types = ["double", "int64", "bool", "string", "timestamp[us, tz=UTC]"]
    assert [str(table.schema.field(name).type) for name in names] == types
    first, second = table.select(names).to_pylist()
    assert list(first.values()) == [0.5, 2**53 + 1, False, "=1+1", WHEN]
    assert list(second.values()) == [None] * 5


def test_datasets_reads_them_with_their_types(assets: il.Assets, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    assets.export(tmp_path / "out", format="parquet")

    read = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))["train"]

    assert (read[0]["score"], read[0]["faces"], read[0]["good"]) == (0.5, 2**53 + 1, False)


def test_json_lines_have_them_as_json_has_them(assets: il.Assets, tmp_path: Path) -> None:
    assets.export(tmp_path / "rows.jsonl")

    first, second = map(json.loads, (tmp_path / "rows.jsonl").read_text().splitlines())
    assert (first["score"], first["faces"], first["good"]) == (0.5, 2**53 + 1, False)
    assert first["seen"] == "2026-03-01T12:00:00.000000Z"
    assert (second["score"], second["label"]) == (None, None)


def test_a_table_has_them_and_no_formula(assets: il.Assets, tmp_path: Path) -> None:
    assets.export(tmp_path / "rows.csv")

    with (tmp_path / "rows.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["score"], first["good"], first["label"]) == ("0.5", "False", "'=1+1")
    assert second["score"] == ""


def test_a_name_that_no_imagelab_gave_a_column_stays_out(tmp_path: Path) -> None:
    with il.open(tmp_path / "a.db", sandbox=True) as lab:
        fox = lab.generate("a fox", quality="low", size="square")[0]
        lab.annotate(pd.DataFrame({"uuid": [fox.uuid], "score": [1]}))
        with lab._engine.catalog.writing() as db:
            db.execute("UPDATE annotated SET name = 'image'")

        fox_again = lab.export(tmp_path / "out", format="parquet")

    assert fox_again.count == 1
    assert pq.read_table(tmp_path / "out" / "data").column_names.count("image") == 1
