from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.jupyterlab import JupyterLab
from tests.browser.views import GalleryOnPage, StudioOnPage

TOUR = Path(__file__).parents[2] / "notebooks" / "00_tour.ipynb"


def test_the_tour_as_a_person_takes_it(open_notebook: Open, jupyter: JupyterLab) -> None:
    shutil.copy(TOUR, jupyter.root / "tour.ipynb")
    notebook = open_notebook(name="tour.ipynb")
    notebook.run_all()
    assert notebook.versions()["jupyterlab"].startswith("4.")

    studio = StudioOnPage(notebook)
    studio.prompt.fill("An owl over a harbour")
    studio.choose("low")
    studio.button.click()
    owl = studio.root.get_by_role("option").first
    owl.get_by_role("img").wait_for()

    gallery = GalleryOnPage(notebook)
    gallery.search.fill("owl")
    gallery.shows(1)
    gallery.tiles.first.click()
    notebook.page.keyboard.press("4")
    gallery.root.locator(".il-is-rated").wait_for()
    notebook.page.wait_for_timeout(300)

    assert notebook.python("print(lab.search('owl')[0].rating)") == "4"


def test_a_notebook_without_a_kernel_still_shows_pictures(
    open_notebook: Open, jupyter: JupyterLab
) -> None:
    shutil.copy(TOUR, jupyter.root / "still.ipynb")
    live = open_notebook(name="still.ipynb")
    live.run_all()
    GalleryOnPage(live).wait()
    expect(live.page.locator("[data-il-still]").first).to_be_hidden()
    live.command("docmanager:save")
    live.close()
    jupyter.stop_kernels()

    dead = open_notebook(name="still.ipynb")

    still = dead.page.locator("[data-il-still]").first
    expect(still).to_be_visible()
    expect(still.get_by_role("img")).to_have_count(4)
    expect(still.get_by_role("img").first).to_have_js_property("naturalWidth", 240)
    assert (jupyter.root / "still.ipynb").stat().st_size < 1_000_000
