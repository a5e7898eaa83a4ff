from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from imagelab.catalog import pointer
from imagelab.domain.life import Owner

OWNER = Owner("boot", 7, 11)
NAME = "0123456789abcdef" * 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runtime" / "imagelab"


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.db"
    path.write_bytes(b"")
    return path


def left(folder: Path, told: Any, mode: int = 0o600) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{NAME}.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told))
    file.chmod(mode)
    return file


def test_a_pointer_leads_to_its_catalog(folder: Path, catalog: Path) -> None:
    written = pointer.write(folder, catalog, OWNER)

    assert pointer.read(folder, written) == catalog
    assert len(written) == 32


def test_only_its_owner_can_read_a_pointer(folder: Path, catalog: Path) -> None:
    written = pointer.write(folder, catalog, OWNER)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / f"{written}.json").stat().st_mode) == 0o600


def test_two_pointers_to_one_catalog_differ(folder: Path, catalog: Path) -> None:
    assert pointer.write(folder, catalog, OWNER) != pointer.write(folder, catalog, OWNER)


def test_a_pointer_that_was_removed_leads_nowhere(folder: Path, catalog: Path) -> None:
    written = pointer.write(folder, catalog, OWNER)

    pointer.remove(folder, written)
    pointer.remove(folder, written)

    assert pointer.read(folder, written) is None
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", "..", NAME[:-1], NAME + "0", NAME.upper(), f"../{NAME}", f"{NAME}\n", "\x00" * 32]
)
def test_what_is_no_pointer_is_not_looked_for(folder: Path, catalog: Path, name: str) -> None:
    left(folder, {"catalog": str(catalog)})

    assert pointer.read(folder, name) is None


def test_a_name_that_is_no_pointer_removes_nothing(folder: Path, catalog: Path) -> None:
    pointer.write(folder, catalog, OWNER)

    pointer.remove(folder, "../../catalog")

    assert catalog.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_file_that_others_can_touch_is_not_believed(
    folder: Path, catalog: Path, mode: int
) -> None:
    left(folder, {"catalog": str(catalog)}, mode)

    assert pointer.read(folder, NAME) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_believed(folder: Path, catalog: Path) -> None:
    os.chown(left(folder, {"catalog": str(catalog)}), 12345, 12345)

    assert pointer.read(folder, NAME) is None


def test_a_link_is_not_followed(folder: Path, catalog: Path) -> None:
    elsewhere = left(folder / "elsewhere", {"catalog": str(catalog)})
    (folder / f"{NAME}.json").symlink_to(elsewhere)

    assert pointer.read(folder, NAME) is None


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(folder / f"{NAME}.json", 0o600)

    assert pointer.read(folder, NAME) is None


@pytest.mark.parametrize(
    "told", ["", "{", "[]", "null", "[" * 50_000, {}, {"catalog": 7}, {"catalog": "a\x00b"}]
)
def test_a_file_that_says_nothing_of_use_leads_nowhere(folder: Path, told: Any) -> None:
    left(folder, told)

    assert pointer.read(folder, NAME) is None


def test_a_path_must_be_absolute_and_a_regular_file(
    folder: Path, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(catalog.parent)
    link = catalog.with_name("link.db")
    link.symlink_to(catalog)
    paths = ["catalog.db", str(catalog.parent), str(link), str(catalog.with_name("none.db"))]

    found = []
    for path in paths:
        left(folder, {"catalog": path})
        found.append(pointer.read(folder, NAME))

    assert found == [None, None, None, None]


def test_sweeping_removes_the_pointers_of_processes_that_are_gone(
    folder: Path, catalog: Path
) -> None:
    gone = pointer.write(folder, catalog, Owner("boot", 8, 1))
    there = pointer.write(folder, catalog, OWNER)

    pointer.sweep(folder, lambda owner: owner == OWNER)

    assert pointer.read(folder, gone) is None
    assert pointer.read(folder, there) == catalog


def test_sweeping_removes_what_cannot_be_read_and_leaves_other_files(folder: Path) -> None:
    left(folder, "{")
    (folder / "kernel-7.json").write_text("{}")

    pointer.sweep(folder, lambda _: True)

    assert [file.name for file in folder.iterdir()] == ["kernel-7.json"]


def test_sweeping_a_folder_that_is_not_there_is_no_matter(folder: Path) -> None:
    pointer.sweep(folder, lambda _: True)

    assert not folder.exists()
