from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.views import OPEN, GalleryOnPage

MAKE = (
    "lab.generate('A fox reading', quality='low', tags=['hero'])\n"
    "lab.generate('A harbour', quality='high'); lab.asset(1).rate(4)"
)
TABLE = "gallery = lab.gallery(); gallery.view = 'table'; gallery.facets = False; gallery"


@pytest.fixture(scope="module")
def shown(open_notebook: Open) -> GalleryOnPage:
    made = open_notebook(f"{OPEN}\n{MAKE}", TABLE, width=1800)
    made.run_all()
    return GalleryOnPage(made).wait()


@pytest.fixture
def gallery(shown: GalleryOnPage) -> GalleryOnPage:
    shown.notebook.python("gallery.view = 'table'; gallery.query = ''")
    shown.root.get_by_role("row", name="#1, 4 stars").wait_for()
    return shown


def test_a_row_says_what_is_known(gallery: GalleryOnPage) -> None:
    row = gallery.root.get_by_role("row", name="#1, 4 stars: A fox reading")

    cells = row.get_by_role("gridcell")
    expect(cells).to_contain_text(
        ["", "#1", "A fox reading", "gpt-image-2", "low", "1024×1024", "$0.00", "", "hero", "now"]
    )


def test_a_press_on_a_column_sorts_the_search(gallery: GalleryOnPage) -> None:
    head = gallery.root.get_by_role("columnheader", name="cost")

    head.get_by_role("button").click()

    expect(gallery.search).to_have_value("sort:-cost")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(gallery.root.locator(".il-row[data-id]:visible").first).to_have_attribute("data-id", "2")
    head.get_by_role("button").click()
    expect(gallery.search).to_have_value("sort:cost")
    head.get_by_role("button").click()
    expect(gallery.search).to_have_value("")


def test_keys_move_rate_and_select_in_rows(gallery: GalleryOnPage) -> None:
    gallery.root.get_by_role("row", name="#2").click()

    gallery.key("3", "ArrowDown")

    gallery.notebook.until("lab.asset(2).rating", "3")
    gallery.notebook.until("gallery.selected_ids", "[1]")
    expect(gallery.root.get_by_role("row", name="#1")).to_be_focused()


def test_a_switch_goes_to_the_grid_and_python_sees_it(gallery: GalleryOnPage) -> None:
    gallery.root.get_by_role("button", name="Grid").click()

    gallery.tile(1).wait_for()
    gallery.notebook.until("gallery.view", "grid")
    expect(gallery.root.get_by_role("columnheader")).to_have_count(0)
