from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

import imagelab as il
from imagelab.cli.main import main
from imagelab.errors import OutcomeUnknownError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".imagelab"


def test_where_nothing_is_open_it_says_so_and_ends_with_0(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with il.open(folder / "sandbox.db", sandbox=True) as lab:
        lab.generate("a fox", quality="low")
    capsys.readouterr()

    code = main(["recover"])

    assert code == 0
    assert capsys.readouterr().out == "nothing to recover: every generation is settled\n"


@pytest.fixture
def unanswered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge")
        with il.open(folder / "sandbox.db", sandbox=True) as lab, suppress(OutcomeUnknownError):
            lab.generate("a fox", quality="low")
    capsys.readouterr()


@pytest.mark.usefixtures("unanswered")
def test_what_stays_unknown_is_told_with_what_to_do_and_it_ends_with_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["recover", "--sandbox"])

    assert code == 1
    assert "g1 is unknown still: look at openai's usage page" in capsys.readouterr().out


@pytest.mark.usefixtures("unanswered")
def test_a_script_reads_what_is_still_open_and_it_ends_with_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["recover", "--json"])

    assert code == 1
    assert json.loads(capsys.readouterr().out)["open"] == [1]


def test_where_no_catalog_is_none_is_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["recover"])

    assert code == 1
    assert "there is no catalog in this folder" in capsys.readouterr().err
    assert not folder.exists()
