from __future__ import annotations

import io
import sys

import pytest

from imagelab.cli.voice import columns, prepare, say, say_aside, wrapped


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_a_paragraph_is_broken_between_words() -> None:
    lines = wrapped("a fox reading " * 20, 3).splitlines()

    assert max(map(len, lines)) <= 80
    assert {line[:3] for line in lines} == {"   "}


def test_a_long_path_stays_whole() -> None:
    path = "/a/very-long-folder" * 8

    assert path in wrapped(f"the catalog is in {path} now").splitlines()


@pytest.mark.parametrize(("wide", "used"), [("200", 100), ("72", 72), ("10", 40)])
def test_lines_are_never_endless_nor_slivers(
    monkeypatch: pytest.MonkeyPatch, wide: str, used: int
) -> None:
    monkeypatch.setenv("COLUMNS", wide)

    assert columns() == used


def test_letters_that_the_output_lacks_are_shown_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    prepare()

    say("★★ 1024×1536 → 狐…")

    assert raw.getvalue() == b"** 1024x1536 -> ?...\n"


def test_a_name_that_is_no_text_is_shown_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="utf-8"))
    prepare()

    say("fox\udcff.png")

    assert raw.getvalue() == b"fox?.png\n"


def test_an_aside_is_not_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    say_aside("a word")

    assert capsys.readouterr() == ("", "a word\n")
