"""How long it takes to begin: the import, and a process that opens a lab and shows a page.

Both as after an installation: with the modules compiled, which an environment that sets
PYTHONDONTWRITEBYTECODE would do anew for each process. `IMAGELAB_BENCH_CATALOGS` names a folder
of catalogs made before, as `gallery` reads them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import synthetic
from tests.benchmarks.measure import Result, compared, in_turns, median, spread

_ROUNDS = 15
_FEW = 1_000
_PEERS = "import PIL.Image, sqlite3"
_OPENING = "import imagelab as il; lab = il.open({path!r}); lab.search({query!r})[:50].ids"


def run(rows: int) -> list[Result]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        folder = Path(name)
        few, many = (synthetic.copied(folder, count) for count in (_FEW, rows))
        pages = [
            _in_python(_OPENING.format(path=str(path), query=query), folder)
            for path, query in ((few, ""), (many, ""), (many, "word12"))
        ]
        importing = [_in_python(code, folder) for code in ("import imagelab", _PEERS)]
        for act in (*pages, *importing):
            act()  # which compiles what it imports
        small, large, word = in_turns(_ROUNDS, *pages)
        said = f"start → il.open → first page of {rows:,}"
        return [
            compared("import imagelab", _PEERS, 1.3, _ROUNDS, *importing).called("import imagelab"),
            Result(said, median(large), 600, "0.6 s, a limit", 1, *spread(large)),
            Result(f"{said}, a word", median(word), 600, "0.6 s, a limit", 1, *spread(word)),
            Result(said, median(large), median(small), f"the same of {_FEW:,}", 1.5),
        ]


def _in_python(code: str, folder: Path) -> Callable[[], object]:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return lambda: subprocess.run(
        [sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, env=environment
    )
