"""A server that runs while the tests of a module do, and a catalog to ask it about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import imagelab as il
from tests.jupyter.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three assets that no test changes."""
    file = tmp_path_factory.mktemp("lab") / "lab.db"
    with il.open(file, sandbox=True, model="openai/gpt-image-2") as lab:
        lab.generate("a red fox in the snow", n=2)
        lab.generate("an owl on a lamp post", background="opaque")
    return file


@pytest.fixture(scope="session")
def here(server: Server, catalog: Path) -> str:
    """A pointer to that catalog."""
    return server.point(catalog)


@pytest.fixture
def changing(tmp_path: Path) -> Path:
    """A catalog of one asset, for a test to change."""
    file = tmp_path / "changing.db"
    with il.open(file, sandbox=True, model="openai/gpt-image-2") as lab:
        lab.generate("a lighthouse")
    return file
