"""What others read of our exports, by their own libraries; skipped where those are not installed."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import RequestError

pytestmark = pytest.mark.filterwarnings("default")  # theirs are not ours to mend


@pytest.fixture
def filled(lab: il.Lab) -> il.Lab:
    for fox in lab.generate("A fox", quality="low", size="square", n=2):
        fox.edit("at night", quality="low")
    lab.asset(1).rate(5).tag("hero")
    return lab


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    return lambda path: datasets.load_dataset(str(path), cache_dir=str(tmp_path / "cache"))


@pytest.mark.parametrize("named", ["imagefolder", "parquet"])
def test_datasets_finds_images_and_splits_of_any_name(
    filled: il.Lab, load: Any, tmp_path: Path, named: str
) -> None:
    filled.export(tmp_path / "set", format=named, split={"train": 0.5, "held_out": 0.5})

    found = load(tmp_path / "set")

    assert {name: len(part) for name, part in found.items()} == {"train": 2, "held_out": 2}
    rows = {row["id"]: row for part in found.values() for row in part}
    assert rows[filled.asset(1).uuid]["image"].size == (1024, 1024)
    assert rows[filled.asset(1).uuid]["text"] == "A fox"


def test_datasets_finds_shards_with_pictures_captions_and_rows(
    filled: il.Lab, load: Any, tmp_path: Path
) -> None:
    filled.export(tmp_path / "set", format="webdataset", split=0.5)

    found = load(tmp_path / "set")["test"][0]

    assert found["json"]["text"] == found["txt"]
    assert found["png"].size == (1024, 1024)


def test_datasets_finds_pairs_of_images(filled: il.Lab, load: Any, tmp_path: Path) -> None:
    filled.export(tmp_path / "set", format="pairs", preset="magicbrush", split=0.5)

    row = load(tmp_path / "set")["test"][0]

    sizes = {row[name].size for name in ("source_img", "mask_img", "target_img")}
    assert (sizes, row["instruction"], row["turn_index"]) == ({(1024, 1024)}, "at night", 1)


def test_datasets_finds_the_image_that_was_preferred(
    filled: il.Lab, load: Any, tmp_path: Path
) -> None:
    filled.asset(2).rate(2)
    filled.export(tmp_path / "set", format="preferences")

    [row] = load(tmp_path / "set")["train"]

    assert (row["chosen_id"], row["rejected_id"]) == (filled.asset(1).uuid, filled.asset(2).uuid)
    assert (row["prompt"], row["source"], row["votes"]) == ("A fox", "rating", 0)
    assert {row["chosen"].size, row["rejected"].size} == {(1024, 1024)}


def test_webdataset_reads_a_shard(filled: il.Lab, tmp_path: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    filled.export(tmp_path / "set", format="webdataset")

    shard = webdataset.WebDataset(str(tmp_path / "set/train-000000.tar"), shardshuffle=False)
    samples = {sample["__key__"]: sample for sample in shard}

    assert samples[filled.asset(1).uuid]["png"] == filled.asset(1).read()
    assert len(samples) == 4


def test_a_parquet_table_has_the_bytes_and_exact_types(filled: il.Lab, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    filled.export(tmp_path / "set", format="parquet", money=True)

    table = parquet.read_table(tmp_path / "set/data/train-00000-of-00001.parquet")
    [row] = [row for row in table.to_pylist() if row["rating"] == 5]

    fox = filled.asset(1)
    assert fox.cost
    assert row["image"]["bytes"] == fox.read()
    assert (row["cost_usd"], row["created_at"]) == (fox.cost.amount, fox.created_at)
    assert isinstance(row["cost_usd"], Decimal)
    assert str(table.schema.field("seed").type) == "int64"


def test_parquet_again_is_the_same_to_the_byte(filled: il.Lab, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    filled.export(tmp_path / "a", format="parquet")
    filled.export(tmp_path / "b", format="parquet")

    assert (tmp_path / "a/imagelab-export.json").read_bytes() == (
        tmp_path / "b/imagelab-export.json"
    ).read_bytes()


def test_without_pyarrow_a_sentence_says_what_to_install(
    filled: il.Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(RequestError, match=r"needs pyarrow, .* pip install 'imagelab\[arrow\]'"):
        filled.export(tmp_path / "set", format="parquet")

    assert not (tmp_path / "set").exists()
