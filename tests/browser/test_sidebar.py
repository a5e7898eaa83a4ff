from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook
from tests.browser.sidebar import SidebarOnPage
from tests.browser.views import BUSY, FOXES, busy

MADE = "import imagelab as il, time\nlab = il.open(sandbox=True)"
LOST = "import os; os.environ['IMAGELAB_SANDBOX_FAULT'] = 'reset_after_charge'"


@pytest.fixture(scope="module")
def foxes(open_notebook: Open) -> Notebook:
    """A notebook whose folder has a catalog of four, with a cell to be busy in and an empty one."""
    notebook = open_notebook(f"{MADE}\n{FOXES}", BUSY, "", "")
    notebook.run(0)
    return notebook


def code_of(notebook: Notebook, number: int) -> str:
    uuid = notebook.python(f"print(lab.asset({number}).uuid)")
    return f'lab.asset({number}, "{uuid[:8]}")'


def test_while_the_kernel_is_busy_it_searches_and_enter_writes_into_the_cell(
    foxes: Notebook,
) -> None:
    code = code_of(foxes, 3)

    with busy(foxes, 1):
        sidebar = SidebarOnPage(foxes).wait()
        sidebar.search.fill("fox")
        sidebar.shows(3)
        sidebar.into(2)
        sidebar.tile(3).click()
        foxes.page.keyboard.press("Enter")
        sidebar.written(code)

    sidebar.search.fill("")
    assert foxes.python(f"print({code}.id)") == "3"


def test_a_tile_dragged_to_a_cell_writes_its_code(foxes: Notebook) -> None:
    sidebar = SidebarOnPage(foxes).wait()

    sidebar.tile(1).drag_to(foxes.cell(3).locator(".cm-content"))

    sidebar.into(3)
    sidebar.written(code_of(foxes, 1))


def test_it_only_looks_and_no_key_reaches_the_notebook(foxes: Notebook) -> None:
    sidebar, cells = SidebarOnPage(foxes).wait(), foxes.cells()
    sidebar.tile(2).click()

    for key in ("5", "x", "t", "e", "d", "d"):
        foxes.page.keyboard.press(key)

    expect(sidebar.root).to_contain_text("this only looks")
    assert foxes.cells() == cells
    assert foxes.python("print(lab.asset(2).rating, lab.asset(2).rejected)") == "None False"


def test_what_today_has_cost_is_told(foxes: Notebook) -> None:
    sidebar = SidebarOnPage(foxes).wait()

    expect(sidebar.queue).to_contain_text("nothing runs")
    expect(sidebar.queue).to_contain_text(foxes.python("print(lab.search().cost)") + " today")


def test_an_outcome_that_nobody_knows_is_told(open_notebook: Open) -> None:
    notebook = open_notebook(f"{LOST}\n{MADE}\nlab.generate('A fox', quality='low')")
    notebook.command("notebook:run-all-cells")

    sidebar = SidebarOnPage(notebook)

    expect(sidebar.queue).to_contain_text("1 unknown")
    expect(sidebar.queue).to_contain_text("lab.pending() says what to do")


def test_the_cells_own_gallery_stays_whole_beside_it(open_notebook: Open) -> None:
    notebook = open_notebook(f"{MADE}\n{FOXES}", "gallery = lab.gallery(); gallery")
    notebook.run_all()
    SidebarOnPage(notebook).wait()

    gallery = notebook.page.locator(".jp-Notebook .il-gallery")
    expect(gallery.get_by_role("button", name="facets and saved searches")).to_be_visible()
    gallery.locator('.il-tile[data-id="4"]').click()
    expect(gallery.get_by_role("button", name="reject")).to_be_visible()


def test_without_a_catalog_it_says_how_to_make_one_and_finds_it_by_itself(
    open_notebook: Open,
) -> None:
    notebook = open_notebook(f"{MADE}\n{FOXES}")
    sidebar = SidebarOnPage(notebook)
    expect(sidebar.notice).to_contain_text("There is no catalog here yet.")

    notebook.run(0)
    sidebar.notice.get_by_role("button", name="Look again").click()

    sidebar.wait().shows(4)


def test_it_shows_the_open_notebooks_catalog_and_without_a_kernel_the_nearest(
    jupyter: JupyterLab, browser: Browser, open_notebook: Open
) -> None:
    opened = open_notebook("import imagelab as il", f"{MADE}\n{FOXES}", "lab.close()")
    opened.run_all()
    jupyter.stop_kernels()

    with Notebook(browser, jupyter, opened.name, kernel=False) as page:
        sidebar = SidebarOnPage(page).wait()
        sidebar.shows(4)
        expect(sidebar.catalog).to_contain_text("sandbox.db")
        assert page.errors == []
