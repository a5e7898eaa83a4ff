"""A marimo of its own on loopback, which runs one notebook as an app."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Self

_START_SECONDS, _STOP_SECONDS = 60, 10
_CELL = """
@app.cell
def _({takes}):
{body}
    return {gives}
"""


class Marimo:
    """A server that is running; each cell may use what the first one names."""

    def __init__(self, folder: Path, cells: Sequence[str]) -> None:
        book = folder / "book.py"
        book.write_text(_written(cells))
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}/"
        options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
        self._log = (folder / "marimo.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "marimo", "run", str(book), *options],
            env={**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
            cwd=folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url, timeout=10).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        self._log.seek(0)
        raise RuntimeError(f"marimo did not start:\n{self._log.read()[-3000:]}")


def _written(cells: Sequence[str]) -> str:
    """As marimo keeps a notebook; the first cell's imports and names are given to the others."""
    first, *others = cells
    written = ["import marimo\n\napp = marimo.App()\n", _cell(first, "", "il, lab")]
    written += [_cell(other, "il, lab", "") for other in others if other]
    return "\n".join(written)


def _cell(source: str, takes: str, gives: str) -> str:
    body = "\n".join(f"    {line}" for line in source.splitlines())
    return _CELL.format(takes=takes, body=body, gives=f"{gives}," if gives else "")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
