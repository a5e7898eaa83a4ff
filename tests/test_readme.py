from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text()


def test_the_lines_in_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    told = doctest.testfile(
        str(README), module_relative=False, optionflags=doctest.ELLIPSIS, verbose=False
    )

    assert told.attempted >= 6
    assert told.failed == 0


def test_the_readme_has_two_commands_of_one_line_each() -> None:
    commands = re.findall(r"```sh\n(.*?)\n```", TEXT, flags=re.DOTALL)

    assert len(commands) == 2
    assert all(c.startswith("python3 -m venv .venv && ") and "\n" not in c for c in commands)


def test_every_file_the_readme_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", TEXT)

    assert [name for name in named if not (README.parent / name).exists()] == []
