from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import RequestError


@pytest.fixture
def fox(lab: il.Lab) -> il.Asset:
    return lab.generate("A fox", quality="low", size="square")[0]


def exported(lab: il.Lab, dest: Path, **options: Any) -> tuple[dict[str, Any], bytes]:
    lab.export(dest, **options)
    line = json.loads((dest / "train/metadata.jsonl").read_text())
    return line, (dest / "train" / line["file_name"]).read_bytes()


def test_a_copy_has_the_recipe_and_the_original_is_as_it_was(
    lab: il.Lab, fox: il.Asset, tmp_path: Path
) -> None:
    before = fox.read()

    line, data = exported(lab, tmp_path / "a", metadata="recipe")

    with Image.open(io.BytesIO(data)) as image:
        assert image.info["parameters"].startswith("A fox\nSize: ")
        assert json.loads(image.info["imagelab"])["id"] == fox.uuid
    assert (line["sha256"], fox.read()) == (fox.sha256, before)
    assert data != before


@pytest.mark.usefixtures("fox")
def test_no_price_is_in_a_recipe_unless_asked_for(lab: il.Lab, tmp_path: Path) -> None:
    _, without = exported(lab, tmp_path / "a", metadata="recipe")
    _, priced = exported(lab, tmp_path / "b", metadata="recipe", money=True)

    assert b"cost_usd" not in without
    assert b"cost_usd" in priced


@pytest.mark.usefixtures("fox")
def test_a_copy_is_no_larger_than_asked_and_its_row_says_what_it_is(
    lab: il.Lab, tmp_path: Path
) -> None:
    line, data = exported(lab, tmp_path / "a", size=100, convert="jpeg")

    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, max(image.size)) == ("JPEG", 100)
        assert (line["width"], line["height"], line["mime"]) == (*image.size, "image/jpeg")
    assert line["copy_sha256"] == hashlib.sha256(data).hexdigest()
    assert line["size_bytes"] == len(data)


@pytest.mark.parametrize("metadata", ["recipe", "strip"])
@pytest.mark.usefixtures("fox")
def test_copies_are_the_same_to_the_byte_again(lab: il.Lab, tmp_path: Path, metadata: str) -> None:
    first = exported(lab, tmp_path / "a", metadata=metadata, size=100, convert="webp")

    assert exported(lab, tmp_path / "b", metadata=metadata, size=100, convert="webp") == first


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"size": 0}, "size=0 is not the most pixels a side may have"),
        ({"size": "1024x1024"}, "size='1024x1024' is not the most pixels"),
        ({"convert": "gif"}, "convert='gif' is not one of png, jpeg, webp"),
        ({"metadata": "all"}, "metadata='all' is not one of recipe, strip"),
        ({"metadata": "strip", "format": "csv"}, "format='csv' takes no metadata='strip'"),
        ({"size": 100, "format": "pairs"}, "format='pairs' takes no size=100"),
    ],
)
def test_what_cannot_be_copied_so_is_told_before_anything_is_written(
    lab: il.Lab, tmp_path: Path, options: dict[str, Any], why: str
) -> None:
    with pytest.raises(RequestError, match=why):
        lab.export(tmp_path / "a", **options)

    assert not (tmp_path / "a").exists()
