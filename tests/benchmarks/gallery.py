"""Galleries in a real JupyterLab: paints, jumps, scrolling and memory, few assets or a million.

Everything is timed in the page, from the moment a cell is run or a key is pressed until
every picture in view is drawn. `IMAGELAB_BENCH_CATALOGS` names a folder of catalogs made before,
`1000000.db` by `python -m tests.benchmarks.synthetic`; those that are not there are made.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks import synthetic
from tests.benchmarks.measure import Result, median
from tests.browser.chromium import ADVICE, OPTIONS, found
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook

_FEW, _MANY = 1_000, 100_000
_FRAMES = 400  # of scrolling
_FRAME_MS = 34  # two at 60 a second: one is missed
_ROUNDS = 5
_BUSY_SECONDS = 8
_OPEN = "import imagelab as il, time; lab = il.open({path!r}, sandbox=True)"
_GALLERY = "gallery = lab.gallery(); gallery"
_GRID = """
import ipywidgets
small = [asset.thumbnail for asset in lab.search()[:1000]]
small = (small * 2)[:1000]  # a few of the catalog's are rejected
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


# How long each frame takes while the list goes by, 14 pixels a frame.
_SCROLL = """async (frames) => {
  const view = document.querySelector(".il-gallery .il-scroll");
  const taken = [];
  let last = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < frames; frame += 1) {
    view.scrollTop += 14;
    const now = await new Promise(requestAnimationFrame);
    taken.push(now - last);
    last = now;
  }
  return taken;
}"""
_KERNEL_MB = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)"


@dataclass(frozen=True, slots=True)
class _Looked:
    """What looking through a gallery took: milliseconds of a jump and of each frame, megabytes."""

    jump: float
    frames: list[float]
    page_mb: float
    kernel_mb: float


def run(rows: int) -> list[Result]:
    path = found()
    if path is None:
        sys.exit(ADVICE)
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        sizes = [_FEW, min(_MANY, rows), rows]
        few, many, most = (synthetic.copied(Path(folder), count) for count in sizes)
        with JupyterLab(Path(folder) / "jupyter") as lab, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=path, args=OPTIONS)
            small, large, largest = (_paints(chromium, lab, one) for one in (few, many, most))
            grid = _grid(chromium, lab, few)
            idle, busy = _pages(chromium, lab, many)
            through_few, through_most = (_looked(chromium, lab, one) for one in (few, most))
            chromium.close()
    said = f"{rows:,} assets"
    frames = sorted(through_most.frames)
    almost_all = frames[round(0.98 * len(frames)) - 1]
    return [
        Result("first paint, 100,000 assets", large, small, "1,000 assets", 1.5),
        Result(f"first paint, {said}", largest, small, "1,000 assets", 1.5),
        Result("first paint, 100,000 assets", large, grid, "GridBox of 1,000", 0.2).called(
            "first paint of a gallery of 100,000"
        ),
        Result("a page while a cell runs", busy, idle, "a page while idle", 2),
        Result(f"a jump, {said}", through_most.jump, largest, "its first paint", 2),
        Result(f"98 of 100 frames of scrolling, {said}", almost_all, _FRAME_MS, "34 ms", 1),
        Result(f"MB of the page, {said}", through_most.page_mb, through_few.page_mb, "1,000", 1.2),
        Result(
            f"MB of the kernel, {said}", through_most.kernel_mb, through_few.kernel_mb, "1,000", 1.2
        ),
    ]


def _paints(browser: Browser, lab: JupyterLab, catalog: Path) -> float:
    """The median first paint of galleries opened one after the other in one notebook."""
    name = lab.write(f"{catalog.stem}.ipynb", [_OPEN.format(path=str(catalog)), _GALLERY])
    with Notebook(browser, lab, name) as notebook:
        notebook.run(0)
        taken = [_paint(notebook) for _ in range(_ROUNDS)]
    lab.stop_kernels()
    return median(taken[1:])  # the first one in a page also loads the modules


def _paint(notebook: Notebook) -> float:
    """One first paint; then until what it counts has come, which is not to be in the next one's way."""
    taken = _timed(notebook, _RUN, _PAINTED)
    notebook.page.locator(".il-gallery .il-facet .il-count").first.wait_for()
    return taken


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


def _looked(browser: Browser, lab: JupyterLab, catalog: Path) -> _Looked:
    """Jumps through a gallery, then a stretch of it at an even pace."""
    name = lab.write(f"through-{catalog.stem}.ipynb", [_OPEN.format(path=str(catalog)), _GALLERY])
    with Notebook(browser, lab, name) as notebook:
        notebook.run(0)
        _timed(notebook, _RUN, _PAINTED)
        jumps = [_jump(notebook, share) for share in (0.2, 0.8, 0.4, 0.6, 0.1, 0.9, 0.5)]
        frames = notebook.page.evaluate(_SCROLL, _FRAMES)
        devtools = notebook.context.new_cdp_session(notebook.page)
        devtools.send("HeapProfiler.collectGarbage")
        page_mb = devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        looked = _Looked(median(jumps), frames, page_mb, float(notebook.python(_KERNEL_MB)))
    lab.stop_kernels()
    return looked


def _jump(notebook: Notebook, share: float) -> float:
    return _timed(notebook, _JUMP.format(share=share), _PAINTED)


def _timed(notebook: Notebook, act: str, there: str) -> float:
    return float(notebook.page.evaluate(_TIMED, [act, there]))
