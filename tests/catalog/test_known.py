from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from imagelab.catalog import known
from imagelab.catalog.known import data_folder, known as all_known, remember


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def catalog(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(b"x" * 10)
    return path


def test_what_was_opened_is_known_the_latest_first_each_once(folder: Path, tmp_path: Path) -> None:
    one, two = catalog(tmp_path, "one.db"), catalog(tmp_path, "two.db")
    for path, mode in ((one, "real"), (two, "sandbox"), (one, "real")):
        remember(folder, path, mode)  # type: ignore[arg-type] # a mode

    found = all_known(folder)

    assert [(k.path, k.mode, k.there, k.size_bytes) for k in found] == [
        (one, "real", True, 10),
        (two, "sandbox", True, 10),
    ]


def test_the_list_is_for_its_owner_alone(folder: Path, tmp_path: Path) -> None:
    remember(folder, catalog(tmp_path, "one.db"), "real")

    listed = folder / "catalogs"

    assert [stat.S_IMODE(file.stat().st_mode) for file in listed.iterdir()] == [0o600]
    assert stat.S_IMODE(listed.stat().st_mode) == 0o700


def test_a_catalog_that_is_gone_is_known_as_gone(folder: Path, tmp_path: Path) -> None:
    path = catalog(tmp_path, "one.db")
    remember(folder, path, "real")
    path.unlink()

    [gone] = all_known(folder)

    assert (gone.path, gone.there, gone.size_bytes) == (path, False, None)


@pytest.mark.parametrize(
    "told", ["", "[]", "{", {"path": "x"}, {"path": "a", "mode": "odd", "opened_at": 1}]
)
def test_a_file_that_says_nothing_of_use_is_left_out(
    folder: Path, tmp_path: Path, told: object
) -> None:
    remember(folder, catalog(tmp_path, "one.db"), "real")
    other = folder / "catalogs" / "other.json"
    other.write_text(told if isinstance(told, str) else json.dumps(told))
    other.chmod(0o600)

    assert len(all_known(folder)) == 1


def test_a_file_that_others_can_write_is_not_believed(folder: Path, tmp_path: Path) -> None:
    remember(folder, catalog(tmp_path, "one.db"), "real")
    [file] = (folder / "catalogs").iterdir()
    file.chmod(0o666)

    assert all_known(folder) == []


def test_of_too_many_those_that_are_gone_are_forgotten_first(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MOST", 2)
    one, gone = catalog(tmp_path, "one.db"), catalog(tmp_path, "gone.db")
    remember(folder, one, "real")
    remember(folder, gone, "real")
    gone.unlink()

    remember(folder, catalog(tmp_path, "two.db"), "real")

    assert {found.path.name for found in all_known(folder)} == {"one.db", "two.db"}


def test_where_nothing_was_opened_nothing_is_known(folder: Path) -> None:
    assert all_known(folder) == []


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({"IMAGELAB_DATA": "/a", "XDG_DATA_HOME": "/b"}, "/a"),
        ({"XDG_DATA_HOME": "/b"}, "/b/imagelab"),
    ],
)
def test_the_data_folder_is_where_the_user_says(environ: dict[str, str], place: str) -> None:
    assert data_folder(environ) == Path(place)


def test_without_a_word_the_data_folder_is_in_the_home_folder() -> None:
    assert data_folder({}).is_relative_to(Path.home())
    assert data_folder({}).name == "imagelab"
