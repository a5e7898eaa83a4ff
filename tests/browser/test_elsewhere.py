"""Other homes than the newest JupyterLab, each only to see that it works there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import oldest
from tests.browser.jupyterlab import JupyterLab
from tests.browser.marimo import Marimo
from tests.browser.notebook import Notebook
from tests.browser.sidebar import SidebarOnPage
from tests.browser.views import FOXES, GALLERY, STUDIO, GalleryOnPage, StudioOnPage

CELLS = (
    f"import imagelab as il, time\nlab = il.open(sandbox=True)\n{FOXES}",
    f"{GALLERY}",
    f"{STUDIO}",
    "",
)


def works(notebook: Notebook) -> None:
    """Gallery, studio and sidebar are there, and an image comes from one into the other."""
    for cell in range(3):
        notebook.run(cell)
    sidebar = SidebarOnPage(notebook).wait()
    GalleryOnPage(notebook, 1).wait().shows(4)
    expect(StudioOnPage(notebook).button).to_be_visible()
    sidebar.into(3)
    sidebar.tile(4).click()
    notebook.page.keyboard.press("Enter")
    notebook.page.wait_for_function(
        "jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.getSource()"
        '.startsWith("lab.asset(4, ")'
    )


def test_it_works_in_the_oldest_jupyterlab(tmp_path: Path, browser: Browser) -> None:
    environment = oldest.found()
    if environment is None:
        pytest.fail(oldest.ADVICE)
    with JupyterLab(tmp_path, environment) as lab:
        lab.write("old.ipynb", CELLS)
        with Notebook(browser, lab, "old.ipynb") as notebook:
            assert notebook.versions()["jupyterlab"] == oldest.VERSION
            works(notebook)
            assert notebook.errors == []


def test_it_works_in_notebook_7(jupyter: JupyterLab, browser: Browser) -> None:
    jupyter.write("seven/seven.ipynb", CELLS)
    with Notebook(browser, jupyter, "seven/seven.ipynb", app="notebooks") as notebook:
        works(notebook)
    jupyter.stop_kernels()


def test_it_works_in_marimo(tmp_path: Path, browser: Browser) -> None:
    cells = (*CELLS[:3], "lab.generate('An owl', quality='low')", "lab.asset(4).lineage()")
    with Marimo(tmp_path, cells) as marimo, browser.new_context() as context:
        page = context.new_page()
        page.goto(marimo.url)
        page.locator(".il-gallery[data-painted]").wait_for(timeout=60_000)
        page.locator('.il-gallery .il-tile[data-id="2"]').click()
        page.keyboard.press("5")

        expect(page.locator('.il-tile[data-id="2"] .il-stars svg')).to_have_count(5)
        expect(page.get_by_text("the studio's form is not here")).to_be_visible()
        expect(page.locator(".il-lineage, .il-family").first).to_be_visible()
