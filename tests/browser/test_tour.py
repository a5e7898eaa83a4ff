from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.jupyterlab import JupyterLab
from tests.browser.views import GalleryOnPage, StudioOnPage

TOUR = Path(__file__).parents[2] / "notebooks" / "00_tour.ipynb"


def tour_in(folder: Path) -> str:
    """The tour in a folder of its own, where it makes a catalog of its own."""
    folder.mkdir()
    shutil.copy(TOUR, folder / TOUR.name)
    return f"{folder.name}/{TOUR.name}"


def test_the_tour_as_a_person_takes_it(open_notebook: Open, jupyter: JupyterLab) -> None:
    notebook = open_notebook(name=tour_in(jupyter.root / "taken"))
    notebook.run_all()
    assert notebook.versions()["jupyterlab"].startswith("4.")

    studio = StudioOnPage(notebook)
    studio.prompt.fill("An owl over a harbour")
    studio.choose("low")
    studio.button.click()
    studio.cards.first.get_by_role("option").get_by_role("img").wait_for()

    gallery = GalleryOnPage(notebook)
    gallery.search.fill("owl")
    gallery.shows(1)
    gallery.tiles.first.click()
    notebook.page.keyboard.press("4")

    notebook.until("lab.search('owl')[0].rating", "4")


def test_a_notebook_without_a_kernel_still_shows_pictures(
    open_notebook: Open, jupyter: JupyterLab
) -> None:
    live = open_notebook(name=tour_in(jupyter.root / "kept"))
    live.run_all()
    GalleryOnPage(live).wait()
    expect(live.page.locator("[data-il-still]").first).to_be_hidden()
    live.command("docmanager:save")
    live.close()
    jupyter.stop_kernels()

    dead = open_notebook(name=live.name)

    still = dead.page.locator("[data-il-still]").first
    expect(still).to_be_visible()
    expect(still.get_by_role("img")).to_have_count(4)
    expect(still.get_by_role("img").first).to_have_js_property("naturalWidth", 240)
    assert (jupyter.root / live.name).stat().st_size < 1_000_000
