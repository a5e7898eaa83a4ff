from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imagelab.sandbox.book import Book
from tests.test_scale import needs_daft

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
shipped = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def outputs(path: Path) -> Iterator[dict[str, Any]]:
    for cell in json.loads(path.read_text())["cells"]:
        yield from cell.get("outputs", ())


def executed(path: Path, folder: Path) -> list[Any]:
    """The cells of a notebook that was run in this folder."""
    from nbclient import NotebookClient  # with the schema of notebooks it takes a second to load
    from nbformat import read

    notebook = read(path, as_version=4)  # type: ignore[no-untyped-call] # it ships half its types
    done = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
    return list(done.cells)


def silent(cells: list[Any]) -> list[str]:
    """The code of cells that showed nothing."""
    return [cell.source for cell in cells if cell.cell_type == "code" and not cell.outputs]


@pytest.mark.parametrize("name", ["00_tour", "01_providers"])
def test_a_notebook_runs_from_top_to_bottom(name: str, tmp_path: Path) -> None:
    assert silent(executed(FOLDER / f"{name}.ipynb", tmp_path)) == []


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("02_curate_and_export", 5),
        pytest.param("03_scale", 4, marks=needs_daft),
        ("04_lineage", 12),
        ("05_sweep", 17),
    ],
)
def test_a_notebook_sends_nothing_when_it_is_run_again(
    name: str, calls: int, tmp_path: Path
) -> None:
    path = FOLDER / f"{name}.ipynb"
    bills = []

    for _ in range(2):
        assert silent(executed(path, tmp_path)) == []
        bills.append(len(Book(tmp_path / ".imagelab" / "sandbox.book").bill()))

    assert bills == [calls, calls]


@shipped
def test_a_notebook_is_shipped_with_its_pictures(path: Path) -> None:
    told = [output.get("data", {}) for output in outputs(path)]

    assert [data for data in told if "data:image/jpeg" in "".join(data.get("text/html", ""))]
    assert [data for data in told if "image/jpeg" in data]
    assert path.stat().st_size < 1_000_000


@shipped
def test_a_shipped_notebook_names_no_folder_of_its_maker(path: Path) -> None:
    assert re.findall(r"/(?:home|Users|root|tmp|work)/", path.read_text()) == []
