from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.views import BUSY, FOXES, OPEN, GalleryOnPage, busy

START = f"{OPEN}\n{FOXES}\nimport ipywidgets, traitlets"


def test_a_gallery_paints_while_its_own_cell_runs(open_notebook: Open) -> None:
    notebook = open_notebook(START, f"display(lab.gallery())\n{BUSY}")
    notebook.run(0)

    with busy(notebook, 1):
        GalleryOnPage(notebook).wait().shows(4)


def test_two_galleries_sit_in_a_box_and_are_linked(open_notebook: Open) -> None:
    notebook = open_notebook(
        START,
        "one, two = lab.gallery(), lab.gallery('harbour')\n"
        "traitlets.link((one, 'query'), (two, 'query'))\nipywidgets.HBox([one, two])",
    )
    notebook.run_all()
    one, two = GalleryOnPage(notebook, 0), GalleryOnPage(notebook, 1)
    two.shows(4)

    one.search.fill("fox")

    two.shows(3)
    expect(two.search).to_have_value("fox")


def test_a_view_that_is_seen_again_goes_on(open_notebook: Open) -> None:
    notebook = open_notebook(START, "gallery = lab.gallery('fox'); gallery")
    notebook.run_all()
    GalleryOnPage(notebook).wait().shows(3)
    notebook.command("docmanager:save")

    notebook.reload()

    GalleryOnPage(notebook).wait().shows(3)
