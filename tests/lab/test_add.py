from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

import imagelab as il
from imagelab.errors import InputImageError, RequestError

INFOTEXT = "a fox, reading\nSteps: 20, Sampler: Euler, Seed: 5, Size: 64x48, Model: sd_xl"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[il.Lab]:
    with il.open(tmp_path / "other" / "sandbox.db", sandbox=True) as opened:
        yield opened


@pytest.fixture
def family(lab: il.Lab) -> il.Lab:
    fox = lab.generate("A fox, =reading", n=2, quality="low", size="square", tags=["hero"])
    hat = fox[0].edit("Give it a hat")[0]
    hat.rate(4)
    hat.caption, hat.note = "A fox in a hat", "=1+1"
    return lab


def written(folder: Path, name: str, colour: str = "teal", **texts: str) -> Path:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    folder.mkdir(exist_ok=True, parents=True)
    Image.new("RGB", (64, 48), colour).save(folder / name, pnginfo=info)
    return folder / name


def story(assets: il.Assets) -> list[tuple[Any, ...]]:
    return sorted(
        (
            *(a.uuid, a.sha256, a.prompt, a.provider, a.model, a.params, a.cost, a.rating),
            *(a.tags, a.caption, a.note, a.seed, a.created_at, [p.uuid for p in a.parents]),
        )
        for a in assets
    )


@pytest.mark.parametrize("metadata", [None, "recipe"])
@pytest.mark.parametrize("format_", ["imagefolder", "parquet", "webdataset"])
def test_an_export_comes_back_whole_in_another_catalog(
    family: il.Lab, other: il.Lab, tmp_path: Path, format_: str, metadata: str | None
) -> None:
    family.export(tmp_path / "set", format=format_, money=True, metadata=metadata, split=0.5)

    added = other.add(tmp_path / "set")

    assert story(added) == story(family.search())
    assert (len(added.new), added.broken, other.verify(deep=True).ok) == (3, (), True)


@pytest.mark.parametrize("format_", ["imagefolder", "parquet", "webdataset", "pairs", "captions"])
@pytest.mark.parametrize("options", [{}, {"convert": "jpeg"}, {"metadata": "recipe"}])
def test_an_export_of_what_is_here_is_known_as_that(
    family: il.Lab, tmp_path: Path, format_: str, options: dict[str, Any]
) -> None:
    family.export(tmp_path / "set", format=format_, **options)

    added = family.add(tmp_path / "set")

    assert (len(added.new), added.broken) == (0, ())
    assert {a.uuid for a in added} <= {a.uuid for a in family.search()}


def test_pairs_come_back_linked(family: il.Lab, other: il.Lab, tmp_path: Path) -> None:
    family.export(tmp_path / "pairs", format="pairs", preset="magicbrush")

    added = other.add(tmp_path / "pairs")

    [hat] = [asset for asset in added if asset.prompt]
    [fox] = hat.parents
    assert hat.prompt == "Give it a hat"
    assert {hat.uuid, fox.uuid} <= {a.uuid for a in family.search()}


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl"])
def test_rows_without_pictures_tell_the_pictures_beside_them(
    family: il.Lab, other: il.Lab, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "saved"
    family.search().save(folder)
    family.export(folder / name, money=True)

    assert story(other.add(folder)) == story(family.search())


def test_a_table_by_itself_knows_what_is_here(
    family: il.Lab, other: il.Lab, tmp_path: Path
) -> None:
    family.export(tmp_path / "rows.csv")

    assert len(family.add(tmp_path / "rows.csv").known) == 3
    assert len(other.add(tmp_path / "rows.csv").broken) == 3


def test_one_stamped_copy_brings_everything_back(
    family: il.Lab, other: il.Lab, tmp_path: Path
) -> None:
    family.export(tmp_path / "set", "note:1", format="captions", metadata="recipe")
    [copy] = (tmp_path / "set/train").glob("*.png")

    [added] = other.add(copy.read_bytes())

    [hat] = family.search("note:1")
    assert (added.uuid, added.read(), added.note) == (hat.uuid, hat.read(), "=1+1")


def test_what_somebody_painted_over_is_a_picture_of_its_own(family: il.Lab, tmp_path: Path) -> None:
    family.export(tmp_path / "set", "note:1", format="captions", metadata="recipe")
    [copy] = (tmp_path / "set/train").glob("*.png")
    with Image.open(copy) as image:
        info = PngImagePlugin.PngInfo()
        info.add_text("imagelab", image.info["imagelab"])
        image.rotate(180).save(copy, pnginfo=info)

    [painted] = family.add(copy)

    assert [p.note for p in painted.parents] == ["=1+1"]
    assert painted.cost is None


def test_another_tools_words_are_read_and_kept_as_they_came(lab: il.Lab, tmp_path: Path) -> None:
    path = written(tmp_path / "sd", "a.png", parameters=INFOTEXT)

    [fox] = lab.add(tmp_path / "sd")

    assert (fox.prompt, fox.seed, fox.model) == ("a fox, reading", 5, "sd_xl")
    assert fox.imported == {
        "tool": "automatic1111",
        "path": str(path),
        "words": {"parameters": INFOTEXT},
    }
    assert lab.search("is:imported fox param.steps:20").ids == [fox.id]
    assert len(lab.search("fox")) == 0


def test_a_caption_beside_a_picture_is_its_caption(lab: il.Lab, tmp_path: Path) -> None:
    written(tmp_path / "set", "a.png").with_suffix(".txt").write_text("a teal sheet\n")

    [asset] = lab.add(tmp_path / "set")

    assert (asset.caption, asset.prompt) == ("a teal sheet", "")


def test_a_graph_links_pictures_of_one_folder_in_any_order(lab: il.Lab, tmp_path: Path) -> None:
    nodes = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "z.png"}},
        "2": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["3", 0]}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "a hat"}},
    }
    written(tmp_path / "c", "a.png", "red", prompt=json.dumps(nodes))
    written(tmp_path / "c", "z.png", "blue")

    after, before = lab.add(tmp_path / "c")

    assert [p.id for p in after.parents] == [before.id]
    assert lab.search(f"from:#{before.id} is:imported is:edit").ids == [after.id]
    assert (len(lab.generations()), after.generation) == (0, None)


