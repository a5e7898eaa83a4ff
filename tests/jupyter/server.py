"""A Jupyter server of its own on loopback: no setting, notebook or kernel of the user is touched."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from imagelab.catalog import pointer
from imagelab.jobs.owner import this_process
from tests.started import Started, free_port

BASE_URL = "/user/a.person/"  # as behind a hub
_FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "HOME": "home",
}
# Slow to load, and no part of what is tested; ours is enabled by what its installation left.
_OTHERS = {"jupyterlab": False, "notebook_shim": False, "jupyter_lsp": False}


class Server(Started):
    """A server that is running, and a client with its token."""

    def __init__(self, folder: Path) -> None:
        self.runtime, self.token = folder / "runtime", secrets.token_hex(16)
        self.root = folder
        environment = {name: str(folder / place) for name, place in _FOLDERS.items()}
        for place in _FOLDERS.values():
            (folder / place).mkdir()
        self._port = free_port()
        self.host = f"127.0.0.1:{self._port}"
        self.url = f"http://{self.host}{BASE_URL}"
        self.client = self.stranger({"Authorization": f"token {self.token}"})
        super().__init__(
            self._command(),
            folder=folder,
            log=folder / "server.log",
            environment=environment,
            answers=self._answers,
        )

    def stranger(self, headers: dict[str, str] | None = None) -> httpx.Client:
        """A client that did not log in, or not with the token."""
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def point(self, catalog: Path, kernel: str = "") -> str:
        """A pointer to a catalog, as a lab leaves one."""
        return pointer.write(self.runtime / "imagelab", catalog, this_process(), kernel)

    def ask(self, to: str, name: str, asked: object = None) -> httpx.Response:
        """One question of a view."""
        return self.client.get(path(to, name), params={"ask": json.dumps(asked or {})})

    def close(self) -> None:
        """Stop it, and its client."""
        self.client.close()
        super().close()

    def _command(self) -> list[str]:
        options: dict[str, Any] = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self._port,
            "ServerApp.port_retries": 0,
            "ServerApp.base_url": BASE_URL,
            "ServerApp.root_dir": self.root,
            "ServerApp.jpserver_extensions": _OTHERS,
            "IdentityProvider.token": self.token,
            "KernelManager.shutdown_wait_time": 60,  # a kernel on a busy machine is not killed
        }
        told = [f"--{name}={value}" for name, value in options.items()]
        return [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", *told]

    def _answers(self) -> None:
        try:
            self.client.get("api/status").raise_for_status()
        except httpx.TransportError as error:
            raise OSError(str(error)) from error


def eventually(happens: Callable[[], bool]) -> bool:
    """Whether it happens, asked again and again for a while."""
    deadline = time.monotonic() + 20
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happens()


def path(to: str, name: str) -> str:
    """Where a question about a catalog is asked, under the base URL."""
    return f"imagelab/api/{to}/{name}"
