"""The moving picture of the README, filmed in a real JupyterLab: `python -m tests.browser.film`.

A prompt, its pictures in the gallery, an edit, and where that came from; everything from the
sandbox. It writes `notebooks/film.webp`, and its last picture as `notebooks/film.jpg` for
places where nothing moves. With a folder as argument, the pictures it is made of go there too.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.chromium import ADVICE, OPTIONS, found
from tests.browser.family import LineageOnPage
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook
from tests.browser.views import GalleryOnPage

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDTH, HEIGHT, SCALE = 1000, 806, 1.5  # of the page, in CSS pixels
TYPING, BEAT, LOOK, END = 90, 700, 2200, 4500  # milliseconds that a picture stands
LETTERS = 5  # that are written between two pictures
CELLS = (
    'lab.generate("A fox reading a book in a sunlit forest, watercolor", quality="low", n=4)',
    "gallery = lab.gallery(); gallery",
    'night = gallery.selection[0].edit("at night, under the moon")[0]; night',
    'night.edit("add a paper lantern")[0].lineage()',
)
# Only the notebook is filmed; beside and over it stands what JupyterLab has around it.
PANEL = ".jp-NotebookPanel-notebook"
BARE = "jupyterapp.shell.collapseLeft(); jupyterapp.shell.mode = 'single-document';"
PLAIN = ".jp-cell-toolbar, .jp-Notebook-footer { display: none !important; }"
TO_TOP = "cell => cell.scrollIntoView({block: 'start'})"


class Film:
    """Pictures of a page, and how long each is to be looked at."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.pictures: list[Image.Image] = []
        self.times: list[int] = []

    def look(self, milliseconds: int) -> None:
        """Take what is to be seen now."""
        self.notebook.page.wait_for_timeout(150)
        panel = self.notebook.page.locator(PANEL)
        shot = panel.screenshot(caret="hide", animations="disabled")
        self.pictures.append(Image.open(io.BytesIO(shot)).convert("RGB"))
        self.times.append(milliseconds)

    def write(self, cell: int, text: str) -> None:
        """Write a new cell as a person does, and run it."""
        if cell:
            self.notebook.command("notebook:insert-cell-below")
        place = self.notebook.cell(cell)
        place.evaluate(TO_TOP)
        place.locator(".cm-content").click()
        for start in range(0, len(text), LETTERS):
            self.notebook.page.keyboard.insert_text(text[start : start + LETTERS])
            self.look(TYPING)
        self.times[-1] = BEAT
        self.notebook.run(cell)

    def save(self, path: Path) -> None:
        """The film, and its last picture beside it."""
        first, *others = self.pictures
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.times,
            loop=0,
            quality=86,
            method=6,
            minimize_size=True,
        )
        self.pictures[-1].save(path.with_suffix(".jpg"), quality=88, optimize=True)


def shoot(film: Film) -> None:
    """The story."""
    notebook = film.notebook
    film.write(0, CELLS[0])
    notebook.cell(0).locator(".jp-OutputArea-output img").nth(3).wait_for()
    film.look(LOOK)

    film.write(1, CELLS[1])
    gallery = GalleryOnPage(notebook).wait()
    film.look(LOOK)
    gallery.tile(2).click()
    film.look(BEAT)
    gallery.key("5")
    film.look(LOOK)

    film.write(2, CELLS[2])
    notebook.cell(2).locator(".jp-OutputArea-output img").first.wait_for()
    film.look(LOOK)

    film.write(3, CELLS[3])
    LineageOnPage(notebook).wait()
    film.look(END)


@contextmanager
def opened(folder: Path) -> Iterator[Notebook]:
    """An empty notebook in a JupyterLab, with a lab in its kernel."""
    path = found()
    if path is None:
        sys.exit(ADVICE)
    with JupyterLab(folder) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        name = lab.write("film/film.ipynb", [""])
        with Notebook(browser, lab, name, width=WIDTH, height=HEIGHT, scale=SCALE) as notebook:
            notebook.page.evaluate(BARE)
            notebook.page.add_style_tag(content=PLAIN)
            notebook.python("import imagelab as il; lab = il.open('lab.db', sandbox=True)")
            yield notebook
        browser.close()


def main() -> None:
    """Film it."""
    with (
        tempfile.TemporaryDirectory(prefix="imagelab-film-") as folder,
        opened(Path(folder)) as notebook,
    ):
        film = Film(notebook)
        shoot(film)
    film.save(NOTEBOOKS / "film.webp")
    for number, picture in enumerate(film.pictures):
        for shots in sys.argv[1:]:
            picture.save(Path(shots) / f"{number:03}.png")


if __name__ == "__main__":
    main()