def test_a_circle_of_parents_is_not_recorded(lab: il.Lab, tmp_path: Path) -> None:
    for name, start, colour in (("a.png", "b.png", "red"), ("b.png", "a.png", "blue")):
        said = {"positive_prompt": "x", "init_image": start}
        written(tmp_path / "i", name, colour, invokeai_metadata=json.dumps(said))

    first, second = lab.add(tmp_path / "i")

    assert sorted([len(first.parents), len(second.parents)]) == [0, 1]


def test_equal_pictures_are_one_asset_and_the_same_again_is_known(
    lab: il.Lab, tmp_path: Path
) -> None:
    written(tmp_path / "p", "a.png")
    written(tmp_path / "p/deep", "b.png")

    added = lab.add(tmp_path / "p")

    assert (len(added), len(added.new), len(added.known)) == (1, 1, 1)
    assert len(lab.add(tmp_path / "p").new) == 0


def test_broken_files_are_told_and_stop_nothing(lab: il.Lab, tmp_path: Path) -> None:
    whole = written(tmp_path / "p", "whole.png")
    (tmp_path / "p/cut.png").write_bytes(whole.read_bytes()[:60])
    (tmp_path / "p/text.jpg").write_text("no picture")
    (tmp_path / "p/model.bin").write_bytes(b"\0" * 100)

    added = lab.add(tmp_path / "p")

    assert {b.called: b.reason for b in added.broken} == {
        "cut.png": "the file is cut off or broken (60 bytes)",
        "text.jpg": "it is text, not an image (10 bytes); PNG, JPEG and WebP are taken",
    }
    assert repr(added).startswith("Added(1 new image, 2 not added)\n  cut.png: the file is")


def test_bytes_a_pil_image_a_list_and_a_glob_are_taken(
    lab: il.Lab, tmp_path: Path, png: Callable[..., bytes]
) -> None:
    written(tmp_path / "p", "a.png", "red")
    written(tmp_path / "p/deep", "b.png", "blue")
    (tmp_path / "p/deep/c.txt").write_text("x")

    assert len(lab.add([png("green"), Image.new("RGB", (5, 5))]).new) == 2
    assert len(lab.add(str(tmp_path / "p" / "**" / "*.png")).new) == 2
    assert len(lab.add(tmp_path / "p", recursive=False)) == 1


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("nowhere", "there is nothing at 'nowhere'"),
        ("no*where", r"nothing fits 'no\*where'"),
        ("https://host.example/a.png", "is an address; download it"),
    ],
)
def test_nothing_to_add_is_one_sentence(lab: il.Lab, source: str, why: str) -> None:
    with pytest.raises(RequestError, match=why):
        lab.add(source)


def test_a_single_file_that_is_no_image_is_an_error(lab: il.Lab, tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"GIF89a\0\1")

    with pytest.raises(InputImageError, match=r"a\.gif cannot be added: it is a GIF"):
        lab.add(tmp_path / "a.gif")


def test_what_was_emptied_comes_back_with_its_bytes(lab: il.Lab, png: Callable[..., bytes]) -> None:
    [asset] = lab.add(png())
    asset.reject()
    lab.trash().empty(1)

    assert len(lab.add(png()).known) == 1
    assert lab.asset(asset.id).read() == png()


def test_an_imported_picture_is_edited_by_an_offer_that_is_named(
    lab: il.Lab, tmp_path: Path
) -> None:
    written(tmp_path / "sd", "a.png", parameters=INFOTEXT)
    [fox] = lab.add(tmp_path / "sd")

    [hat] = fox.edit("Give it a hat", model="openai/gpt-image-2", quality="low")

    assert [p.id for p in hat.parents] == [fox.id]
    with pytest.raises(RequestError, match="was imported; there is no request to repeat"):
        fox.regenerate()


def test_a_jpeg_of_a_camera_is_taken_as_it_is(lab: il.Lab, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A maker", 6
    file = io.BytesIO()
    Image.new("RGB", (64, 48)).save(file, "JPEG", exif=exif)
    (tmp_path / "p.jpg").write_bytes(file.getvalue())

    [asset] = lab.add(tmp_path / "p.jpg")

    assert asset.read() == file.getvalue()
    assert asset.imported
    assert asset.imported["words"] == {"exif.Make": "A maker"}
