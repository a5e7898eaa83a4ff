from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import CatalogError, CatalogModeError

KEY = "sk-0123456789abcdef"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with nothing of ours above it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_lab_is_made_here_in_a_folder_that_git_leaves_alone(folder: Path) -> None:
    il.open(sandbox=True).close()

    assert (folder / ".imagelab" / "sandbox.db").exists()
    assert (folder / ".imagelab" / ".gitignore").read_text() == "*\n"
    assert (folder / ".imagelab" / "sandbox.db").stat().st_mode & 0o777 == 0o600


def test_the_nearest_lab_upwards_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    il.open(sandbox=True).close()
    (folder / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(folder / "a" / "b")

    il.open(sandbox=True).close()

    assert not (folder / "a" / "b" / ".imagelab").exists()


def test_the_notebooks_own_folder_is_where_one_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "notes").mkdir()
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "notes" / "fox.ipynb"))

    il.open(sandbox=True).close()

    assert (folder / "notes" / ".imagelab" / "sandbox.db").exists()


def test_the_variable_names_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGELAB_CATALOG", str(folder / "mine.db"))

    il.open(keys={"openai": KEY}).close()

    assert (folder / "mine.db").exists()
    assert not (folder / ".imagelab").exists()


def test_a_sandbox_that_is_asked_for_ignores_the_variable(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_CATALOG", str(folder / "mine.db"))

    il.open(sandbox=True).close()

    assert not (folder / "mine.db").exists()
    assert (folder / ".imagelab" / "sandbox.db").exists()


@pytest.mark.parametrize(
    ("keys", "name"), [(None, "sandbox.db"), ({"openai": KEY}, "catalog.db")], ids=["none", "one"]
)
def test_a_new_lab_is_real_if_any_key_is_found(
    folder: Path, keys: dict[str, str] | None, name: str
) -> None:
    il.open(keys=keys).close()

    assert (folder / ".imagelab" / name).exists()


def test_a_server_of_ones_own_makes_a_new_lab_real(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1")

    il.open().close()

    assert (folder / ".imagelab" / "catalog.db").exists()
    assert "keys: openai (none, for 127.0.0.1:8080)" in capsys.readouterr().out


def test_the_file_that_is_there_decides_and_the_real_one_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    il.open(sandbox=True).close()
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with il.open() as lab:
        assert "sandbox.db, sandbox" in repr(lab)
    il.open(sandbox=False).close()

    with il.open() as lab:
        assert "catalog.db, real" in repr(lab)
    with il.open(folder / ".imagelab", sandbox=True) as lab:
        assert "sandbox.db, sandbox" in repr(lab)


def test_a_named_folder_of_ours_is_opened_by_what_is_in_it(folder: Path) -> None:
    il.open(sandbox=True).close()

    with il.open(folder / ".imagelab") as lab:
        assert "sandbox.db, sandbox" in repr(lab)


@pytest.mark.parametrize(("first", "then"), [(True, False), (False, True)])
def test_a_mode_is_for_life(tmp_path: Path, first: bool, then: bool) -> None:  # noqa: FBT001 - columns
    il.open(tmp_path / "a.db", sandbox=first).close()

    with pytest.raises(CatalogModeError, match=f"open it with sandbox={first}, or name another"):
        il.open(tmp_path / "a.db", sandbox=then)
    with il.open(tmp_path / "a.db") as lab:
        assert ("sandbox" in repr(lab)) is first


@pytest.mark.usefixtures("folder")
def test_the_first_line_says_file_mode_and_keys_by_their_endings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    il.open("mine.db", sandbox=False, keys={"openai": KEY, "RUNWARE_API_KEY": "short"}).close()
    il.open("mine.db").close()

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("imagelab: mine.db, new; keys: openai …cdef, runware …")
    assert second == "imagelab: mine.db, 0 assets; no keys, so nothing can be paid for"
    assert KEY not in first


def test_what_would_delete_it_is_said_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".git").mkdir()
    for path in ("mine.db", "mine.db", "sub/.imagelab"):
        il.open(path, sandbox=True).close()

    lines = capsys.readouterr().out.splitlines()

    assert ["in a git work tree, where `git clean" in line for line in lines] == [True, False, True]
    assert ["on a throw-away disk" in line for line in lines] == [True, False, True]


def test_a_change_of_folder_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "elsewhere").mkdir()
    with il.open("mine.db", sandbox=True) as lab:
        monkeypatch.chdir(folder / "elsewhere")
        lab.generate("a fox", quality="low")
        counts: list[int] = []
        looking = threading.Thread(target=lambda: counts.append(len(lab.search("fox"))))
        looking.start()
        looking.join()

    assert counts == [1]
    assert list((folder / "elsewhere").iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_a_key_that_is_none_does_not_keep_the_sandbox_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "paste your key here")

    with il.open(sandbox=True) as lab:
        assert lab.generate("a fox", quality="low").status == "succeeded"


def test_a_place_where_no_folder_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")

    with pytest.raises(CatalogError, match=r"the folder '.*/file' cannot be made: File exists"):
        il.open(tmp_path / "file" / "mine.db", sandbox=True)


def test_a_lab_that_could_not_open_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()

    with pytest.raises(il.errors.UnknownModelError, match="no model 'gpt-imge-2'"):
        il.open(tmp_path / "a.db", sandbox=True, model="gpt-imge-2")

    assert threading.active_count() == before


def test_closing_twice_is_no_matter_and_a_closed_lab_says_so(tmp_path: Path) -> None:
    lab = il.open(tmp_path / "a.db", sandbox=True)
    lab.close()
    lab.close()

    assert repr(lab) == "Lab(a.db, sandbox, cannot be read now)"
    with pytest.raises(CatalogError, match=r"the catalog a.db was closed; open it again"):
        lab.generate("a fox")


def test_a_dotenv_gives_keys_and_never_addresses(folder: Path) -> None:
    (folder / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL=https://evil.example\n")
    script = "import imagelab as il; lab = il.open(); print(lab.quote('a fox').code('curl'))"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )

    assert "keys: openai …cdef" in done.stdout
    assert "https://api.openai.com/v1/images/generations" in done.stdout
    assert KEY not in done.stdout + done.stderr
