from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import imagelab as il
from imagelab.errors import RequestError
from imagelab.jupyter.magic_line import filled, read_line
from imagelab.sandbox.book import Book


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A real shell of its own, with the extension loaded."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    InteractiveShell.clear_instance()
    made: Any = InteractiveShell.instance()
    made.history_manager.enabled = False
    made.run_line_magic("load_ext", "imagelab")
    yield made
    InteractiveShell.clear_instance()


def run(shell: Any, cell: str) -> Any:
    """What a cell gives; its error is raised."""
    done = shell.run_cell(cell)
    done.raise_error()
    return done.result


def test_the_cell_is_the_prompt_and_the_line_its_options(shell: Any, lab: il.Lab) -> None:
    shell.user_ns["lab"] = lab

    made = run(shell, "%%imagine -m runware/gpt-image-1.5 -n 2 -q low -t set -o foxes\nA fox,\nred")

    assert (made.prompt, made.provider, made.params) == (
        "A fox,\nred",
        "runware",
        {"quality": "low"},
    )
    assert len(made) == 2
    assert shell.user_ns["foxes"] == made
    assert len(lab.search("tag:set")) == 2


def test_names_that_are_variables_are_filled_and_all_else_stays(shell: Any, lab: il.Lab) -> None:
    shell.user_ns |= {"lab": lab, "animal": "hare", "count": 3}

    made = run(
        shell, "%%imagine -q low\n{count} {animal}s, {{animal}}, {fox|owl}, {In}, $animal {x}"
    )

    assert made.prompt == "3 hares, {animal}, {fox|owl}, {In}, $animal {x}"


def test_a_quote_sends_nothing(shell: Any, lab: il.Lab, catalog_path: Path) -> None:
    shell.user_ns |= {"lab": lab, "animal": "fox"}

    quote = run(shell, "%imagine --quote -n 2 -q low a {animal}'s den")

    assert isinstance(quote, il.Quote)
    assert quote.n == 2
    assert "a fox's den" in quote.code()
    assert Book(catalog_path.with_name("sandbox.book")).bill() == []


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%%imagine --qualty low\na fox", "--qualty is no option of imagine; .*'--quality'?"),
        ("%%imagine -n two\na fox", "-n two is not a whole number"),
        ("%%imagine -q\na fox", "-q lacks its value, as in -q low"),
        ("%%imagine a fox\nan owl", "'a fox' on the line of %%imagine is no option"),
        ("%%imagine -q low\n\n", "there is no prompt: write it below"),
        ("%%imagine -q low\na {things}", r"\{things\} is of type list, neither text nor"),
        ("%%imagine -q turquoise\na fox", "does not accept quality='turquoise'"),
    ],
)
def test_a_slip_ends_in_one_sentence(
    shell: Any, lab: il.Lab, capfd: pytest.CaptureFixture[str], cell: str, words: str
) -> None:
    shell.user_ns |= {"lab": lab, "things": ["fox"]}

    with pytest.raises(Exception, match=words) as raised:
        run(shell, cell)

    assert type(raised.value).__name__ == "UsageError"
    assert "Traceback" not in "".join(capfd.readouterr())
    assert len(lab.search()) == 0


def test_the_only_lab_is_asked_whatever_its_name(shell: Any, lab: il.Lab) -> None:
    shell.user_ns["mine"] = lab

    assert run(shell, "%imagine -q low a fox").prompt == "a fox"
    assert len(lab.search()) == 1


def test_among_several_labs_none_is_guessed(shell: Any, lab: il.Lab, tmp_path: Path) -> None:
    with il.open(tmp_path / "other.db", sandbox=True) as other:
        shell.user_ns |= {"mine": lab, "other": other}

        with pytest.raises(Exception, match="there are several labs, mine, other"):
            run(shell, "%imagine -q low a fox")


def test_where_there_is_no_lab_this_folders_is_opened(
    shell: Any, catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    il.open(catalog_path, sandbox=True).close()
    monkeypatch.setenv("IMAGELAB_CATALOG", str(catalog_path))

    made = run(shell, "%imagine -q low a fox")

    with shell.user_ns["lab"] as lab:
        assert lab.generation(made.id).prompt == "a fox"


def test_a_lab_that_is_something_else_is_left_alone(shell: Any) -> None:
    shell.user_ns["lab"] = "a laboratory"

    with pytest.raises(Exception, match=r"`lab` is no lab here; run lab = il\.open\(\)"):
        run(shell, "%imagine -q low a fox")

    assert shell.user_ns["lab"] == "a laboratory"


def test_values_are_words_or_in_quotes_and_the_rest_is_the_prompt() -> None:
    line = read_line("--size=1024x1024 -p 'openai' --previews 2 --reuse -- -m is a letter")

    assert line.given == {"size": "1024x1024", "provider": "openai", "previews": 2, "reuse": True}
    assert line.rest == "-m is a letter"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("-q low -q high", "-q is given twice"),
        ("-o 2foxes", "-o 2foxes is not the name of a variable"),
        ("-o class", "-o class is not the name of a variable"),
        ("-m --quote", "-m lacks its value"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(line: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        read_line(line)


def test_what_is_filled_in_is_not_read_again() -> None:
    assert filled("{a}", {"a": "{b}", "b": "x"}) == "{b}"


def test_finding_the_extension_imports_no_ipython() -> None:
    script = (
        "import imagelab, sys; imagelab.load_ipython_extension; print('IPython' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "False"
