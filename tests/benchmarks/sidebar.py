"""The sidebar's server: 200 assets of many while the kernel sleeps, and what a start costs."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from jupyter_client.blocking.client import BlockingKernelClient

from tests.benchmarks import synthetic
from tests.benchmarks.measure import Result, in_turns, median, spread
from tests.browser.jupyterlab import JupyterLab

_ROWS, _SHOWN = 100_000, 200
_PAGE = 100  # two questions for 200, as the view asks
_ROUNDS = 25
_LIMIT_MS, _START_MS = 100, 50
_BUSY = "import pathlib, time; pathlib.Path('asleep').touch(); time.sleep(600)"
_PAID = """
    INSERT INTO ledger (call, position, generation, asset, at, amount_nano, unit, source)
    SELECT id, 0, generation, id, created_at, 34000000, 'usd', 'reported' FROM asset
"""
# Jupyter's server imported first: only what the extension adds is timed.
_BARE = "import time, jupyter_server.serverapp; began = time.perf_counter(); {load}; print(time.perf_counter() - began)"
_LOADED = """
import logging, tornado.web, types; from imagelab.jupyter import extension
extension._load_jupyter_server_extension(types.SimpleNamespace(
web_app=tornado.web.Application(), base_url="/", runtime_dir=".", root_dir="."))
"""


def run(_: int) -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, JupyterLab(Path(folder)) as server:
        kept = server.root / ".imagelab"
        kept.mkdir()
        path = synthetic.copied(kept, _ROWS).rename(kept / "sandbox.db")
        _pay(path)
        kernel = server.api("kernels", "POST")["id"]
        _sleep(server, kernel)
        with _client(server) as client:
            pointer = _first_pointer(client)
            listed = _taken(lambda: _listed(client, pointer, pictures=False))
            shown = _taken(lambda: _listed(client, pointer, pictures=True))
            standing = _taken(lambda: _asked(client, pointer, "standing", {}))
        server.api(f"kernels/{kernel}", "DELETE")
    return [
        _limit(f"{_SHOWN} of {_ROWS:,} listed, kernel asleep", listed, _LIMIT_MS),
        _limit("the same with their pictures", shown, _LIMIT_MS),
        _limit("queue and today's spending of the same", standing, _LIMIT_MS),
        _limit("what the extension adds to the server's start", _starts(), _START_MS),
    ]


def _pay(path: Path) -> None:
    """A line of the ledger for each asset; their calls are no part of what is asked."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(_PAID)


def _client(server: JupyterLab) -> httpx.Client:
    headers = {"Authorization": f"token {server.token}"}
    return httpx.Client(base_url=server.url, headers=headers, timeout=60, trust_env=False)


def _sleep(server: JupyterLab, kernel: str) -> None:
    """Have the kernel run a cell that does not end."""
    runtime = server.root.parent / "runtime"
    client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    client.execute(_BUSY)
    while not (server.root / "asleep").exists():
        time.sleep(0.2)
    client.stop_channels()


def _first_pointer(client: httpx.Client) -> str:
    found = client.get("imagelab/api/catalogs").raise_for_status().json()["catalogs"]
    return str(found[0]["pointer"])


def _asked(client: httpx.Client, pointer: str, name: str, asked: dict[str, Any]) -> bytes:
    answer = client.get(f"imagelab/api/{pointer}/{name}", params={"ask": json.dumps(asked)})
    return answer.raise_for_status().content


def _listed(client: httpx.Client, pointer: str, *, pictures: bool) -> None:
    for start in range(0, _SHOWN, _PAGE):
        asked = {"query": "", "start": start, "limit": _PAGE, "pictures": pictures}
        _asked(client, pointer, "page", asked)


def _taken(act: Callable[[], object]) -> list[float]:
    act()  # the first question opens the catalog
    [taken] = in_turns(_ROUNDS, act)
    return taken


def _starts() -> list[float]:
    """Milliseconds, each in a process of its own."""
    code = _BARE.format(load=f"exec({_LOADED!r})")
    told = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        for _ in range(5)
    ]
    return [float(one.stdout) * 1000 for one in told]


def _limit(path: str, taken: list[float], most: float) -> Result:
    return Result(path, median(taken), most, f"{most} ms, a limit", 1, *spread(taken))
