from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

import imagelab as il
from imagelab.cli.main import main

COMMAND = [sys.executable, "-c", "import sys; from imagelab.cli.main import main; sys.exit(main())"]


@pytest.fixture(scope="module")
def told_from(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("machine")
    with il.open(folder / ".imagelab" / "sandbox.db", sandbox=True) as lab:
        lab.generate("a fox", quality="low")[0].tag("hero").rate(5)
    return folder


@pytest.fixture
def folder(told_from: Path) -> Path:
    return told_from


@pytest.fixture(autouse=True)
def _in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_script_reads_what_a_search_finds(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "--json", "fox"])

    hit = answer(capsys)
    assert code == 0
    assert (hit["id"], hit["prompt"], hit["rating"], hit["tags"]) == (1, "a fox", 5, ["hero"])
    assert (hit["unit"], hit["known"], hit["cost"][:4]) == ("usd", "computed", "0.00")


def test_a_search_everywhere_names_the_catalog_of_each(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["search", "--json", "--everywhere", "--sandbox", "tag:hero fox"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert str(folder / ".imagelab" / "sandbox.db") in [line["catalog"] for line in lines]


def test_nothing_found_is_no_line_and_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "--json", "owl"])

    assert (code, capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["verify"], {"ok": True, "findings": []}),
        (["recover"], {"images": 0, "taken": [], "open": []}),
        (["export", "fox", "foxes"], {"format": "imagefolder", "count": 1}),
        (["import", "foxes"], {"new": [], "broken": []}),
        (["backup", "copy.db"], {"assets": 1, "originals": 1}),
        (["merge", "copy.db"], {"generations": 0, "assets": 0}),
    ],
)
def test_each_command_answers_in_json(
    capsys: pytest.CaptureFixture[str], said: list[str], told: dict[str, object]
) -> None:
    code = main([*said, "--json"])

    found = answer(capsys)
    assert code == 0
    assert {name: found[name] for name in told} == told


@pytest.mark.parametrize(
    ("said", "code", "kind", "sentence"),
    [
        (["search", "colour:red"], 1, "QueryError", "no field 'colour'"),
        (["export", "fox", "/dev/null/x"], 1, "FileExistsError", "/dev/null: File exists"),
        (["import", "nowhere.png"], 1, "RequestError", "'nowhere.png'"),
        (["verify", "--catalog", "none.db"], 1, "CatalogError", "there is no catalog 'none.db'"),
        (["recover", "--catalog", "x" * 300], 1, "OSError", "File name too long"),
        (["backup", "/dev/null/x"], 1, "CatalogError", "'/dev/null/x': Not a directory"),
        (["merge", "none.db"], 1, "RequestError", "none.db' to take in"),
        (["search", "--limit", "0"], 2, "UsageError", "'0' is not a whole number from 1 up"),
        (["export"], 2, "UsageError", "required: QUERY, DEST"),
        (["paint"], 2, "UsageError", "invalid choice: 'paint'"),
    ],
)
def test_a_script_is_told_of_a_failure_in_json(
    capsys: pytest.CaptureFixture[str], said: list[str], code: int, kind: str, sentence: str
) -> None:
    ended = main([*said, "--json"])

    told = answer(capsys)
    assert ended == code
    assert (told["kind"], told["code"]) == (kind, code)
    assert sentence in told["error"]


def test_without_json_a_failure_is_a_sentence_on_stderr_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["search", "colour:red"])

    told = capsys.readouterr()
    assert (code, told.out) == (1, "")
    assert "no field 'colour'" in told.err


class Struck(io.StringIO):
    """An output at which somebody presses Ctrl-C when the first line comes."""

    def write(self, text: str) -> int:
        first = not self.getvalue()
        written = super().write(text)
        if first:
            signal.raise_signal(signal.SIGINT)
        return written


def test_a_script_that_is_stopped_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    output = Struck()
    monkeypatch.setattr(sys, "stdout", output)

    code = main(["search", "--json", "fox"])

    last = json.loads(output.getvalue().splitlines()[-1])
    assert code == 130
    assert (last["kind"], last["code"]) == ("KeyboardInterrupt", 130)


def test_the_help_lists_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    said = capsys.readouterr().out.split("exit codes:")[1]
    assert [code for code in ("0", "1", "2", "130", "141") if f"\n  {code} " not in said] == []


@pytest.mark.fault
def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    command = [*COMMAND, "demo", "--folder", str(tmp_path / "demo")]
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True) as demo:
        assert demo.stdout is not None
        demo.stdout.readline()
        demo.send_signal(signal.SIGINT)
        _, told = demo.communicate(timeout=60)

    assert demo.returncode == 130
    assert told == "imagelab: stopped; the same command goes on from here\n"
