from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import imagelab as il
from imagelab.cli.main import main

COMMAND = [sys.executable, "-c", "import sys; from imagelab.cli.main import main; sys.exit(main())"]
DEAF = """
import os, subprocess, sys
reader, writer = os.pipe()
os.close(reader)
done = subprocess.run(sys.argv[1:], stdout=writer, stderr=subprocess.PIPE, text=True)
print(done.returncode, done.stderr)
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, env={**os.environ, **environment}, check=False
    )


def words(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said on stderr, with its lines joined again."""
    return " ".join(capsys.readouterr().err.split())


def test_help_reads_well_in_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    said = capsys.readouterr().out
    assert all(word in said for word in ("demo", "search", "examples:", ".imagelab/"))
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize(
    "command", ["demo", "search", "export", "import", "recover", "verify", "backup", "merge"]
)
def test_each_command_has_help_in_eighty_columns(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])

    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_no_command_shows_the_help_and_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([])

    assert code == 2
    assert "commands:" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])

    assert capsys.readouterr().out == f"imagelab {il.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["paint"], "invalid choice: 'paint'"),
        (["search", "--limit", "0"], "'0' is not a whole number from 1 up"),
        (["search", "--limit", "-1"], "'-1' is not a whole number from 1 up"),
        (["search", "--limit", "many"], "'many' is not a whole number from 1 up"),
        (["demo", "--folder"], "expected one argument"),
        (["demo", "extra"], "unrecognized arguments: extra"),
    ],
)
def test_wrong_words_are_told_with_the_usage(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments)

    told = words(capsys)
    assert code == 2
    assert told.startswith("usage: imagelab ")
    assert said in told


def test_a_file_in_the_way_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").write_text("mine")

    code = main(["demo", "--folder", "notes/lab"])

    assert code == 1
    assert "notes/lab/.imagelab' cannot be made: Not a directory" in words(capsys)


def test_a_name_that_is_too_long_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "--catalog", "x" * 300])

    assert code == 1
    assert words(capsys).endswith("File name too long")


def test_a_file_that_is_no_catalog_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough for a header" * 50)

    code = main(["search", "--catalog", "notes.txt"])

    assert code == 1
    assert "'notes.txt' is not an imagelab catalog" in words(capsys)


@pytest.mark.parametrize("said", [["search"], ["verify", "--json"]])
def test_an_output_that_is_closed_is_no_traceback(tmp_path: Path, said: list[str]) -> None:
    il.open(tmp_path / ".imagelab" / "sandbox.db", sandbox=True).close()
    deaf = [sys.executable, "-c", DEAF, *COMMAND, *said]

    told = subprocess.run(deaf, capture_output=True, text=True, check=True).stdout

    assert told.startswith("141 ")
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_an_output_of_ascii_only_gets_plain_letters(tmp_path: Path) -> None:
    with il.open(tmp_path / ".imagelab" / "sandbox.db", sandbox=True) as lab:
        lab.generate("A fox named 狐", quality="low")[0].rate(4)

    done = run("search", "fox", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert done.returncode == 0, done.stderr
    assert b"#1  ****  openai/gpt-image-2" in done.stdout
    assert b"A fox named ?" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)

    code = main(["demo", "--folder", "closed/lab"])

    assert code == 1
    assert "Permission denied" in words(capsys)
