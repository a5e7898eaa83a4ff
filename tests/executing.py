"""Runs cells in a kernel of this interpreter; by its path it is the process of its own that does it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager


class ThisInterpreter(KernelSpecManager):
    """The interpreter that runs the tests, as a kernel that is installed nowhere."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The same under every name."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name=kernel_name, language="python")


def execute(
    cells: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] = {},
    *,
    errors: bool = False,
) -> Any:
    """The notebook as it would be saved; with `errors` a cell that raises does not end it.

    In a process of its own, since nbclient leaves sockets.
    """
    told = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).resolve()),
            json.dumps([*cells]),
            *(["--errors"] if errors else []),
        ],
        cwd=folder,
        env={**os.environ, **environment, "IPYTHONDIR": str(folder / "ipython")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    return json.loads(told.splitlines()[-1])


def _executed(cells: Sequence[str], *, errors: bool) -> Any:
    import nbformat  # with the schema of notebooks it takes a second to load
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    made = [nbformat.v4.new_code_cell(cell) for cell in cells]  # type: ignore[no-untyped-call] # nbformat ships none
    notebook = nbformat.v4.new_notebook(cells=made)  # type: ignore[no-untyped-call] # as above
    # ipc: the messages stay on this machine, and no port has to be free.
    manager = AsyncKernelManager(
        kernel_name="here", kernel_spec_manager=ThisInterpreter(), transport="ipc", ip="./k"
    )
    NotebookClient(notebook, km=manager, timeout=60, allow_errors=errors).execute()
    nbformat.validate(notebook)
    return notebook


if __name__ == "__main__":
    print(json.dumps(_executed(json.loads(sys.argv[1]), errors="--errors" in sys.argv)))
