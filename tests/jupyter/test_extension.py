from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import imagelab.jupyter
from tests.jupyter.server import Server

SHIPPED = Path(imagelab.jupyter.__file__).with_name("imagelab.json")
HEAVY = (
    "IPython",
    "PIL",
    "anywidget",
    "httpx",
    "imagelab.catalog.pages",
    "ipywidgets",
    "jupyter_server.serverapp",
    "numpy",
    "pandas",
    "sqlite_utils",
)


def test_loading_the_extension_loads_nothing_heavy() -> None:
    script = "import imagelab.jupyter.extension, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "imagelab.jupyter.routes" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_installing_the_package_enables_the_extension(server: Server) -> None:
    log = server.log()

    assert "imagelab.jupyter.extension | extension was successfully loaded" in log


def test_what_is_installed_in_jupyterlab_is_what_is_here() -> None:
    here = SHIPPED.with_name("labextension")
    installed = {
        file.as_posix().partition("labextensions/imagelab/")[2]: file.read_text()
        for file in metadata.files("imagelab") or []
        if "labextensions/imagelab/" in file.as_posix()
    }

    shipped = {
        p.relative_to(here).as_posix(): p.read_text() for p in here.rglob("*") if p.is_file()
    }
    assert installed == shipped
    assert json.loads(shipped["package.json"])["version"] == metadata.version("imagelab")


def test_what_is_installed_names_the_extension() -> None:
    installed = [
        file
        for file in metadata.files("imagelab") or []
        if file.as_posix().endswith("etc/jupyter/jupyter_server_config.d/imagelab.json")
    ]

    assert [json.loads(file.read_text()) for file in installed] == [json.loads(SHIPPED.read_text())]
    assert json.loads(SHIPPED.read_text()) == {
        "ServerApp": {"jpserver_extensions": {"imagelab.jupyter.extension": True}}
    }
