"""The provider of `notebooks/01_providers.ipynb`, installed as a package is: by its files alone."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_providers.ipynb"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GENERATE = """
import json, sys, imagelab as il
with il.open("lab/a.db", sandbox=sys.argv[1] == "sandbox") as lab:
    quote = lab.quote("a fox", provider=sys.argv[2])
    g = lab.generate("a fox", provider=sys.argv[2])
    print(json.dumps([str(quote.likely), str(g.cost), g[0].width, g[0].read().hex()]))
"""


def source() -> str:
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    written = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return next(cell for cell in written if cell.startswith("%%writefile")).partition("\n")[2]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as pip leaves it, with the plug-in in it."""
    folder = tmp_path / "site"
    door = folder / "gouache-0.1.dist-info"
    door.mkdir(parents=True)
    (folder / "gouache.py").write_text(source())
    (door / "METADATA").write_text("Metadata-Version: 2.1\nName: gouache\nVersion: 0.1\n")
    (door / "entry_points.txt").write_text("[imagelab.providers]\ngouache = gouache:PROVIDER\n")
    return folder


@pytest.fixture
def gouache() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """The service itself, on this machine, and what it was asked."""
    asked: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            asked.append((self.headers["authorization"], json.loads(body)))
            answer = json.dumps({"picture": base64.b64encode(PNG).decode()}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
        server.shutdown()


def run(site: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join([str(site), root])
    return subprocess.run(
        [sys.executable, "-c", GENERATE, *words],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def told(done: subprocess.CompletedProcess[str]) -> list[Any]:
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_whole_provider_is_under_eighty_lines() -> None:
    assert len(source().splitlines()) < 80


def test_a_plug_in_is_played_by_its_own_stand_in(site: Path) -> None:
    quoted, cost, width, _ = told(run(site, "sandbox", "gouache"))

    assert (quoted, cost, width) == ("$0.02", "$0.02", 512)


def test_a_plug_in_pays_at_its_own_address_with_its_own_key(
    site: Path, gouache: tuple[str, list[tuple[str, Any]]]
) -> None:
    base, asked = gouache

    done = run(site, "real", "gouache", GOUACHE_BASE_URL=base, GOUACHE_API_KEY="sk-gouache-123456")

    assert bytes.fromhex(told(done)[3]) == PNG
    assert asked == [("Bearer sk-gouache-123456", {"prompt": "a fox", "size": "512x512"})]


def test_a_plug_in_without_a_stand_in_is_refused_by_the_sandbox(site: Path) -> None:
    bare = (site / "gouache.py").read_text().replace("def sandbox(", "def elsewhere(")
    (site / "gouache.py").write_text(bare)

    done = run(site, "sandbox", "gouache")

    assert "the sandbox does not play gouache, which brings no sandbox() of its own" in done.stderr


def test_a_plug_in_that_is_installed_while_the_kernel_runs_is_found_by_the_next_lab(
    site: Path,
) -> None:
    steps = f"""
import sys, imagelab as il
il.open("first/a.db", sandbox=True).close()
sys.path.insert(0, {str(site)!r})
with il.open("second/a.db", sandbox=True) as lab:
    print([offer.name for offer in lab.models() if offer.provider == "gouache"])
"""
    done = subprocess.run(
        [sys.executable, "-c", steps],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.splitlines()[-1] == "['gouache/flat-1']"
