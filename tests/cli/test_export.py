from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab.cli.main import main


@pytest.fixture
def catalog(lab: il.Lab, catalog_path: Path) -> str:
    lab.generate("A fox", quality="low", size="square", n=2)
    lab.generate("A koi", quality="low", size="square")
    return str(catalog_path)


def test_a_query_is_written_as_a_folder_and_counted(
    catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dest = tmp_path / "foxes"

    assert main(["export", "fox", str(dest), "--catalog", catalog, "--split", "0.5"]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert said == f"2 images (train 1, test 1) as imagefolder in {dest}"
    assert (dest / "test/metadata.jsonl").exists()


def test_a_query_may_begin_with_a_minus(
    catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "-fox", str(tmp_path / "a.csv"), "--catalog", catalog]) == 0

    assert capsys.readouterr().out.startswith("1 image as csv in")


def test_what_is_in_the_way_is_one_sentence(
    catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("mine")

    assert main(["export", "fox", str(tmp_path / "a.csv"), "--catalog", catalog]) == 1

    said = " ".join(capsys.readouterr().err.split())
    assert said.endswith("is there already and was not exported by imagelab; name another place")


def test_a_share_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["export", "fox", "foxes", "--split", "half"])

    assert code == 2
    assert "'half' is neither a share such as 0.1 nor" in capsys.readouterr().err
