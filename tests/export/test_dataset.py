from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import RequestError
from imagelab.export.marker import NAME


@pytest.fixture
def fox(lab: il.Lab) -> il.Asset:
    return lab.generate("A fox", quality="low", size="square")[0]


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def test_a_folder_has_each_image_as_it_came_and_a_line_that_names_it(
    lab: il.Lab, fox: il.Asset, tmp_path: Path
) -> None:
    exported = lab.export(tmp_path / "foxes", "fox")

    [line] = lines(tmp_path / "foxes/train/metadata.jsonl")
    assert (tmp_path / "foxes/train" / line["file_name"]).read_bytes() == fox.read()
    assert (line["id"], line["text"], line["operation"]) == (fox.uuid, "A fox", "generate")
    assert line["created_at"].endswith("Z")
    assert (exported.count, Path(exported)) == (1, tmp_path / "foxes")


@pytest.mark.parametrize("named", ["imagefolder", "captions", "webdataset"])
def test_the_marker_has_the_hash_of_every_file(
    lab: il.Lab, fox: il.Asset, tmp_path: Path, named: str
) -> None:
    lab.export(tmp_path / "out", "", format=named)

    known = json.loads((tmp_path / "out" / NAME).read_bytes())["files"]
    found = content(tmp_path / "out")
    del found[NAME]
    assert known == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    assert fox.sha256 in known.values() or named == "webdataset"


def test_prices_are_exact_and_only_there_if_asked_for(
    lab: il.Lab, fox: il.Asset, tmp_path: Path
) -> None:
    lab.export(tmp_path / "a.jsonl")
    lab.export(tmp_path / "b.jsonl", money=True)

    assert "cost_usd" not in lines(tmp_path / "a.jsonl")[0]
    assert fox.cost
    assert lines(tmp_path / "b.jsonl")[0]["cost_usd"] == f"{fox.cost.amount:f}"


@pytest.mark.usefixtures("fox")
def test_the_same_export_again_is_the_same_to_the_byte(lab: il.Lab, tmp_path: Path) -> None:
    lab.export(tmp_path / "foxes", split=0.5)
    before = content(tmp_path / "foxes")

    lab.export(tmp_path / "foxes", split=0.5)

    assert content(tmp_path / "foxes") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".imagelab", "foxes"]


@pytest.mark.usefixtures("fox")
def test_an_export_of_another_query_is_replaced_only_if_asked(lab: il.Lab, tmp_path: Path) -> None:
    lab.export(tmp_path / "foxes", "fox")

    with pytest.raises(RequestError, match=r"is an export of 'fox' as imagefolder; name another"):
        lab.export(tmp_path / "foxes", "koi")
    lab.export(tmp_path / "foxes", "koi", overwrite=True)

    assert json.loads((tmp_path / "foxes" / NAME).read_bytes())["query"] == "koi"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.usefixtures("fox")
def test_a_folder_of_somebody_elses_is_never_replaced(
    lab: il.Lab,
    tmp_path: Path,
    overwrite: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years")

    with pytest.raises(RequestError, match=r"is there already and was not exported by imagelab"):
        lab.export(tmp_path / "mine", overwrite=overwrite)

    assert content(tmp_path / "mine") == {"thesis.txt": b"years"}


@pytest.mark.usefixtures("fox")
def test_a_file_that_somebody_put_into_an_export_is_not_deleted(
    lab: il.Lab, tmp_path: Path
) -> None:
    lab.export(tmp_path / "foxes")
    (tmp_path / "foxes/weights.safetensors").write_bytes(b"trained")

    with pytest.raises(RequestError, match=r"holds 'weights.safetensors', which imagelab did not"):
        lab.export(tmp_path / "foxes", overwrite=True)


@pytest.mark.usefixtures("fox")
def test_what_was_written_into_a_card_since_is_not_lost_unasked(
    lab: il.Lab, tmp_path: Path
) -> None:
    card = Path(lab.export(tmp_path / "foxes")) / "README.md"
    card.write_text("license: cc0-1.0")

    with pytest.raises(RequestError, match=r"'README.md' in .* was changed since it was exported"):
        lab.export(tmp_path / "foxes")

    lab.export(tmp_path / "foxes", overwrite=True)
    assert card.read_text().startswith("---\n# license: say yours")


@pytest.mark.usefixtures("fox")
def test_a_link_is_not_followed(lab: il.Lab, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    with pytest.raises(RequestError, match=r"is a link; export to the place it leads to"):
        lab.export(tmp_path / "link")


def test_an_emptied_original_is_left_out_and_counted(
    lab: il.Lab, fox: il.Asset, tmp_path: Path
) -> None:
    koi = lab.generate("A koi", quality="low", size="square")[0].reject()
    lab.trash().empty(1)

    exported = lab.export(tmp_path / "all", "is:trashed OR fox")

    assert [line["id"] for line in lines(tmp_path / "all/train/metadata.jsonl")] == [fox.uuid]
    assert koi.id == 2
    assert str(exported).endswith("1 image left out: the original was emptied from the trash")


@pytest.mark.usefixtures("fox")
def test_an_export_that_fails_leaves_the_old_one_and_nothing_beside_it(
    lab: il.Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.export(tmp_path / "foxes")
    before = content(tmp_path / "foxes")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "disk full")))

    with pytest.raises(OSError, match="disk full"):
        lab.export(tmp_path / "foxes")

    assert content(tmp_path / "foxes") == before
    assert not list(tmp_path.glob(".foxes*"))


@pytest.mark.usefixtures("fox")
def test_what_a_killed_export_left_is_cleared_by_the_next(lab: il.Lab, tmp_path: Path) -> None:
    (tmp_path / ".foxes.imagelab-part/train").mkdir(parents=True)
    (tmp_path / ".foxes.imagelab-part/train/half.png").write_bytes(b"half")

    lab.export(tmp_path / "foxes")

    assert not [name for name in content(tmp_path / "foxes") if "half" in name]
    assert not list(tmp_path.glob(".foxes*"))


def test_a_prompt_cannot_become_a_formula_a_line_or_a_mark(lab: il.Lab, tmp_path: Path) -> None:
    prompt = '=HYPERLINK("x")\u2028<script>|{p}'
    lab.generate(prompt, quality="low", size="square")[0].tag("-1+1")

    lab.export(tmp_path / "a.csv")
    lab.export(tmp_path / "a.jsonl")

    table = (tmp_path / "a.csv").read_text()
    assert ",\"'=HYPERLINK" in table
    assert ',"=HYPERLINK' not in table
    assert (tmp_path / "a.jsonl").read_text().splitlines()[1:] == []
    assert lines(tmp_path / "a.jsonl")[0]["prompt"] == prompt


@pytest.mark.usefixtures("fox")
def test_a_uuid_of_a_foreign_catalog_that_is_a_path_leads_nowhere(
    lab: il.Lab, catalog_path: Path, tmp_path: Path
) -> None:
    lab.close()
    with sqlite3.connect(catalog_path) as db:
        db.execute("UPDATE asset SET uuid = '../../escaped' WHERE id = ?", (1,))
    with il.open(catalog_path, sandbox=True) as again:
        again.export(tmp_path / "out/foxes")

    assert sorted(path.name for path in tmp_path.iterdir()) == [".imagelab", "out"]
    assert [line["id"] for line in lines(tmp_path / "out/foxes/train/metadata.jsonl")] == [
        "../../escaped"
    ]
