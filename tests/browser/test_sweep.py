from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.notebook import Notebook
from tests.browser.views import BUSY, OPEN, busy

# The second has no transparent background.
SWEEP = """
sweep = lab.sweep(
    "a {animal} in {style}", animal=["fox", "owl", "hare"], style=["ink", "oil"],
    model=["openai/gpt-image-1.5", "cloudflare/gpt-image-2"], background="transparent",
    quality="low", wait=False,
)
sweep
"""
RATINGS = "[c.assets[0].rating for c in sweep if c.numbers]"


@pytest.fixture(scope="module")
def notebook(open_notebook: Open) -> Notebook:
    made = open_notebook(OPEN, SWEEP, BUSY)
    made.run(0)
    made.run(1)
    return made


@pytest.fixture(scope="module")
def view(notebook: Notebook) -> Locator:
    return notebook.page.locator(".il-sweep").first


def cell(view: Locator, number: int) -> Locator:
    return view.locator(f'.il-cell[data-place="{number}"]')


def test_a_sweep_shows_its_cells_as_they_come(view: Locator) -> None:
    expect(view.locator(".il-sweep-said")).to_contain_text("6 of 6 cells · 6 not offered")

    picture = cell(view, 0).get_by_role("img")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    expect(cell(view, 0)).to_contain_text("$0.0")


def test_a_screen_reader_is_read_a_grid_of_rows_with_headings_and_prices(view: Locator) -> None:
    expect(view.get_by_role("grid")).to_match_aria_snapshot("""
        - grid "cells of the sweep":
          - row:
            - columnheader /ink ≈ \\$0\\.0/
            - columnheader /oil ≈ \\$0\\.0/
          - row:
            - rowheader /fox ≈ \\$0\\.0/
            - gridcell /animal. fox, style. ink/
            - gridcell /animal. fox, style. oil/
          - row:
            - rowheader /owl/
            - gridcell /animal. owl, style. ink/
            - gridcell /animal. owl, style. oil/
          - row:
            - rowheader /hare/
            - gridcell /animal. hare, style. ink/
            - gridcell /animal. hare, style. oil/
        """)


def test_a_cell_that_is_not_offered_says_why(view: Locator) -> None:
    view.get_by_role("tab", name="cloudflare/gpt-image-2").click()

    expect(cell(view, 1)).to_contain_text("not offered")
    expect(cell(view, 1)).to_contain_text("does not accept background='transparent'")
    expect(cell(view, 1)).to_contain_text("free")
    view.get_by_role("tab", name="openai/gpt-image-1.5").click()


def test_a_cell_is_rated_by_key_and_arrows_move(view: Locator, notebook: Notebook) -> None:
    cell(view, 0).click()

    for key in ("ArrowRight", "4"):
        notebook.page.keyboard.press(key)

    notebook.until(RATINGS, "[None, 4, None, None, None, None]")
    expect(cell(view, 2).locator(".il-cell-stars .il-icon")).to_have_count(4)
    notebook.page.keyboard.press("u")
    expect(cell(view, 2).locator(".il-cell-stars")).to_be_hidden()


def test_a_heading_rates_its_column(view: Locator, notebook: Notebook) -> None:
    view.get_by_role("columnheader", name="oil").click()

    notebook.page.keyboard.press("3")

    notebook.until(RATINGS, "[None, 3, None, 3, None, 3]")


def test_enter_shows_a_cell_large_and_esc_leads_back(view: Locator, notebook: Notebook) -> None:
    cell(view, 4).click()
    numbers = [cell(view, place).locator(".il-cell-number").inner_text() for place in (4, 6)]

    for key, number in zip(("Enter", "ArrowRight"), numbers, strict=True):
        notebook.page.keyboard.press(key)
        expect(view.locator(".il-viewer")).to_contain_text(f"{number} · ")
    notebook.page.keyboard.press("Escape")

    expect(cell(view, 6)).to_be_focused()


def test_a_row_is_sent_anew_once_and_its_price_is_on_the_button(
    view: Locator, notebook: Notebook
) -> None:
    view.get_by_role("rowheader", name="hare").click()
    notebook.page.keyboard.press("r")
    go = view.locator(".il-go")
    expect(go).to_have_text("Rerun 2 cells · ≈ $0.0174, ≤ $0.0262")

    with busy(notebook, 2):
        go.dblclick()
        expect(view.locator(".il-cell-number", has_text="#7")).to_be_visible()

    notebook.until("(len(sweep.batches), len(lab.search()))", "(2, 8)")


def test_axes_change_places(view: Locator) -> None:
    view.get_by_label("rows").select_option("style")

    expect(view.get_by_role("rowheader").locator(".il-heading-label")).to_have_text(["ink", "oil"])
    prices = [re.compile(rf"^{animal}≈ \$0\.0\d+$") for animal in ("fox", "owl", "hare")]
    expect(view.get_by_role("columnheader")).to_have_text(prices)
    view.get_by_label("rows").select_option("animal")


def test_no_key_pressed_in_it_reaches_the_notebook(view: Locator, notebook: Notebook) -> None:
    cell(view, 0).click()

    for key in ("c", "v", "a", "b", "d", "d", "z", "m", "y"):
        notebook.page.keyboard.press(key)

    assert notebook.cells() == 3
