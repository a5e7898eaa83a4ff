from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.views import OPEN

BLIND = """
sweep = lab.sweep("a {animal}", animal=["fox", "owl"], quality=["low", "medium"])
blind = sweep.blind(pairs=4); blind
"""


def test_pairs_are_judged_by_key_until_the_table(open_notebook: Open) -> None:
    notebook = open_notebook(OPEN, BLIND)
    notebook.run_all()
    view = notebook.page.locator(".il-blind")
    view.and_(notebook.page.locator("[data-shown]")).wait_for()
    assert "openai" not in view.inner_text()
    view.focus()

    presses = {"ArrowLeft": 1, "ArrowRight": 2, "u": 1, "ArrowDown": 2}
    for key, judged in presses.items():
        shown = view.get_attribute("data-shown") or ""
        notebook.page.keyboard.press(key)
        expect(view.get_by_role("status").first).to_have_text(f"{judged} of 4 pairs")
        expect(view).not_to_have_attribute("data-shown", shown)
    notebook.python("blind.judge('left'); blind.judge('tie')")

    expect(view.locator("th[scope=row]")).to_have_count(4)
    expect(view).to_contain_text("wins a dollar")
    notebook.until("blind.to_pandas().compared.tolist()", "[2, 2, 2, 2]")
