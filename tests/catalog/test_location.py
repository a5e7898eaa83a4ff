from __future__ import annotations

from pathlib import Path

import pytest

from imagelab.catalog.location import Location, here, locate, make_folder
from imagelab.errors import CatalogError, RequestError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keys() -> bool:
    return True


def no_keys() -> bool:
    return False


def never() -> bool:
    raise AssertionError("the keys were looked for, and nothing turns on them")


def made(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"SQLite")
    return path


def test_with_nothing_there_keys_decide(folder: Path) -> None:
    assert locate(None, None, any_key=keys) == Location(folder / ".imagelab/catalog.db", "real")
    assert locate(None, None, any_key=no_keys) == Location(
        folder / ".imagelab/sandbox.db", "sandbox"
    )


@pytest.mark.parametrize(("sandbox", "name"), [(True, "sandbox.db"), (False, "catalog.db")])
def test_a_mode_that_is_asked_for_needs_no_keys(
    folder: Path,
    sandbox: bool,  # noqa: FBT001 - a column
    name: str,
) -> None:
    assert locate(None, sandbox, any_key=never).path == folder / ".imagelab" / name


def test_what_is_there_decides_and_the_real_one_first(folder: Path) -> None:
    made(folder / ".imagelab/sandbox.db")
    assert locate(None, None, any_key=never).mode == "sandbox"

    made(folder / ".imagelab/catalog.db")
    assert locate(None, None, any_key=never).mode == "real"


def test_the_nearest_folder_upwards_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".imagelab").mkdir()
    (folder / "a" / ".imagelab").mkdir(parents=True)
    (folder / "a" / "b").mkdir()
    monkeypatch.chdir(folder / "a" / "b")

    assert locate(None, True, any_key=never).path == folder / "a/.imagelab/sandbox.db"


def test_a_named_file_follows_itself_where_it_has_content(folder: Path) -> None:
    mine = made(folder / "mine.db")

    assert locate("mine.db", None, any_key=never) == Location(mine, None)
    assert locate(mine, True, any_key=never) == Location(mine, "sandbox")
    assert locate("new.db", None, any_key=keys) == Location(folder / "new.db", "real")


def test_a_named_folder_of_ours_means_the_file_in_it(folder: Path) -> None:
    made(folder / ".imagelab/sandbox.db")

    assert locate(".imagelab", None, any_key=never).path.name == "sandbox.db"
    assert locate(".imagelab", False, any_key=never).path.name == "catalog.db"


def test_a_path_is_made_absolute_at_once(folder: Path) -> None:
    assert locate("sub/mine.db", True, any_key=never).path == folder / "sub/mine.db"
    assert locate(".", True, any_key=never).path == folder


def test_the_home_folder_may_be_abbreviated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))

    assert locate("~/mine.db", True, any_key=never).path == folder / "mine.db"


def test_the_variable_is_for_real_labs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGELAB_CATALOG", "env.db")

    assert locate(None, None, any_key=keys) == Location(folder / "env.db", "real")
    assert locate(None, False, any_key=never) == Location(folder / "env.db", "real")
    assert locate(None, True, any_key=never).path == folder / ".imagelab/sandbox.db"
    assert locate("mine.db", None, any_key=keys).path == folder / "mine.db"


@pytest.mark.parametrize("path", [7, b"mine.db", "", ["mine.db"]])
def test_what_is_no_path_is_refused(path: object) -> None:
    with pytest.raises(RequestError, match=r"is not a path; name a file, such as 'catalog.db'"):
        locate(path, True, any_key=never)


@pytest.mark.parametrize(
    ("session", "found"), [("notes/fox.ipynb", "notes"), ("gone/fox.ipynb", "."), ("", ".")]
)
def test_here_is_the_notebooks_folder_where_there_is_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, session: str, found: str
) -> None:
    (folder / "notes").mkdir()
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / session) if session else "")

    assert here() == folder / found


def test_only_a_folder_of_ours_gets_a_gitignore(folder: Path) -> None:
    make_folder(folder / ".imagelab")
    make_folder(folder / "other")

    assert (folder / ".imagelab/.gitignore").read_text() == "*\n"
    assert not (folder / "other/.gitignore").exists()
    assert (folder / ".imagelab").stat().st_mode & 0o777 == 0o700


def test_a_gitignore_that_is_there_stays(folder: Path) -> None:
    (folder / ".imagelab").mkdir()
    (folder / ".imagelab/.gitignore").write_text("*.tmp\n")

    make_folder(folder / ".imagelab")

    assert (folder / ".imagelab/.gitignore").read_text() == "*.tmp\n"


def test_a_file_where_the_folder_would_be_is_told(folder: Path) -> None:
    (folder / ".imagelab").write_text("mine")

    with pytest.raises(
        CatalogError, match=r"/.imagelab' cannot be made: File exists; name another"
    ):
        make_folder(folder / ".imagelab")
