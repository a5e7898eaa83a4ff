from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog.offloads import places
from imagelab.cli.main import main


@pytest.fixture
def pictures(tmp_path: Path, png: Callable[..., bytes]) -> Path:
    (tmp_path / "in/deep").mkdir(parents=True)
    (tmp_path / "in/a.png").write_bytes(png("red"))
    (tmp_path / "in/deep/b.png").write_bytes(png("blue"))
    (tmp_path / "in/c.png").write_bytes(png()[:50])
    return tmp_path / "in"


def test_a_folder_is_taken_in_and_what_is_broken_is_told(
    pictures: Path, catalog_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    il.open(catalog_path, sandbox=True).close()
    capsys.readouterr()
    place = ["--catalog", str(catalog_path)]

    assert main(["import", str(pictures), *place]) == 0
    said = capsys.readouterr()
    assert said.out == "2 new images, 1 not added\n"
    assert "c.png: the file is cut off or broken (50 bytes)" in " ".join(said.err.split())

    assert main(["import", "--flat", str(pictures), *place]) == 0
    assert capsys.readouterr().out == "0 new images, 1 known, 1 not added\n"


def test_nothing_there_is_one_sentence(
    catalog_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    il.open(catalog_path, sandbox=True).close()

    assert main(["import", str(tmp_path / "nowhere"), "--catalog", str(catalog_path)]) == 1

    assert "there is nothing at" in " ".join(capsys.readouterr().err.split())


def test_files_stay_where_they_lie_if_asked(pictures: Path, catalog_path: Path) -> None:
    il.open(catalog_path, sandbox=True).close()

    assert main(["import", "--no-copy", str(pictures), "--catalog", str(catalog_path)]) == 0

    with il.open(catalog_path, sandbox=True) as lab:
        assert [place.name for _, place in places(lab._engine.catalog, "left")] == [
            "a.png",
            "deep/b.png",
        ]
