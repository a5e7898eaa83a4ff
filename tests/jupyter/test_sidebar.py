from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagelab.catalog import pointer
from imagelab.domain.life import Owner
from imagelab.jobs.owner import boot_id
from tests.jupyter.server import Server

BOOK = "project/notes/book.ipynb"


@pytest.fixture
def project(server: Server, catalog: Path) -> Iterator[Path]:
    """A catalog in a folder of the server's, for a notebook in a folder of that one."""
    kept = server.root / "project" / ".imagelab"
    kept.mkdir(parents=True)
    (kept.parent / "notes").mkdir()
    shutil.copy(catalog, kept / "sandbox.db")
    yield kept / "sandbox.db"
    shutil.rmtree(kept.parent)


def listed(server: Server, notebook: str = BOOK) -> list[dict[str, Any]]:
    answered = server.client.get("imagelab/api/catalogs", params={"notebook": notebook})
    found: list[dict[str, Any]] = answered.raise_for_status().json()["catalogs"]
    return [one for one in found if one["folder"] in ("project", "elsewhere")]


def test_a_catalog_above_the_notebook_is_found_without_any_kernel(
    server: Server, project: Path
) -> None:
    [found] = listed(server)

    assert (found["folder"], found["name"], found["near"]) == ("project", "sandbox.db", True)
    assert b'"total":3,' in server.ask(found["pointer"], "count").content
    assert str(project.parent) not in str(found)


def test_a_catalog_that_a_kernel_has_open_is_known_by_the_kernel(
    server: Server, project: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / "mine.db"
    other.parent.mkdir()
    shutil.copy(project, other)
    server.point(project, kernel="one")
    given = server.point(other, kernel="two")

    near, far = listed(server)

    assert (near["kernels"], far["kernels"], far["pointer"]) == (["one"], ["two"], given)
    assert (far["folder"], far["name"], far["near"]) == ("elsewhere", "mine.db", False)


def test_what_a_killed_kernel_announced_is_not_listed(
    server: Server, project: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / "left.db"
    other.parent.mkdir()
    shutil.copy(project, other)
    pointer.write(server.runtime / "imagelab", other, Owner(boot_id(), 4_194_305, 1), "gone")

    assert "left.db" not in [one["name"] for one in listed(server)]


@pytest.mark.parametrize("name", ["catalogs", "sidebar"])
def test_a_stranger_gets_nothing_and_nobody_writes(server: Server, name: str) -> None:
    with server.stranger() as client:
        refused = client.get(f"imagelab/api/{name}")

    assert refused.status_code == 403
    assert server.client.post(f"imagelab/api/{name}").status_code == 405


@pytest.mark.parametrize("name", ["catalogs", "sidebar"])
def test_a_page_from_elsewhere_gets_nothing_though_its_reader_is_logged_in(
    server: Server, name: str
) -> None:
    with server.stranger() as client:
        client.get("login")
        client.get("login", params={"token": server.token})
        forged = client.get(f"imagelab/api/{name}")
        token = {"X-XSRFToken": client.cookies["_xsrf"]}

        assert forged.status_code == 403
        assert client.get(f"imagelab/api/{name}", headers=token).status_code == 200


@pytest.mark.parametrize("notebook", [b"%ff", b"%00", b"..%2f..%2f", b"x" * 9000])
def test_a_notebook_of_any_name_is_answered(server: Server, project: Path, notebook: bytes) -> None:
    address = f"{server.url}imagelab/api/catalogs?notebook={notebook.decode()}"
    answered: httpx.Response = server.client.get(address)

    assert answered.status_code in (200, 400)
    assert str(project) not in answered.text


def test_the_sidebars_script_comes_from_the_package(server: Server) -> None:
    view = server.client.get("imagelab/api/sidebar").json()

    assert '"name": "gallery.js"' in view["script"]
    assert ".il-sidebar" in view["style"]
