from __future__ import annotations

from pathlib import Path

import pytest

from imagelab.catalog import backup_plan
from imagelab.cli.main import main
from tests.catalog.originals import made, opened, picture


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made(tmp_path / ".imagelab" / "sandbox.db", [picture(1), picture(2)])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def planned(folder: Path) -> backup_plan.Plan | None:
    with opened(folder / ".imagelab" / "sandbox.db") as catalog, catalog.reading() as db:
        return backup_plan.read(db)


def test_a_backup_is_made_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["backup", "copies/"])

    assert code == 0
    assert f"{folder}/copies/sandbox.db: 2 assets; 2 new originals copied (" in said(capsys)
    assert planned(folder) is None


def test_it_is_kept_up_where_that_is_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["backup", "--every", "7d", "copies/"])

    plan = planned(folder)
    assert code == 0
    assert "it is kept up every 7d, whenever the catalog is opened" in said(capsys)
    assert plan is not None
    assert (plan.dest, plan.every.days, plan.due) == (folder / "copies" / "sandbox.db", 7, False)


def test_without_a_place_it_goes_where_it_is_kept_up(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["backup", "--every", "7d", "copies/"])
    capsys.readouterr()

    assert main(["backup"]) == 0

    assert f"{folder}/copies/sandbox.db: 2 assets; 0 new originals copied" in said(capsys)


def test_never_forgets_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["backup", "--every", "7d", "copies/"])
    capsys.readouterr()

    assert main(["backup", "--every", "never"]) == 0

    assert said(capsys) == "no backup of sandbox.db is kept up any more"
    assert planned(folder) is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "no backup is kept up yet, so say where it goes"),
        (["--every", "sometimes", "copies/"], "every='sometimes' is no interval"),
        ([".imagelab/sandbox.db"], "is the catalog itself"),
        (["notes.txt"], "'notes.txt' is not an imagelab catalog"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_1(
    folder: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "notes.txt").write_text("Dear diary, " * 100)

    code = main(["backup", *words])

    assert code == 1
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (folder / "copies").exists()
