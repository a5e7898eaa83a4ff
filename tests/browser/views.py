"""What a test sees and does in the views, in the words of whoever uses them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Route, expect

from tests.browser.notebook import Notebook

# In a hidden folder, as users have it: the file browser lists what lies openly, and says that the
# whole folder is not there when a file that SQLite has for a moment goes while it looks.
OPEN = "import imagelab as il, time\nlab = il.open('.imagelab/sandbox.db', sandbox=True)"
FOXES = (
    "lab.generate('A fox reading', quality='low', n=3); lab.generate('A harbour', quality='low')"
)
GALLERY = "gallery = lab.gallery(); gallery"
STUDIO = "studio = lab.studio(); studio"
# A cell that runs until the test says so, or for 40 s.
BUSY = """
from pathlib import Path
for _ in range(800):
    if Path("enough").exists(): break
    time.sleep(0.05)
"""
PAINTED = ".il-gallery[data-painted]"


class GalleryOnPage:
    """A gallery in a notebook's page."""

    def __init__(self, notebook: Notebook, place: int = 0) -> None:
        self.notebook = notebook
        self.root = notebook.page.locator(".il-gallery").nth(place)
        self.search = self.root.get_by_role("combobox", name="search")
        self.tiles = self.root.get_by_role("option").and_(self.root.locator(".il-tile[data-id]"))
        self.status = self.root.get_by_role("status").first

    def wait(self) -> GalleryOnPage:
        """Until every picture in view is drawn."""
        self.root.and_(self.notebook.page.locator(PAINTED)).wait_for()
        return self

    def tile(self, number: int) -> Locator:
        """The tile of an asset."""
        return self.root.locator(f'.il-tile[data-id="{number}"]')

    def key(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.notebook.page.keyboard.press(key)

    def says(self, words: str) -> None:
        """Wait until the line over the grid has these words."""
        self.status.filter(has_text=words).wait_for()

    def shows(self, count: int) -> None:
        """Wait until what was asked for last is drawn, and is so many assets.

        "11 assets" is not "1 asset", and "1 asset selected" tells of a key that was pressed before.
        """
        self.wait()
        found = re.compile(rf"(?<!\d){count} asset{'' if count == 1 else 's'}\b(?! selected)")
        self.status.filter(has_text=found).wait_for()


def late(seconds: float) -> Callable[[Route], None]:
    """A route whose answers take so long."""

    def answer(route: Route) -> None:
        time.sleep(seconds)
        route.continue_()

    return answer


@contextmanager
def busy(notebook: Notebook, cell: int) -> Iterator[None]:
    """While a `BUSY` cell runs, and it does run until the end."""
    notebook.enough.unlink(missing_ok=True)
    notebook.run(cell, wait=False)
    mark = notebook.cell(cell).locator(".jp-InputPrompt")
    expect(mark).to_have_text("[*]:")
    try:
        yield
        expect(mark).to_have_text("[*]:")
    finally:
        notebook.enough.touch()
        expect(mark).not_to_have_text("[*]:")


class StudioOnPage:
    """A studio in a notebook's page."""

    def __init__(self, notebook: Notebook) -> None:
        self.root = notebook.page.locator(".il-studio").first
        self.prompt = self.root.locator("textarea")
        self.button = self.root.get_by_role("button", name="Generate")
        self.code = self.root.locator(".il-code")
        self.cards = self.root.get_by_role("article")

    def choose(self, *words: str) -> None:
        """Press the choices that begin so."""
        for word in words:
            self.root.get_by_role("button", name=word).first.click()
