"""The recipe of notebooks/03_scale.ipynb on Daft's own runner, against plain Python."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "03_scale.ipynb"
QUIET = {"DO_NOT_TRACK": "true", "DAFT_PROGRESS_BAR": "0"}
needs_daft = pytest.mark.skipif(
    importlib.util.find_spec("daft") is None,
    reason="Daft is 150 MB and wants an older pyarrow: pip install -e '.[test,scale]', then again",
)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the modules that the notebook writes."""
    folder = tmp_path_factory.mktemp("recipe")
    for cell in json.loads(NOTEBOOK.read_text())["cells"]:
        command, _, rest = "".join(cell["source"]).partition("\n")
        if command.startswith("%%writefile "):
            (folder / command.split()[1]).write_text(rest)
    return folder


@pytest.fixture(scope="module")
def measured(recipe: Path) -> dict[bytes, dict[str, Any]]:
    """What the function says of each picture, and of what is none."""
    specification = importlib.util.spec_from_file_location("measure", recipe / "measure.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return {data: module.measure(data) for data in (*map(drawn, ("red", "#fff0", "navy")), b"no")}


def drawn(colour: str) -> bytes:
    file = io.BytesIO()
    image = Image.linear_gradient("L").convert("RGBA")
    image.paste(Image.new("RGBA", (90, 140), colour), (100, 30))
    image.save(file, "PNG")
    return file.getvalue()


@needs_daft
def test_daft_says_of_every_row_what_plain_python_says(
    recipe: Path, measured: dict[bytes, dict[str, Any]]
) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    (recipe / "in" / "data").mkdir(parents=True)
    ids = {f"picture-{number}": data for number, data in enumerate(measured)}
    rows = [{"id": name, "image": {"bytes": data, "path": ""}} for name, data in ids.items()]
    parquet.write_table(pa.Table.from_pylist(rows), recipe / "in" / "data" / "a.parquet")

    job = [sys.executable, "job.py", "in", "out"]
    subprocess.run(job, cwd=recipe, env={**os.environ, **QUIET}, check=True, timeout=120)

    found = {row.pop("id"): row for row in parquet.read_table(recipe / "out").to_pylist()}
    assert found == {name: measured[data] for name, data in ids.items()}


def test_what_is_no_picture_is_a_row_that_says_so(measured: dict[bytes, dict[str, Any]]) -> None:
    assert measured[b"no"]["error"] == "UnidentifiedImageError"
    assert measured[b"no"]["embedding"] is None


def test_an_embedding_has_length_one_and_tells_pictures_apart(
    measured: dict[bytes, dict[str, Any]],
) -> None:
    red, _, navy = (measured[data]["embedding"] for data in list(measured)[:3])

    assert sum(value * value for value in red) == pytest.approx(1, abs=1e-5)
    assert sum(one * other for one, other in zip(red, navy, strict=True)) < 0.95
