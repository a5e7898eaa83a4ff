from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.notebook import Notebook
from tests.browser.views import GALLERY, STUDIO, GalleryOnPage, StudioOnPage

CANARY = "rw-0canary1key2that3nobody4may5see"
LOGIN = "import imagelab as il\nil.login('runware')\nil.whoami()"
# Every trait of every widget, as a notebook that keeps widgets' state would save them.
STATES = (
    "import ipywidgets, json; print(json.dumps(ipywidgets.Widget.get_manager_state(), default=str))"
)


@pytest.fixture(scope="module")
def notebook(open_notebook: Open) -> Notebook:
    """A notebook in which somebody has just typed a key."""
    views = f"lab = il.open('real.db', sandbox=False)\n{GALLERY}"
    notebook = open_notebook(LOGIN, views, STUDIO)
    notebook.run(0, wait=False)
    field = notebook.page.locator(".jp-Stdin-input")
    expect(field).to_have_attribute("type", "password")
    field.fill(CANARY)
    field.press("Enter")
    expect(notebook.cell(0).locator(".jp-InputPrompt")).to_have_text("[1]:")
    notebook.run(1)
    notebook.run(2)
    return notebook


def test_a_key_that_was_typed_is_used_and_shown_by_its_ending(notebook: Notebook) -> None:
    GalleryOnPage(notebook).wait().shows(0)

    assert notebook.python("print('runware' in str(il.whoami()))") == "True"
    expect(notebook.cell(0).locator(".jp-OutputArea")).to_contain_text(CANARY[-2:])
    expect(notebook.cell(0).locator(".jp-OutputArea")).not_to_contain_text(CANARY[:8])


def test_a_key_is_in_no_widget_nor_in_any_file_of_the_notebooks_folder(notebook: Notebook) -> None:
    StudioOnPage(notebook).prompt.fill("A fox")
    notebook.command("docmanager:save")

    states = notebook.python(STATES)

    files = {
        file: file.read_bytes() for file in notebook.enough.parent.rglob("*") if file.is_file()
    }
    assert {"book.ipynb", "real.db"} <= {file.name for file in files}
    assert "A fox" in states
    assert CANARY[:8] not in states
    assert [file for file, kept in files.items() if CANARY[:8].encode() in kept] == []
