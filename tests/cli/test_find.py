from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab.cli.main import main

PROMPTS = ("A red fox in the snow", "A blue koi", "A red kite over very many hills " * 6)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("find")
    with il.open(folder / ".imagelab" / "sandbox.db", sandbox=True) as lab:
        for prompt in PROMPTS:
            lab.generate(prompt, quality="low")
        lab.asset(1).rate(5)
    return folder


@pytest.fixture
def folder(searched: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(searched)
    monkeypatch.setenv("COLUMNS", "80")
    return searched


def found(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_hits_are_a_line_each_newest_first_and_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["search"])

    *hits, count = found(capsys)
    assert code == 0
    assert [line[:2] for line in hits] == ["#3", "#2", "#1"]
    assert count == "3 found"
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
def test_a_line_says_stars_offer_cost_and_prompt(capsys: pytest.CaptureFixture[str]) -> None:
    main(["search", "fox"])

    [hit, _] = found(capsys)
    assert hit.startswith("#1  ★★★★★  openai/gpt-image-2  $0.0")
    assert "computed" in hit
    assert hit.endswith("A red fox in the snow")


@pytest.mark.usefixtures("folder")
def test_lines_fit_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    main(["search"])

    assert max(map(len, found(capsys))) <= 80


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (["red"], ["#3", "#1"]),
        (["red", "-snow"], ["#3"]),
        (["-red"], ["#2"]),
        (["fox", "OR", "koi"], ["#2", "#1"]),
        (["rating:5"], ["#1"]),
        (["sort:id"], ["#1", "#2", "#3"]),
        (["red sort:id"], ["#1", "#3"]),
        (["--limit", "1", "red"], ["#3"]),
    ],
)
def test_a_query_is_the_words_of_the_command_line(
    query: list[str], numbers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["search", *query])

    assert [line.split()[0] for line in found(capsys)[:-1]] == numbers


@pytest.mark.usefixtures("folder")
def test_a_limit_says_that_there_is_more(capsys: pytest.CaptureFixture[str]) -> None:
    main(["search", "--limit", "2"])

    assert found(capsys)[-1] == "3 found, the first 2 shown; --limit shows more"


@pytest.mark.usefixtures("folder")
def test_nothing_found_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "zebra"])

    assert code == 0
    assert found(capsys) == ["nothing found"]


@pytest.mark.usefixtures("folder")
def test_which_catalog_it_is_does_not_mix_with_the_hits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["search"])

    told = capsys.readouterr()
    assert "sandbox.db, 3 assets" in told.err
    assert "sandbox.db" not in told.out


@pytest.mark.usefixtures("folder")
def test_a_query_that_cannot_be_read_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "(fox"])

    assert code == 1
    assert "(at character 1)" in capsys.readouterr().err


def test_the_nearest_catalog_above_is_searched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(folder / "deep" / "down")

    main(["search", "koi"])

    assert found(capsys)[-1] == "1 found"


def test_a_catalog_can_be_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir("/")

    main(["search", "koi", "--catalog", str(folder / ".imagelab" / "sandbox.db")])

    assert found(capsys)[-1] == "1 found"


def test_the_prompt_s_tricks_with_the_terminal_are_not_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with il.open(tmp_path / ".imagelab" / "sandbox.db", sandbox=True) as lab:
        lab.generate("fox \x1b[31m\nred\u202e", quality="low")
    monkeypatch.chdir(tmp_path)

    main(["search"])

    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "there is no catalog in this folder or above it"),
        (["--sandbox"], "there is no sandbox catalog in this folder or above it"),
        (["--catalog", "a.db"], "there is no catalog 'a.db'"),
    ],
)
def test_where_no_catalog_is_none_is_made(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    code = main(["search", "fox", *words])

    assert code == 1
    assert said in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


def test_a_variable_that_names_no_catalog_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMAGELAB_CATALOG", str(tmp_path / "gone.db"))

    code = main(["search"])

    assert code == 1
    assert "which $IMAGELAB_CATALOG names" in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []
