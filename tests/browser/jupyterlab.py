"""A JupyterLab of its own on loopback: no setting, notebook or kernel of the user is touched.

It runs as users run it: with a token, with its check against forged requests, with our
server extension enabled by the configuration that is installed with the package.
"""

from __future__ import annotations

import json
import secrets
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.started import Started, free_port

_FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
    "HOME": "home",
}
_SETTINGS: dict[str, dict[str, Any]] = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "defer"},  # all cells are in the page
}


class JupyterLab(Started):
    """A server that is running; `url` ends with a slash, notebooks lie in `root`."""

    def __init__(self, folder: Path, environment: Mapping[str, str] = {}) -> None:
        self.root, self.token = folder / "notebooks", secrets.token_hex(16)
        self.root.mkdir(parents=True)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/"
        super().__init__(
            self._command(),
            folder=self.root,
            log=folder / "server.log",
            environment={**_isolated(folder), **environment},
            answers=lambda: self.api("status"),
        )

    def write(self, name: str, cells: Sequence[str]) -> str:
        """A notebook of code cells; its name."""
        notebook = {
            "cells": [_code(number, cell) for number, cell in enumerate(cells)],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.root / name).parent.mkdir(exist_ok=True)
        (self.root / name).write_text(json.dumps(notebook))
        return name

    def set_theme(self, name: str) -> None:
        """The theme pages have that are opened from now on."""
        _settle(self.root.parent, "apputils-extension/themes", {"theme": name})

    def stop_kernels(self) -> None:
        """End every kernel."""
        for session in self.api("sessions"):
            self.api(f"sessions/{session['id']}", "DELETE")

    def api(self, path: str, method: str = "GET") -> Any:
        """Jupyter's own REST API."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}api/{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def _command(self) -> list[str]:
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self._port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.root,
            "IdentityProvider.token": self.token,
            "LabApp.expose_app_in_browser": True,
            "JupyterNotebookApp.expose_app_in_browser": True,
        }
        told = [f"--{name}={value}" for name, value in options.items()]
        return [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *told]


def _code(number: int, source: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"execution_count": None, "metadata": {}, "outputs": []}
    return {"cell_type": "code", "id": f"cell-{number}", "source": source, **empty}


def _isolated(folder: Path) -> dict[str, str]:
    for name in _FOLDERS.values():
        (folder / name).mkdir(exist_ok=True)
    for name, settings in _SETTINGS.items():
        _settle(folder, name, settings)
    return {variable: str(folder / name) for variable, name in _FOLDERS.items()}


def _settle(folder: Path, name: str, settings: Mapping[str, Any]) -> None:
    file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings))
