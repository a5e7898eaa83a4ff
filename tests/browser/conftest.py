"""What the browser tests stand on: one JupyterLab a process, a Chromium a module."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import ADVICE, OPTIONS, found
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook

Open = Callable[..., Notebook]
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder needs the browser."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    with JupyterLab(tmp_path_factory.mktemp("jupyter")) as lab:
        yield lab


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module, since Playwright has the thread's event loop running meanwhile."""
    path = found()
    if path is None:
        pytest.fail(ADVICE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def open_notebook(
    jupyter: JupyterLab, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Open]:
    """Opens a notebook of these cells in a folder of its own; a module's tests may share it.

    What a page did not catch fails the module.
    """
    opened: list[Notebook] = []

    def open_one(*cells: str, name: str = "", **options: Any) -> Notebook:
        name = name or f"{tmp_path_factory.mktemp('book').name}/book.ipynb"
        if cells:
            jupyter.write(name, cells)
        opened.append(Notebook(browser, jupyter, name, **options))
        return opened[-1]

    yield open_one
    for number, notebook in enumerate(opened):
        if shots := os.environ.get("IMAGELAB_TEST_SHOTS"):  # a folder, to look at them
            notebook.screenshot(Path(shots) / f"{notebook.name.replace('/', '-')}-{number}.png")
        notebook.close()
    jupyter.stop_kernels()
    assert [error for notebook in opened for error in notebook.errors] == []
