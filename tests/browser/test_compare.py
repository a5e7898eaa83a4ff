from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.family import FAMILY
from tests.browser.notebook import Notebook
from tests.browser.views import OPEN


@pytest.fixture(scope="module")
def notebook(open_notebook: Open) -> Notebook:
    made = open_notebook(
        f"{OPEN}\n{FAMILY}",
        "two = lab.compare(fox, night); two",
        "lab.compare(1, 2, 3, 4)",
        "'below'",
    )
    made.run_all()
    made.page.locator(".il-beside[data-shown]").nth(1).wait_for()
    return made


def test_two_are_compared_by_key(notebook: Notebook) -> None:
    view = notebook.page.locator(".il-beside").first
    view.focus()

    for key, mode in (("1", "slider"), ("3", "blink"), ("4", "difference"), ("2", "side by side")):
        view.press(key)
        expect(view.locator(".il-compare")).to_have_attribute("data-mode", mode)

    notebook.until("two.mode", "side by side")


def test_all_are_zoomed_together(notebook: Notebook) -> None:
    view = notebook.page.locator(".il-beside").nth(1)
    view.focus()
    before = [look.bounding_box() for look in view.locator(".il-look").all()]

    view.press("+")

    after = [look.bounding_box() for look in view.locator(".il-look").all()]
    grown = [
        new["width"] / old["width"] for new, old in zip(after, before, strict=True) if new and old
    ]
    assert grown == pytest.approx([1.25] * 4)


def test_each_has_its_price_and_what_differs_from_the_first(notebook: Notebook) -> None:
    about = notebook.page.locator(".il-beside").first.locator(".il-about")

    expect(about.nth(0)).to_contain_text("openai/gpt-image-2 · 1024×1024 · $0.0")
    expect(about.nth(1).locator("ins").first).to_have_text(" at night")
    expect(about.nth(1).locator(".il-same").first).to_contain_text("same")


def test_python_sets_how_they_are_compared(notebook: Notebook) -> None:
    notebook.python("two.mode = 'difference'")

    expect(notebook.page.locator(".il-compare").first).to_have_attribute("data-mode", "difference")


def test_no_key_pressed_in_it_reaches_the_notebook(notebook: Notebook) -> None:
    view = notebook.page.locator(".il-beside").first
    view.focus()

    for key in ("x", "c", "v", "a", "b", "d", "d", "z", "m", "y"):
        view.press(key)

    assert notebook.cells() == 4
