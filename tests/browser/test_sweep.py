from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.notebook import Notebook
from tests.browser.views import BUSY, OPEN

# The second has no transparent background.
SWEEP = """
sweep = lab.sweep(
    "a {animal} in {style}", animal=["fox", "owl", "hare"], style=["ink", "oil"],
    model=["openai/gpt-image-1.5", "cloudflare/gpt-image-2"], background="transparent",
    quality="low", wait=False,
)
sweep
"""


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
