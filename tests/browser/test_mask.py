from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.notebook import Notebook
from tests.browser.views import OPEN

MAKE = "fox = lab.generate('A fox reading a book', quality='low', size='1536x1024')[0]"
SENT = """
with lab._engine.catalog.reading() as db:
    data = db.execute(
        "SELECT b.data FROM input i JOIN blob b ON b.id = i.blob WHERE i.role = 'mask' "
        "ORDER BY i.generation DESC LIMIT 1"
    ).fetchone()[0]
sent = il.Mask.alpha(bytes(data))
"""


@pytest.fixture(scope="module")
def notebook(open_notebook: Open) -> Notebook:
    made = open_notebook(f"{OPEN}\n{MAKE}", "painter = fox.paint_mask(); painter", "'below'")
    made.run_all()
    made.page.locator(".il-mask[data-shown]").wait_for()
    return made


@pytest.fixture
def sheet(notebook: Notebook) -> Locator:
    """The image as it was: nothing painted, a brush of 101 pixels."""
    notebook.python("painter.runs = []; painter.size = 101")
    view = notebook.page.locator(".il-mask")
    expect(view).to_have_attribute("data-share", "0.0")
    view.get_by_role("button", name="Brush").click()
    return view.locator(".il-sheet")


def test_a_stroke_changes_what_it_passes_and_no_other(notebook: Notebook, sheet: Locator) -> None:
    box = sheet.bounding_box()
    assert box
    mouse = notebook.page.mouse
    mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    mouse.up()

    notebook.until("painter.mask.share > 0", "True")
    left, top, right, bottom = eval(notebook.python("print(painter.mask.image.getbbox())"))  # noqa: S307 - four numbers
    assert (right - left, bottom - top) == (
        pytest.approx(384 + 101, abs=4),
        pytest.approx(101, abs=1),
    )
    assert set(eval(notebook.python("print(set(painter.mask.pixels))"))) == {0, 255}  # noqa: S307 - two numbers


def test_the_provider_receives_what_was_painted_to_the_pixel(
    notebook: Notebook, sheet: Locator
) -> None:
    sheet.click(position={"x": 60, "y": 40})
    notebook.until("painter.mask.share > 0", "True")

    notebook.python(f"fox.edit('a hat', mask=painter, reuse=False)\n{SENT}")

    assert notebook.python("print(sent == painter.mask, (sent.width, sent.height))") == (
        "True (1536, 1024)"
    )


def test_a_rectangle_by_its_numbers_is_exact(notebook: Notebook, sheet: Locator) -> None:
    view = notebook.page.locator(".il-mask")
    for name, value in {"x": "10", "y": "20", "width": "30", "height": "40"}.items():
        view.get_by_label(f"{name} of a rectangle").fill(value)

    view.get_by_role("button", name="Add rectangle").click()

    notebook.until("painter.mask == il.Mask.rect(10, 20, 30, 40, of=fox)", "True")
    assert sheet.is_visible()


def test_one_paints_erases_inverts_and_undoes_by_keyboard(
    notebook: Notebook, sheet: Locator
) -> None:
    sheet.focus()
    sheet.press(" ")
    notebook.until("painter.mask.share > 0", "True")
    painted = notebook.python("print(round(painter.mask.share, 6))")

    sheet.press("i")
    notebook.until("painter.mask.share > 0.9", "True")
    sheet.press("u")
    notebook.until("round(painter.mask.share, 6)", painted)
    sheet.press("e")
    sheet.press(" ")

    notebook.until("painter.mask.share", "0.0")


def test_a_rectangle_is_painted_by_keyboard(notebook: Notebook, sheet: Locator) -> None:
    sheet.focus()

    for key in ("r", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter"):
        sheet.press(key)

    notebook.until("painter.mask.image.getbbox() is None", "False")
    left, top, right, bottom = eval(notebook.python("print(painter.mask.image.getbbox())"))  # noqa: S307 - four numbers
    assert (right - left, bottom - top) == (102, 102)


def test_keys_set_the_width_of_the_brush(notebook: Notebook, sheet: Locator) -> None:
    sheet.focus()

    sheet.press("]")
    notebook.until("painter.size", "127")
    sheet.press("[")

    notebook.until("painter.size", "101")


def test_a_mask_set_in_python_is_seen(notebook: Notebook, sheet: Locator) -> None:
    notebook.python("painter.mask = il.Mask.rect(0, 0, 768, 1024, of=fox)")

    expect(notebook.page.locator(".il-mask")).to_have_attribute("data-share", "50.0")
    expect(sheet).to_be_visible()


def test_no_key_pressed_in_it_reaches_the_notebook(notebook: Notebook, sheet: Locator) -> None:
    sheet.focus()

    for key in ("x", "c", "v", "a", "b", "d", "d", "z", "m", "y"):
        sheet.press(key)

    assert notebook.cells() == 3
