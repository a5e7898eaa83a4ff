from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook
from tests.browser.views import BUSY, FOXES, GALLERY, OPEN, GalleryOnPage, busy, late

# Where pictures come from: Jupyter's server, or only the kernel, as where our routes are not.
ROUTES = {"server": GALLERY, "kernel": "gallery = lab.gallery(); gallery.pointer = ''; gallery"}

SUGGESTIONS = "**/suggest?*"


@pytest.fixture(scope="module", params=[*ROUTES.values()], ids=[*ROUTES])
def notebook(request: pytest.FixtureRequest, open_notebook: Open) -> Notebook:
    made = open_notebook(f"{OPEN}\n{FOXES}", request.param, BUSY)
    made.run(0)
    made.run(1)
    return made


@pytest.fixture
def gallery(notebook: Notebook) -> GalleryOnPage:
    """The gallery as it was: four images, nothing said of them, nothing selected."""
    notebook.python(
        "for a in lab.search('-id:1..4'): a.reject()\n"
        "for n in (1, 2, 3, 4): lab.asset(n).unreject().rate(0)\n"
        "gallery.selected_ids = []; gallery.query = ''"
    )
    shown = GalleryOnPage(notebook).wait()
    shown.search.fill("")
    shown.wait().shows(4)  # a search that comes to its end later would leave out what is rejected
    return shown


def test_typing_finds_and_a_mistake_is_told_where_it_is(gallery: GalleryOnPage) -> None:
    gallery.search.fill("fox")
    gallery.shows(3)

    gallery.search.fill("fox qualty:high")

    expect(gallery.root.get_by_role("alert")).to_contain_text("did you mean quality:")
    expect(gallery.root.locator(".il-mirror .il-wrong")).to_have_text("qualty:")
    gallery.shows(3)


def test_a_field_is_completed(gallery: GalleryOnPage) -> None:
    gallery.search.press_sequentially("qua")
    gallery.root.get_by_role("listbox", name="suggestions").get_by_text("quality:").wait_for()

    gallery.search.press("Tab")

    expect(gallery.search).to_have_value("quality:")


def test_a_completion_is_of_what_stands_there_however_fast_one_types(
    gallery: GalleryOnPage,
) -> None:
    page = gallery.notebook.page
    gallery.search.press_sequentially("q")
    gallery.root.get_by_role("listbox", name="suggestions").get_by_text("quality:").wait_for()
    page.route(SUGGESTIONS, late(0.3))

    gallery.search.press_sequentially("ua")
    gallery.search.press("Tab")

    expect(gallery.search).to_have_value("quality:")
    page.unroute(SUGGESTIONS)


def test_keys_rate_reject_and_move(gallery: GalleryOnPage) -> None:
    gallery.tile(4).click()

    for key in ("5", "ArrowRight", "3", "ArrowRight", "x"):
        gallery.notebook.page.keyboard.press(key)
    gallery.says("1 rejected")

    gallery.notebook.until("lab.asset(2).rejected", "True")
    assert gallery.notebook.python("print([lab.asset(n).rating for n in (4, 3)])") == "[5, 3]"


def test_what_is_selected_is_at_hand_in_python(gallery: GalleryOnPage) -> None:
    gallery.tile(3).click()

    gallery.tile(1).click(modifiers=["Shift"])
    gallery.says("3 selected")

    gallery.notebook.until("sorted(gallery.selection.ids)", "[1, 2, 3]")


def test_new_results_appear_by_themselves(gallery: GalleryOnPage) -> None:
    gallery.notebook.python("whale = lab.generate('A whale', quality='low', reuse=False)[0]")

    gallery.shows(5)

    number = gallery.notebook.python("print(whale.id)")
    gallery.tile(int(number)).wait_for()


def test_a_rating_in_python_is_seen(gallery: GalleryOnPage) -> None:
    gallery.notebook.python("lab.asset(2).rate(3)")

    expect(gallery.tile(2)).to_have_accessible_name("#2, 3 stars: A fox reading")


def test_python_moves_the_view_and_hears_of_it(gallery: GalleryOnPage) -> None:
    gallery.notebook.python(
        "heard = []; gallery.observe(lambda change: heard.append(change['new']), 'query')"
    )

    gallery.notebook.python("gallery.query = 'harbour'")
    gallery.shows(1)
    gallery.search.fill("fox")
    gallery.shows(3)

    gallery.notebook.until("heard", "['harbour', 'fox']")


def test_enter_shows_the_original_and_escape_leaves_it(gallery: GalleryOnPage) -> None:
    gallery.tile(4).click()

    gallery.notebook.page.keyboard.press("Enter")
    picture = gallery.root.locator(".il-viewer img")
    expect(picture).to_have_js_property("naturalWidth", 1024)
    gallery.notebook.page.keyboard.press("Escape")

    expect(picture).to_be_hidden()


def test_a_gallery_answers_while_a_later_cell_runs(gallery: GalleryOnPage) -> None:
    with busy(gallery.notebook, 2):
        gallery.search.fill("harbour")
        gallery.shows(1)
        gallery.tile(4).click()
        gallery.root.get_by_text("lab.asset(4)").wait_for()


def test_a_rating_by_key_is_taken_while_a_later_cell_runs(gallery: GalleryOnPage) -> None:
    with busy(gallery.notebook, 2):
        gallery.tile(1).click()
        gallery.notebook.page.keyboard.press("4")
        gallery.search.fill("rating:4")
        gallery.shows(1)


def test_a_kernel_that_was_shut_down_is_told_and_breaks_nothing(
    open_notebook: Open, jupyter: JupyterLab
) -> None:
    notebook = open_notebook(f"{OPEN}\n{FOXES}", ROUTES["kernel"])
    notebook.run_all()
    shown = GalleryOnPage(notebook).wait()
    jupyter.stop_kernels()

    shown.search.fill("fox")
    shown.tile(1).click()
    notebook.page.keyboard.press("4")

    shown.says("the kernel is gone; run the cell again")
