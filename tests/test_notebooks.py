from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imagelab.sandbox.book import Book

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
shipped = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def outputs(path: Path) -> Iterator[dict[str, Any]]:
    for cell in json.loads(path.read_text())["cells"]:
        yield from cell.get("outputs", ())


@shipped
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    from nbclient import NotebookClient  # with the schema of notebooks it takes a second to load
    from nbformat import read

    notebook = read(shutil.copy(path, tmp_path), as_version=4)  # type: ignore[no-untyped-call] # it ships half its types

    done = NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()

    assert [
        cell.source for cell in done.cells if cell.cell_type == "code" and not cell.outputs
    ] == []


@pytest.mark.fault
def test_a_sweep_s_notebook_sends_nothing_when_it_is_run_again(tmp_path: Path) -> None:
    from nbclient import NotebookClient  # as above
    from nbformat import read

    path = next(path for path in NOTEBOOKS if path.stem == "05_sweep")
    for _ in range(2):
        notebook = read(path, as_version=4)  # type: ignore[no-untyped-call] # it ships half its types
        NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()

    assert len(Book(tmp_path / ".imagelab" / "sandbox.book").bill()) == 17


@shipped
def test_a_notebook_is_shipped_with_its_pictures(path: Path) -> None:
    told = [output.get("data", {}) for output in outputs(path)]

    assert [data for data in told if "data:image/jpeg" in "".join(data.get("text/html", ""))]
    assert [data for data in told if "image/jpeg" in data]
    assert path.stat().st_size < 1_000_000


@shipped
def test_a_shipped_notebook_names_no_folder_of_its_maker(path: Path) -> None:
    assert re.findall(r"/(?:home|Users|root|tmp|work)/", path.read_text()) == []
