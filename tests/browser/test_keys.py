from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.notebook import Notebook
from tests.browser.views import FOXES, GALLERY, OPEN, STUDIO

# What each means to JupyterLab beside a cell: cut, copy, paste, below, above, delete twice,
# undo, merge, markdown, code, raw, split of the output, line numbers, interrupt twice.
LABS_KEYS = ("x", "c", "v", "b", "a", "d", "d", "z", "m", "y", "r", "o", "l", "i", "i", "0", "1")
FOCUSED = {
    "a tile": ".il-tile[data-id='1']",
    "the gallery's help": ".il-help",
    "the stars": ".il-inspector button",
    "a choice": ".il-studio .widget-toggle-button",
    "the list of models": ".il-studio select",
    "the button that pays": ".il-generate",
}
SHOWN = (".il-tile[data-id='1']", ".il-studio .il-form")


@pytest.fixture(scope="module")
def notebook(open_notebook: Open) -> Notebook:
    made = open_notebook(f"{OPEN}\n{FOXES}", GALLERY, STUDIO, "'below'")
    made.run_all()
    for selector in SHOWN:
        made.page.locator(selector).first.wait_for()
    return made


@pytest.mark.parametrize("selector", FOCUSED.values(), ids=FOCUSED)
def test_no_key_pressed_in_a_view_reaches_the_notebook(notebook: Notebook, selector: str) -> None:
    focused = notebook.page.locator(selector).first
    focused.focus()

    for key in LABS_KEYS:
        focused.press(key)

    assert notebook.cells() == 4
    assert notebook.cell(1).locator(".jp-InputPrompt").inner_text() == "[2]:"


def test_the_same_key_on_a_plain_widget_cuts_its_cell(open_notebook: Open) -> None:
    plain = open_notebook("import ipywidgets\nipywidgets.Button(description='plain')", "'below'")
    plain.run(0)

    plain.page.get_by_role("button", name="plain").press("x")

    expect(plain.page.locator(".jp-Notebook .jp-Cell")).to_have_count(1)
