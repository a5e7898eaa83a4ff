"""How long it takes to begin: the import, and a process that opens a lab and shows a page."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import imagelab as il
from tests.benchmarks.measure import Result, compared, in_turns, median

_ROUNDS = 15


def run(_: int) -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ".imagelab" / "sandbox.db"
        il.open(path, sandbox=True).close()
        opening = f"import imagelab as il; lab = il.open({str(path)!r}); lab.search()[:50]"
        peers = "import PIL.Image, sqlite3"
        (first_page,) = in_turns(_ROUNDS, _in_python(opening))
        return [
            compared(
                "import imagelab",
                peers,
                1.3,
                _ROUNDS,
                _in_python("import imagelab"),
                _in_python(peers),
            ),
            Result("start → il.open → first page", median(first_page), 600, "0.6 s, a limit", 1),
        ]


def _in_python(code: str) -> Callable[[], object]:
    return lambda: subprocess.run(
        [sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL
    )
