"""A marimo of its own on loopback, which runs one notebook as an app."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.started import Started, free_port

_CELL = """
@app.cell
def _({takes}):
{body}
    return {gives}
"""


class Marimo(Started):
    """A server that is running; each cell may use what the first one names."""

    def __init__(self, folder: Path, cells: Sequence[str]) -> None:
        book = folder / "book.py"
        book.write_text(_written(cells))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/"
        options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
        super().__init__(
            [sys.executable, "-m", "marimo", "run", str(book), *options],
            folder=folder,
            log=folder / "marimo.log",
            environment={"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
            answers=lambda: urllib.request.urlopen(self.url, timeout=10).close(),
        )


def _written(cells: Sequence[str]) -> str:
    """As marimo keeps a notebook; the first cell's imports and names are given to the others."""
    first, *others = cells
    written = ["import marimo\n\napp = marimo.App()\n", _cell(first, "", "il, lab")]
    written += [_cell(other, "il, lab", "") for other in others if other]
    return "\n".join(written)


def _cell(source: str, takes: str, gives: str) -> str:
    body = "\n".join(f"    {line}" for line in source.splitlines())
    return _CELL.format(takes=takes, body=body, gives=f"{gives}," if gives else "")
