from __future__ import annotations

import json
from pathlib import Path

import pytest

from imagelab.cli.main import main
from tests.catalog.originals import alter, fingerprint, made, picture


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made(tmp_path / ".imagelab" / "sandbox.db", [picture(1), picture(2)])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / ".imagelab"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("options", [[], ["--deep"], ["--sandbox"], ["--catalog", "c.db"]])
def test_where_all_is_well_it_says_so_and_ends_with_0(
    folder: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    made(folder.parent / "c.db", [picture(1), picture(2)])

    code = main(["verify", *options])

    assert code == 0
    assert ": all is well in 2 assets, 0 generations, 2 originals (" in said(capsys)


def test_findings_are_told_and_it_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alter(folder / "sandbox.db", "UPDATE blob SET data = x'' WHERE id = 2")

    code = main(["verify"])

    assert code == 1
    assert "sandbox.db: 1 finding in 2 assets" in (told := said(capsys))
    assert "missing, 1: #2 (" in told


def test_a_script_reads_the_findings_and_it_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alter(folder / "sandbox.db", "UPDATE blob SET data = x'' WHERE id = 2")

    code = main(["verify", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (code, told["ok"], len(told["findings"])) == (1, False, 1)


def test_it_writes_nothing(folder: Path) -> None:
    before = fingerprint(folder)

    main(["verify", "--deep"])

    assert fingerprint(folder) == before


@pytest.mark.usefixtures("folder")
def test_the_other_mode_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    made(Path("c.db"), [])
    alter(Path("c.db"), "UPDATE about SET value = 'real' WHERE name = 'mode'")

    code = main(["verify", "--sandbox", "--catalog", "c.db"])

    assert code == 1
    assert "c.db is a real catalog" in capsys.readouterr().err


def test_without_a_catalog_it_says_where_one_could_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    code = main(["verify"])

    assert code == 1
    assert "there is no catalog in this folder or above it" in " ".join(
        capsys.readouterr().err.split()
    )
    assert list(tmp_path.iterdir()) == []
