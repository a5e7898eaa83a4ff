"""A Jupyter server of its own on loopback: no setting, notebook or kernel of the user is touched."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx

from imagelab.catalog import pointer
from imagelab.jobs.owner import this_process

BASE_URL = "/user/a.person/"  # as behind a hub
_START_SECONDS = 60
_FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "HOME": "home",
}
# Slow to load, and no part of what is tested; ours is enabled by what its installation left.
_OTHERS = {"jupyterlab": False, "notebook_shim": False, "jupyter_lsp": False}


class Server:
    """A server that is running, and a client with its token."""

    def __init__(self, folder: Path) -> None:
        self.runtime, self.token = folder / "runtime", secrets.token_hex(16)
        self.root = folder
        self._environment = {name: str(folder / place) for name, place in _FOLDERS.items()}
        for place in _FOLDERS.values():
            (folder / place).mkdir()
        self._port = _free_port()
        self.host = f"127.0.0.1:{self._port}"
        self.url = f"http://{self.host}{BASE_URL}"
        self.client = self.stranger({"Authorization": f"token {self.token}"})
        self._log = (folder / "server.log").open("w+")
        self._process = self._started(folder)
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def stranger(self, headers: dict[str, str] | None = None) -> httpx.Client:
        """A client that did not log in, or not with the token."""
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def point(self, catalog: Path, kernel: str = "") -> str:
        """A pointer to a catalog, as a lab leaves one."""
        return pointer.write(self.runtime / "imagelab", catalog, this_process(), kernel)

    def ask(self, to: str, name: str, asked: object = None) -> httpx.Response:
        """One question of a view."""
        return self.client.get(path(to, name), params={"ask": json.dumps(asked or {})})

    def log(self) -> str:
        """What it has written until now."""
        self._log.seek(0)
        return self._log.read()

    def close(self) -> None:
        """Stop it."""
        self.client.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self, folder: Path) -> subprocess.Popen[bytes]:
        options: dict[str, Any] = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self._port,
            "ServerApp.port_retries": 0,
            "ServerApp.base_url": BASE_URL,
            "ServerApp.root_dir": folder,
            "ServerApp.jpserver_extensions": _OTHERS,
            "IdentityProvider.token": self.token,
            "KernelManager.shutdown_wait_time": 60,  # a kernel on a busy machine is not killed
        }
        told = [f"--{name}={value}" for name, value in options.items()]
        return subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", *told],
            env={**os.environ, **self._environment},
            cwd=folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self.client.get("api/status").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"the server did not start:\n{self.log()[-3000:]}")


def eventually(happens: Callable[[], bool]) -> bool:
    """Whether it happens, asked again and again for a while."""
    deadline = time.monotonic() + 20
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happens()


def path(to: str, name: str) -> str:
    """Where a question about a catalog is asked, under the base URL."""
    return f"imagelab/api/{to}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
