from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import RequestError


@pytest.fixture
def filled(lab: il.Lab) -> il.Lab:
    lab.generate("A fox,\nreading", quality="low", size="square")
    lab.generate("A koi", quality="low", size="square", format="webp")[0].caption = "a koi in ink"
    return lab


def test_trainers_get_a_caption_on_one_line_beside_each_picture(
    filled: il.Lab, tmp_path: Path
) -> None:
    filled.export(tmp_path / "set", format="captions")

    captions = {path.stem: path.read_text() for path in (tmp_path / "set/train").glob("*.txt")}
    assert captions == {
        filled.asset(1).uuid: "A fox, reading",
        filled.asset(2).uuid: "a koi in ink",
    }
    assert 'image_dir = "train"' in (tmp_path / "set/dataset.toml").read_text()


def test_trainers_get_a_webp_as_a_png_of_the_same_pixels(filled: il.Lab, tmp_path: Path) -> None:
    filled.export(tmp_path / "set", "koi", format="captions")

    with Image.open(tmp_path / f"set/train/{filled.asset(2).uuid}.png") as copy:
        assert copy.format == "PNG"
        assert copy.convert("RGB").tobytes() == filled.asset(2).image.convert("RGB").tobytes()


def test_a_shard_holds_picture_caption_and_row_side_by_side(filled: il.Lab, tmp_path: Path) -> None:
    filled.export(tmp_path / "set", "fox", format="webdataset")

    fox = filled.asset(1)
    with tarfile.open(tmp_path / "set/train-000000.tar") as shard:
        names = shard.getnames()
        picture = shard.extractfile(f"{fox.uuid}.png")
        assert names == [f"{fox.uuid}.{ending}" for ending in ("png", "txt", "json")]
        assert picture
        assert picture.read() == fox.read()


def test_kinds_of_pictures_have_shards_of_their_own(filled: il.Lab, tmp_path: Path) -> None:
    filled.export(tmp_path / "set", format="webdataset")

    shards = sorted(path.relative_to(tmp_path / "set") for path in tmp_path.rglob("*.tar"))
    assert list(map(str, shards)) == ["png/train-000000.tar", "webp/train-000000.tar"]


def test_captions_follow_a_template(filled: il.Lab, tmp_path: Path) -> None:
    filled.search("koi").tag("ink")
    filled.export(tmp_path / "a.jsonl", "koi", caption="{tags}: {prompt}, {width} wide")

    assert json.loads((tmp_path / "a.jsonl").read_bytes())["text"] == "ink: A koi, 1024 wide"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"caption": "{prompt.__class__}"}, r"names \{prompt.__class__\}, which is not one of"),
        ({"caption": "title"}, r"caption='title' is not one of caption, prompt, note"),
        ({"split": {"../up": 1}}, r"split names '\.\./up'; a name is letters"),
        ({"split": {"train": 0.9, "test": 0.2}}, r"do not add up to 1"),
        ({"duplicates": "hide"}, r"duplicates='hide' is not one of keep, group, drop"),
        ({"format": "tiff"}, r"format='tiff' is not one of imagefolder, "),
        ({"format": "html", "split": 0.1}, r"format='html' takes no split=0.1"),
        ({"format": "csv", "preset": "magicbrush"}, r"format='csv' takes no preset='magicbrush'"),
        ({"format": "pairs", "preset": "mine"}, r"preset='mine' is not one of neutral, instruct"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(
    filled: il.Lab, tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(RequestError, match=told):
        filled.export(tmp_path / "set", **options)

    assert not (tmp_path / "set").exists()


def test_a_page_comes_through_the_same_door(filled: il.Lab, tmp_path: Path) -> None:
    exported = filled.export(tmp_path / "page.html", "fox")

    assert (exported.format, exported.count) == ("html", 1)
    assert "imagelab: fox" in exported.path.read_text()


def test_a_page_of_another_query_is_replaced_only_if_asked(filled: il.Lab, tmp_path: Path) -> None:
    filled.export(tmp_path / "page.html", "fox")
    filled.export(tmp_path / "page.html", "fox")

    with pytest.raises(RequestError, match=r"page.html' is a page of another query; name another"):
        filled.export(tmp_path / "page.html", "koi")
    filled.export(tmp_path / "page.html", "koi", overwrite=True)

    assert "imagelab: koi" in (tmp_path / "page.html").read_text()


def test_the_card_leaves_the_license_open_and_foreign_words_mean_nothing(
    filled: il.Lab, tmp_path: Path
) -> None:
    filled.export(tmp_path / "set", "fox OR `koi`", title="<b>[x](y)</b>: 1")

    card = (tmp_path / "set/README.md").read_text()
    assert "# license: say yours" in card
    assert "| openai | gpt-image-2 | 2 |" in card
    assert "<b>" not in card.split("---", 2)[2]
    assert "Cost" not in card


def test_near_duplicates_are_dropped_but_for_the_best_rated(
    lab: il.Lab, png: Callable[..., bytes], tmp_path: Path
) -> None:
    lab.generate("A fox", quality="low", images=[png("navy"), png("navy", (128, 96))])
    lab.asset(2).rate(4)

    exported = lab.export(tmp_path / "a.jsonl", "is:imported", duplicates="drop")

    assert json.loads((tmp_path / "a.jsonl").read_bytes())["id"] == lab.asset(2).uuid
    assert exported.left_out == {"a near duplicate of another": 1}


def test_beside_pictures_every_column_has_one_type_whatever_it_holds(
    filled: il.Lab, tmp_path: Path
) -> None:
    filled.asset(1).rate(4).tag("hero")
    filled.export(tmp_path / "set", split=0.5)

    lines = [json.loads(path.read_bytes()) for path in tmp_path.rglob("metadata.jsonl")]
    types = [{name: type(value) for name, value in line.items()} for line in lines]
    assert len(lines) == 2
    assert types[0] == types[1]
    assert sorted(line["tags"] for line in lines) == ['["hero"]', "[]"]
