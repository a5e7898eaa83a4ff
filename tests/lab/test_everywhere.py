from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab.cli.main import main
from imagelab.lab.everywhere import search_everywhere


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGELAB_DATA", str(tmp_path / "data"))


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    """Two catalogs that were opened, a fox in each and a koi in the second."""
    paths = [tmp_path / name / "c.db" for name in ("one", "two")]
    for path in paths:
        with il.open(path, sandbox=True) as lab:
            lab.generate("A red fox", quality="low")
            if path == paths[1]:
                lab.generate("A koi", quality="low")
    return paths


def test_opening_a_catalog_has_it_listed(two: list[Path]) -> None:
    found = il.catalogs()

    assert [one.path for one in found] == two[::-1]
    assert {one.mode for one in found} == {"sandbox"}
    lines = repr(found).splitlines()
    assert lines[0].split() == ["catalog", "mode", "opened", "size"]
    assert lines[1].startswith(str(two[1]))


def test_a_catalog_that_was_moved_says_so(two: list[Path]) -> None:
    two[0].rename(two[0].with_name("moved.db"))

    assert repr(il.catalogs()).splitlines()[2].endswith("not there")
    assert [found.path for found in search_everywhere("fox", 5)] == [two[1]]


def test_where_none_was_opened_the_list_says_what_to_do() -> None:
    assert repr(il.catalogs()) == "Catalogs(none was opened on this machine; il.open() makes one)"


def test_a_list_that_cannot_be_written_keeps_no_lab_from_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("IMAGELAB_DATA", str(blocked))

    il.open(tmp_path / "c.db", sandbox=True).close()

    assert len(il.catalogs()) == 0


def test_all_catalogs_are_searched(
    two: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "90")

    code = main(["search", "--everywhere", "fox"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [lines[0], lines[2]] == [f"{path}  (1 found)" for path in two[::-1]]
    assert lines[1].startswith("#1")
    assert lines[1].endswith("A red fox")
    assert lines[-1] == "2 shown of 2 catalogs"


def test_one_that_cannot_be_read_says_why_and_the_others_are_searched(
    two: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    two[0].write_bytes(b"not a catalog at all, and long enough to be looked at" * 40)

    code = main(["search", "--everywhere", "fox"])

    told = capsys.readouterr()
    assert code == 0
    assert told.out.splitlines()[-1] == "1 shown of 1 catalog"
    assert str(two[0]) in told.err


@pytest.mark.usefixtures("two")
def test_what_is_nowhere_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--everywhere", "hen"]) == 0
    assert capsys.readouterr().out == "nothing found\n"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["qualty:high"], "did you mean quality:?"),
        (["fox", "--catalog", "c.db"], "leave --catalog out"),
    ],
)
def test_what_cannot_be_asked_everywhere_is_a_sentence(
    said: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "--everywhere", *said]) == 1
    assert why in capsys.readouterr().err
