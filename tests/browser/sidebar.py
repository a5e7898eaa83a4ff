"""The sidebar in a notebook's page, in the words of whoever uses it."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.notebook import Notebook

_SOURCE = "jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.getSource()"


class SidebarOnPage:
    """The sidebar, opened by its command."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        notebook.command("imagelab:open")
        self.root = notebook.page.locator(".il-sidebar")
        self.search = self.root.get_by_role("combobox", name="search")
        self.catalog = self.root.get_by_role("combobox", name="catalog")
        self.notice = self.root.locator(".il-sidebar-notice")
        self.queue = self.root.locator(".il-queue")

    def wait(self) -> SidebarOnPage:
        """Until every picture in view is drawn."""
        self.root.locator(".il-gallery[data-painted]").wait_for()
        return self

    def tile(self, number: int) -> Locator:
        """The tile of an asset."""
        return self.root.locator(f'.il-tile[data-id="{number}"]')

    def shows(self, count: int) -> None:
        """Wait until so many assets are found."""
        words = f"{count} asset" if count == 1 else f"{count} assets"
        self.root.locator(".il-summary", has_text=words).wait_for()

    def into(self, cell: int) -> None:
        """Make a cell the active one."""
        activate = "i => { jupyterapp.shell.currentWidget.content.activeCellIndex = i; }"
        self.notebook.page.evaluate(activate, cell)

    def written(self, code: str) -> None:
        """Wait until this is what stands in the active cell."""
        self.notebook.page.wait_for_function(f"code => {_SOURCE} === code", arg=code)
