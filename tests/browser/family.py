"""What a test sees and does in the views of families, in the words of whoever uses them."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.notebook import Notebook

# #1 → #2 → #4 → #5, #4 also from #3; #6 is #1 again and rejected.
FAMILY = """
fox = lab.generate('A fox reading a book, oil painting', quality='low')[0]
night = fox.edit('A fox reading a book at night, oil painting')[0]
hare = lab.generate('A hare', quality='low')[0]
both = night.edit('A fox and a hare at night, flat vector', images=hare, quality='medium')[0]
last = both.edit('add a lamp')[0]
again = fox.regenerate()[0].reject()
"""
LINEAGE = "view = both.lineage().view(); view"


class LineageOnPage:
    """A lineage view in a notebook's page."""

    def __init__(self, notebook: Notebook, place: int = 0) -> None:
        self.notebook = notebook
        self.root = notebook.page.locator(".il-lineage").nth(place)
        self.graph = self.root.locator(".il-graph")
        self.panel = self.root.locator(".il-panel")
        self.head = self.panel.locator(".il-head")
        self.pane = self.panel.locator(".il-compare")

    def wait(self) -> LineageOnPage:
        """Until every card in sight is drawn."""
        self.root.locator(".il-graph[data-painted='1']").wait_for()
        return self

    def card(self, number: int) -> Locator:
        """The card of a member."""
        return self.root.locator(f'.il-card[data-id="{number}"]')

    def chosen(self, number: int) -> None:
        """Wait until a member is looked at."""
        expect(self.card(number)).to_have_attribute("aria-current", "true")
