from __future__ import annotations

import os
from pathlib import Path

import pytest

from imagelab.jupyter.nearby import Nearby

HOSTILE = [
    "../secret/book.ipynb",
    "..%2fsecret/book.ipynb",
    "a/../../secret/book.ipynb",
    "/etc/passwd",
    "//secret//book.ipynb",
    "a/./book.ipynb",
    "\0/book.ipynb",
    "a\\b/book.ipynb",
    "/".join(["a"] * 10_000),
    "link/book.ipynb",
]


def made(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A server's folder with catalogs in it, and one beside it that is none of its business."""
    root = tmp_path / "root"
    made(root / ".imagelab/sandbox.db", root / ".imagelab/catalog.db")
    made(root / "a/b/.imagelab/catalog.db", tmp_path / "secret/.imagelab/catalog.db")
    (root / "link").symlink_to(tmp_path / "secret")
    return root


def found(root: Path, notebook: str) -> list[tuple[str, str]]:
    return [(folder, path.name) for folder, path in Nearby(root).beside(notebook)]


def test_the_nearest_is_first_and_the_real_before_the_sandbox(root: Path) -> None:
    up = [("", "catalog.db"), ("", "sandbox.db")]

    assert found(root, "a/b/c/book.ipynb") == [("a/b", "catalog.db"), *up]
    assert found(root, "book.ipynb") == up
    assert found(root, "") == up


@pytest.mark.parametrize("notebook", HOSTILE, ids=range(len(HOSTILE)))
def test_no_path_leads_out_of_the_root(root: Path, notebook: str) -> None:
    assert {folder for folder, _ in found(root, notebook)} <= {"", "a/b"}
    assert ("", "catalog.db") in found(root, notebook)


def test_what_anybody_may_change_or_only_points_elsewhere_is_left_alone(root: Path) -> None:
    (root / "a/b/.imagelab/catalog.db").chmod(0o602)
    made(root / "c/.imagelab/catalog.db")
    (root / "c/.imagelab/sandbox.db").symlink_to(root / ".imagelab/sandbox.db")

    assert ("a/b", "catalog.db") not in found(root, "a/b/book.ipynb")
    assert [name for folder, name in found(root, "c/x.ipynb") if folder == "c"] == ["catalog.db"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_somebody_else_left_there_is_left_alone(root: Path) -> None:
    os.chown(root / "a/b/.imagelab/catalog.db", 65534, 65534)

    assert ("a/b", "catalog.db") not in found(root, "a/b/book.ipynb")


def test_a_pointer_is_good_while_its_file_is_ours(root: Path) -> None:
    nearby, path = Nearby(root), root / ".imagelab/catalog.db"
    given = nearby.pointer(path)
    assert (nearby.path(given), nearby.pointer(path)) == (path, given)

    path.unlink()
    path.symlink_to(root / ".imagelab/sandbox.db")

    assert nearby.path(given) is None
    assert nearby.path("0" * 32) is None
