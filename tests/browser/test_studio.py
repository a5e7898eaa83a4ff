from __future__ import annotations

import base64
import io
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Open
from tests.browser.notebook import Notebook
from tests.browser.views import BUSY, OPEN, STUDIO, StudioOnPage, busy


def png(colour: str, side: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


FOXES = itertools.count(10)
RED: FilePayload = {"name": "red.png", "mimeType": "image/png", "buffer": png("red", 64)}
PASTE = """(box, coded) => {
  const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
  const pasted = new DataTransfer();
  pasted.items.add(new File([bytes], "image.png", {type: "image/png"}));
  box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: pasted, bubbles: true, cancelable: true}));
}"""
NONSENSE: FilePayload = {"name": "words.png", "mimeType": "image/png", "buffer": b"what"}


@pytest.fixture(scope="module")
def notebook(open_notebook: Open) -> Notebook:
    made = open_notebook(f"import os\n{OPEN}", STUDIO, BUSY)
    made.run(0)
    made.run(1)
    return made


@pytest.fixture
def studio(notebook: Notebook) -> StudioOnPage:
    """The studio as it was: an empty board, and a form with a cheap fox, never the same twice.

    The same press again within a moment would be taken for a double click.
    """
    fox = f"A fox and {next(FOXES)} hens"
    notebook.python(
        "before = lab.sql('SELECT count(*) AS n FROM generations').n[0]\n"
        "studio.generation_ids, studio.params, studio.prompt = [], {}, ''\n"
        f"studio.params, studio.prompt = {{'quality': 'low'}}, {fox!r}"
    )
    shown = StudioOnPage(notebook)
    expect(shown.prompt).to_have_value(fox)
    expect(shown.button).to_contain_text("≈ $0.0059")
    expect(shown.button).to_be_enabled()
    expect(shown.cards).to_have_count(0)
    return shown


def sent(notebook: Notebook) -> str:
    return notebook.python("print(lab.sql('SELECT count(*) AS n FROM generations').n[0] - before)")


@contextmanager
def nothing_goes_out(notebook: Notebook) -> Iterator[None]:
    """As where as many calls are in flight as a provider takes: what is pressed meanwhile waits."""
    notebook.python(
        "import asyncio; gate = asyncio.Semaphore(0); limits = lab._engine.runner._limits\n"
        "usual, limits['openai'] = limits.get('openai'), gate"
    )
    try:
        yield
    finally:
        notebook.python(
            "limits['openai'] = usual or asyncio.Semaphore(8)\n"
            "lab._engine.loop._running().call_soon_threadsafe(gate.release)"
        )


def test_the_price_is_on_the_button_as_one_types(studio: StudioOnPage) -> None:
    studio.choose("high")
    studio.prompt.fill("A fox in the rain")

    expect(studio.button).to_have_text("Generate · ≈ $0.211")
    expect(studio.code).to_contain_text("'A fox in the rain'")
    expect(studio.code).to_contain_text("quality='high'")


def test_a_press_brings_a_picture_with_its_price(studio: StudioOnPage) -> None:
    studio.button.click()

    shot = studio.cards.first.get_by_role("option").first
    expect(shot.get_by_role("img")).not_to_have_js_property("naturalWidth", 0)
    expect(shot).to_contain_text("· $0.0")
    expect(studio.cards.first.locator(".il-card-status")).to_contain_text("done")


def test_a_double_click_sends_once(studio: StudioOnPage, notebook: Notebook) -> None:
    studio.button.dblclick()
    studio.cards.first.get_by_role("option").first.wait_for()

    assert sent(notebook) == "1"


def test_a_double_click_behind_a_busy_cell_sends_once(
    studio: StudioOnPage, notebook: Notebook
) -> None:
    with busy(notebook, 2):
        studio.button.dblclick()
    studio.cards.first.get_by_role("option").first.wait_for()

    assert sent(notebook) == "1"


def test_ctrl_enter_in_the_prompt_sends(studio: StudioOnPage, notebook: Notebook) -> None:
    studio.prompt.press("Control+Enter")
    studio.cards.first.get_by_role("option").first.wait_for()

    assert sent(notebook) == "1"


def test_a_studio_sends_while_a_later_cell_runs(studio: StudioOnPage, notebook: Notebook) -> None:
    with busy(notebook, 2):
        studio.button.click()
        studio.cards.first.get_by_role("option").first.wait_for()


def test_what_the_model_does_not_take_is_said_in_place(studio: StudioOnPage) -> None:
    studio.choose("transparent", "jpeg")

    expect(studio.root.get_by_text("cannot be kept as format='jpeg'")).to_be_visible()
    expect(studio.button).to_be_disabled()


def test_choices_in_the_prompt_are_counted_on_the_button(studio: StudioOnPage) -> None:
    studio.prompt.fill("A {fox|hare} in the rain")

    expect(studio.root.locator(".il-generate")).to_have_text("Generate 2 images, ≈ $0.0118")
    expect(studio.code).to_contain_text("choice=['fox', 'hare']")


def test_results_are_rated_in_place_with_the_gallerys_keys(
    studio: StudioOnPage, notebook: Notebook
) -> None:
    studio.button.click()
    shot = studio.cards.first.get_by_role("option").first
    number = shot.get_attribute("data-id")

    shot.click()
    shot.press("4")
    notebook.until(f"lab.asset({number}).rating", "4")
    shot.press("u")

    notebook.until(f"lab.asset({number}).rating", "None")


def test_images_come_by_drop_and_file_and_are_arranged_by_key(
    studio: StudioOnPage, notebook: Notebook
) -> None:
    studio.button.click()
    shot = studio.cards.first.get_by_role("option").first
    number = shot.get_attribute("data-id")
    strip = studio.root.locator(".il-strip")

    shot.drag_to(strip)
    notebook.until("studio.params.get('images')", f"[{number}]")
    strip.locator("input[type=file]").set_input_files([RED, NONSENSE])
    expect(strip.locator(".il-strip-said")).to_have_text(
        "words.png is text, not an image (4 bytes); PNG, JPEG and WebP are taken"
    )
    expect(strip.get_by_role("listitem")).to_have_count(2)
    strip.get_by_role("listitem").first.press("Shift+ArrowRight")
    strip.get_by_role("listitem").nth(1).press("Delete")

    expect(strip.get_by_role("listitem")).to_have_count(1)
    notebook.until("lab.asset(studio.params['images'][0]).width", "64")


def test_an_image_is_pasted_while_one_writes(studio: StudioOnPage, notebook: Notebook) -> None:
    studio.prompt.evaluate(PASTE, base64.b64encode(png("blue", 48)).decode())

    expect(studio.root.locator(".il-strip").get_by_role("listitem")).to_have_count(1)
    notebook.until("lab.asset(studio.params['images'][0]).width", "48")
    expect(studio.prompt).to_have_value(re.compile("hens$"))


def test_what_waits_is_cancelled_free_and_can_be_sent_again(
    studio: StudioOnPage, notebook: Notebook
) -> None:
    card = studio.cards.last
    with nothing_goes_out(notebook):
        studio.button.click()
        expect(card).to_contain_text("waiting, ")
        card.get_by_role("button", name="Cancel, free").click()
        expect(card).to_contain_text("is cancelled; nothing is charged")
    expect(card.locator(".il-card-status")).to_have_text("cancelled")

    card.get_by_role("button", name="Try again · ≈ $0.0059").click()

    studio.cards.first.get_by_role("option").first.wait_for()
    assert sent(notebook) == "2"
    assert notebook.python("print(len(lab.generations('status:cancelled')))") == "1"


def test_a_preset_is_saved_chosen_undone_and_deleted(
    studio: StudioOnPage, notebook: Notebook
) -> None:
    presets = studio.root.locator(".il-recall select")
    studio.root.get_by_role("button", name="Save…").click()
    studio.root.get_by_placeholder("a name for these parameters").fill("cheap")
    studio.root.get_by_role("button", name="Save", exact=True).click()
    expect(presets.locator("option")).to_have_text(["Presets…", "cheap"])
    studio.choose("high")
    notebook.until("studio.params", "{'quality': 'high'}")

    presets.select_option("cheap")
    expect(studio.button).to_contain_text("≈ $0.0059")
    studio.root.get_by_role("button", name="Undo").click()
    notebook.until("studio.params", "{'quality': 'high'}")
    studio.root.get_by_role("button", name="Delete").click()

    expect(presets.locator("option")).to_have_text(["Presets…"])


def test_the_tab_closed_and_opened_again_finds_the_queue(
    studio: StudioOnPage, notebook: Notebook
) -> None:
    with nothing_goes_out(notebook):
        studio.button.click()
        expect(studio.cards.first).to_contain_text("waiting, ")
        notebook.command("docmanager:save")
        notebook.reload()
        opened = StudioOnPage(notebook)
        expect(opened.cards).to_have_count(1)
        expect(opened.cards.first).to_contain_text("waiting, ")

    opened.cards.first.get_by_role("option").first.wait_for()
    expect(opened.code).to_contain_text("lab.generate(")


def test_the_code_goes_into_a_cell_below(studio: StudioOnPage, notebook: Notebook) -> None:
    written, before = studio.code.text_content(), notebook.cells()

    studio.root.get_by_role("button", name="Insert").click()

    expect(notebook.cell(2).locator(".cm-content")).to_contain_text("lab.generate(")
    assert notebook.cells() == before + 1
    assert written == notebook.page.evaluate(
        "jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.getSource()"
    )


def test_what_failed_says_so_on_its_card(studio: StudioOnPage, notebook: Notebook) -> None:
    notebook.python("lab._engine.close()\nos.environ['IMAGELAB_SANDBOX_FAULT'] = 'moderation'")
    notebook.run(0)
    notebook.run(1)
    studio.prompt.fill("A fox")

    studio.button.click()

    expect(studio.cards.first).to_contain_text("failed")
    expect(studio.cards.first).to_contain_text("nothing billed")
    expect(studio.cards.first).not_to_contain_text("Try again")


# The last one here: whoever loads the page anew after it finds both notebooks in it.
def test_two_studios_on_one_catalog_agree(
    studio: StudioOnPage, notebook: Notebook, open_notebook: Open
) -> None:
    beside = open_notebook(OPEN, STUDIO, name=notebook.name.replace("book.", "beside."))
    beside.run(0)
    beside.run(1)
    beside.python("studio.generation_ids = []")
    other = StudioOnPage(beside)
    expect(other.cards).to_have_count(0)

    studio.button.click()

    for board in (studio, other):
        expect(board.cards.first.get_by_role("option")).to_have_count(1)
        expect(board.cards.first.locator(".il-card-status")).to_contain_text("done")
    both = [board.cards.first.get_attribute("data-id") for board in (studio, other)]
    assert both[0] == both[1]
