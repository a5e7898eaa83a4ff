from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il


@pytest.fixture
def edited(lab: il.Lab) -> il.Lab:
    fox = lab.generate("A fox", quality="low", size="square")[0]
    mask = il.Mask.rect(0, 0, 512, 1024, of=fox)
    fox.edit("at night", quality="low", mask=mask)[0].edit("add a hat", quality="low")
    return lab


def pairs(folder: Path) -> dict[str, dict[str, Any]]:
    rows = map(json.loads, (folder / "train/metadata.jsonl").read_text().splitlines())
    return {row.get("instruction", row.get("edit_prompt")): row for row in rows}


def test_an_edit_is_paired_with_what_it_was_made_from(edited: il.Lab, tmp_path: Path) -> None:
    exported = edited.export(tmp_path / "set", format="pairs")

    rows, root = pairs(tmp_path / "set"), tmp_path / "set/train"
    night, hat = rows["at night"], rows["add a hat"]
    assert (root / night["source_file_name"]).read_bytes() == edited.asset(1).read()
    assert (root / night["target_file_name"]).read_bytes() == edited.asset(2).read()
    assert hat["source_file_name"] == night["target_file_name"]
    assert (night["turn_index"], hat["turn_index"]) == (1, 2)
    assert night["lineage_id"] == hat["lineage_id"] == edited.asset(1).uuid
    assert exported.left_out == {"it is no edit of another image": 1}


def test_a_mask_is_white_where_the_image_may_change(edited: il.Lab, tmp_path: Path) -> None:
    edited.export(tmp_path / "set", format="pairs")

    rows, root = pairs(tmp_path / "set"), tmp_path / "set/train"
    with Image.open(root / rows["at night"]["mask_file_name"]) as mask:
        assert [mask.convert("L").getpixel(at) for at in ((10, 10), (1000, 10))] == [255, 0]
    with Image.open(root / rows["add a hat"]["mask_file_name"]) as mask:
        assert mask.getextrema() == (255, 255)
    assert [rows[said]["masked"] for said in ("at night", "add a hat")] == [True, False]


@pytest.mark.parametrize(
    ("preset", "columns"),
    [
        ("instructpix2pix", {"original_image_file_name", "edit_prompt", "edited_image_file_name"}),
        (
            "magicbrush",
            {"img_id", "turn_index", "source_img_file_name", "mask_img_file_name", "instruction"},
        ),
    ],
)
def test_a_preset_has_the_names_that_its_readers_know(
    edited: il.Lab, tmp_path: Path, preset: str, columns: set[str]
) -> None:
    edited.export(tmp_path / "set", format="pairs", preset=preset)

    assert columns <= set(pairs(tmp_path / "set")["at night"])


def test_the_same_request_again_is_no_edit(lab: il.Lab, tmp_path: Path) -> None:
    lab.generate("A fox", quality="low", size="square")[0].regenerate()

    exported = lab.export(tmp_path / "set", format="pairs")

    assert exported.count == 0
    assert exported.left_out == {"it is no edit of another image": 2}
