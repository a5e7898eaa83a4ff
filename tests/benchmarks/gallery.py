"""Galleries in a real JupyterLab: the first full paint, and a page while the kernel is busy.

Everything is timed in the page, from the moment a cell is run or a key is pressed until
every picture in view is drawn.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from imagelab.catalog.catalog import open_catalog
from tests.benchmarks import synthetic
from tests.benchmarks.measure import Result, median
from tests.browser.chromium import ADVICE, OPTIONS, found
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook

_FEW, _MANY = 1_000, 100_000
_ROUNDS = 5
_BUSY_SECONDS = 8
_OPEN = "import imagelab as il, time; lab = il.open({path!r}, sandbox=True)"
_GALLERY = "gallery = lab.gallery(); gallery"
_GRID = """
import ipywidgets
small = [asset.thumbnail for asset in lab.search()[:1000]]
"""
_GRIDBOX = """
ipywidgets.GridBox(
    [ipywidgets.Image(value=data, format="jpeg", width=140, height=140) for data in small],
    layout={"grid_template_columns": "repeat(6, 146px)", "height": "640px", "overflow": "auto"},
)
"""
# From the act to the frame in which all that it shows is drawn, in milliseconds.
_TIMED = """async ([act, there]) => {
  const marks = () => performance.getEntriesByName("il-gallery-painted").length;
  const before = marks();
  const began = performance.now();
  new Function(act)();
  const drawn = new Function("marks", "before", `return ${there};`);
  while (!drawn(marks, before)) {
    if (performance.now() - began > 60000) throw new Error("nothing was painted in 60 s");
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - began;
}"""
_RUN = """
jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
jupyterapp.commands.execute("notebook:run-cell");
"""
_JUMP = """
const view = document.querySelector(".il-gallery .il-scroll");
view.scrollTop = view.scrollHeight * {share};
"""
_PAINTED = "marks() > before && document.querySelector('.il-gallery[data-painted]')"
_COMPLETE = """((images) => images.length === 1000 && images.every((image) => image.complete))(
  [...document.querySelectorAll(".widget-gridbox img")])"""


def run(rows: int) -> list[Result]:
    path = found()
    if path is None:
        sys.exit(ADVICE)
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        few, many = (_catalog(Path(folder), min(count, rows)) for count in (_FEW, _MANY))
        with JupyterLab(Path(folder) / "jupyter") as lab, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=path, args=OPTIONS)
            small, large = _paints(chromium, lab, few), _paints(chromium, lab, many)
            grid = _grid(chromium, lab, few)
            idle, busy = _pages(chromium, lab, many)
            chromium.close()
    return [
        Result("first paint, 100,000 assets", large, small, "1,000 assets", 1.5),
        Result("first paint, 100,000 assets", large, grid, "GridBox of 1,000", 0.2),
        Result("a page while a cell runs", busy, idle, "a page while idle", 2),
    ]


def _catalog(folder: Path, rows: int) -> Path:
    catalog = open_catalog(folder / f"{rows}.db", "sandbox")
    synthetic.fill(catalog, rows, synthetic.PICTURES)
    catalog.close()
    return catalog.path


def _paints(browser: Browser, lab: JupyterLab, catalog: Path) -> float:
    """The median first paint of galleries opened one after the other in one notebook."""
    name = lab.write(f"{catalog.stem}.ipynb", [_OPEN.format(path=str(catalog)), _GALLERY])
    with Notebook(browser, lab, name) as notebook:
        notebook.run(0)
        taken = [_timed(notebook, _RUN, _PAINTED) for _ in range(_ROUNDS)]
    lab.stop_kernels()
    return median(taken[1:])  # the first one in a page also loads the modules


def _grid(browser: Browser, lab: JupyterLab, catalog: Path) -> float:
    cells = [_OPEN.format(path=str(catalog)) + _GRID, _GRIDBOX]
    with Notebook(browser, lab, lab.write("grid.ipynb", cells)) as notebook:
        notebook.run(0)
        taken = _timed(notebook, _RUN, _COMPLETE)
    lab.stop_kernels()
    return taken


def _pages(browser: Browser, lab: JupyterLab, catalog: Path) -> tuple[float, float]:
    """A jump to the end and back, idle and while a cell sleeps."""
    cells = [_OPEN.format(path=str(catalog)), _GALLERY, f"time.sleep({_BUSY_SECONDS})"]
    with Notebook(browser, lab, lab.write("pages.ipynb", cells)) as notebook:
        notebook.run(0)
        _timed(notebook, _RUN, _PAINTED)
        idle = [_jump(notebook, share) for share in (0.2, 0.4, 0.6, 0.8)]
        notebook.run(2, wait=False)
        busy = [_jump(notebook, share) for share in (0.3, 0.5, 0.7, 0.9)]
        assert notebook.cell(2).locator(".jp-InputPrompt").inner_text() == "[*]:"
    lab.stop_kernels()
    return median(idle), median(busy)


def _jump(notebook: Notebook, share: float) -> float:
    return _timed(notebook, _JUMP.format(share=share), _PAINTED)


def _timed(notebook: Notebook, act: str, there: str) -> float:
    return float(notebook.page.evaluate(_TIMED, [act, there]))
