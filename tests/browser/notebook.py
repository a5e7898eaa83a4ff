"""One notebook open in JupyterLab, as a person has it open: run, type, click, look."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, Locator

from tests.browser.jupyterlab import JupyterLab

_PATIENCE_MILLISECONDS = 15_000
_OPEN = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell"
_READY = "window.jupyterapp && jupyterapp.commands.hasCommand('notebook:run-all-cells')"
_IDLE = """() => {
  const kernel = jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
_EXECUTE = """async (code) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({code, store_history: false});
  let told = '';
  future.onIOPub = ({header, content}) => {
    if (header.msg_type === 'stream') told += content.text;
    if (header.msg_type === 'error') told += `${content.ename}: ${content.evalue}`;
  };
  await future.done;
  return told;
}"""


class Notebook:
    """A page with one notebook; `errors` are those its scripts did not catch."""

    def __init__(
        self,
        browser: Browser,
        lab: JupyterLab,
        name: str,
        *,
        width: int = 1400,
        height: int = 1000,
        scale: float = 1,
        kernel: bool = True,
        app: str = "lab/tree",  # Notebook 7's is "notebooks"
    ) -> None:
        self.name = name
        self.enough = (lab.root / name).with_name("enough")  # a file that ends a busy cell
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale
        )
        self.context.set_default_timeout(_PATIENCE_MILLISECONDS)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        # `reset` forgets what was open before.
        address = f"{lab.url}{app}/{name}?reset&token={lab.token}"
        self.page.goto(address, wait_until="domcontentloaded")
        self.page.wait_for_selector(_OPEN, timeout=60_000)
        self.page.wait_for_function(_READY)
        if kernel:
            self.page.wait_for_function(_IDLE, timeout=60_000)

    def run_all(self) -> None:
        """Run every cell and wait for the last."""
        self.command("notebook:run-all-cells")

    def run(self, cell: int, *, wait: bool = True) -> None:
        """Run one cell; without `wait` go on while it runs."""
        self.page.evaluate(
            "i => { jupyterapp.shell.currentWidget.content.activeCellIndex = i; }", cell
        )
        self.command("notebook:run-cell", wait=wait)

    def command(self, name: str, *, wait: bool = True) -> None:
        """One of JupyterLab's own commands."""
        run = "name => { const done = jupyterapp.commands.execute(name);"
        rest = "return done.then(() => null); }" if wait else "return null; }"
        self.page.evaluate(run + rest, name)

    def python(self, code: str) -> str:
        """What some code prints in the notebook's kernel, apart from its cells."""
        return str(self.page.evaluate(_EXECUTE, code)).strip()

    def until(self, expression: str, value: str, seconds: float = 15) -> None:
        """Wait until an expression is this in Python: the page's word for it may be on its way."""
        deadline = time.monotonic() + seconds
        while (now := self.python(f"print({expression})")) != value:
            assert time.monotonic() < deadline, f"{expression} is {now}, not {value}"
            time.sleep(0.05)

    def cell(self, number: int) -> Locator:
        """A cell of the page."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def cells(self) -> int:
        """How many cells there are."""
        return self.page.locator(".jp-Notebook .jp-Cell").count()

    def reload(self) -> None:
        """The page anew, with the kernel it has."""
        self.page.reload(wait_until="domcontentloaded")
        self.page.wait_for_selector(_OPEN)
        self.page.wait_for_function(_READY)
        self.page.wait_for_function(_IDLE)

    def versions(self) -> dict[str, Any]:
        """What this really runs on: the page's JupyterLab, the kernel's packages."""
        told = self.python(
            "import importlib.metadata as m, json; print(json.dumps({n: m.version(n) for n in "
            "('ipykernel', 'ipywidgets', 'anywidget')}))"
        )
        return {"jupyterlab": self.page.evaluate("jupyterapp.version"), "kernel": told}

    def screenshot(self, path: Path) -> None:
        """What is to be seen now."""
        self.page.screenshot(path=path)

    def close(self) -> None:
        """Close the page and forget it."""
        self.context.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
