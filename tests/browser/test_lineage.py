from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.family import FAMILY, LINEAGE, LineageOnPage
from tests.browser.notebook import Notebook
from tests.browser.views import OPEN

ROUTES = {
    "server": LINEAGE,
    "kernel": "view = both.lineage().view(); view.graph.pointer = ''; view",
}


@pytest.fixture(scope="module", params=[*ROUTES.values()], ids=[*ROUTES])
def notebook(request: pytest.FixtureRequest, open_notebook: Open) -> Notebook:
    made = open_notebook(f"{OPEN}\n{FAMILY}", request.param, "'below'")
    made.run_all()
    return made


@pytest.fixture
def lineage(notebook: Notebook) -> LineageOnPage:
    """The view as it was: the asset looked at, nothing left out."""
    notebook.python("view.path_only = False; view.selected_id = 1; view.selected_id = 4")
    shown = LineageOnPage(notebook).wait()
    shown.chosen(4)
    return shown


def test_the_whole_family_stands_from_left_to_right(lineage: LineageOnPage) -> None:
    places = [lineage.card(number).bounding_box() for number in (1, 2, 4, 5)]

    lefts = [place["x"] for place in places if place]
    assert lefts == sorted(set(lefts))
    assert lineage.root.locator(".il-card").count() == 6
    expect(lineage.root).to_contain_text("6 assets · 4 edits · total $0.135 · path to #4 $0.0751")
    expect(lineage.card(6)).to_have_class("il-card il-is-rejected")


def test_each_way_says_what_was_done(lineage: LineageOnPage) -> None:
    words = lineage.root.locator(".il-word")

    assert sorted(words.all_text_contents()) == ["edit", "edit", "edit", "reference", "regenerate"]


def test_a_click_shows_what_was_done_there(lineage: LineageOnPage) -> None:
    lineage.card(2).click()

    expect(lineage.head).to_contain_text("#1 → #2")
    expect(lineage.head).to_contain_text("edit · openai/gpt-image-2 · $0.0")
    expect(lineage.panel.locator("ins").first).to_have_text(" at night")
    lineage.notebook.until("view.selected_id", "2")


def test_the_other_parent_is_one_click_away(lineage: LineageOnPage) -> None:
    lineage.panel.get_by_role("button", name="reference #3").click()

    expect(lineage.head).to_contain_text("#3 → #4")
    expect(lineage.panel.locator("del").first).to_be_visible()


def test_what_did_not_change_is_grey_and_what_did_is_marked(lineage: LineageOnPage) -> None:
    row = lineage.panel.locator(".il-params tr", has_text="quality")

    expect(row.locator("del")).to_have_text("low")
    expect(row.locator("ins")).to_have_text("medium")
    expect(lineage.panel.locator(".il-same", has_text="model")).to_contain_text("same")


def test_arrows_walk_the_family(lineage: LineageOnPage) -> None:
    lineage.card(4).focus()

    walk = {"ArrowLeft": 2, "ArrowDown": 6, "ArrowUp": 2, "Home": 1, "End": 4, "ArrowRight": 5}
    for key, there in walk.items():
        lineage.notebook.page.keyboard.press(key)
        lineage.chosen(there)

    expect(lineage.card(5)).to_be_focused()


def test_pictures_are_compared_in_four_ways_by_key(lineage: LineageOnPage) -> None:
    lineage.card(4).focus()
    expect(lineage.pane.locator("img").last).to_have_js_property("naturalWidth", 1024)
    modes = []

    for key in "2341":
        lineage.notebook.page.keyboard.press(key)
        modes.append(lineage.pane.get_attribute("data-mode"))

    assert modes == ["side by side", "blink", "difference", "slider"]


def test_the_slider_moves_by_key(lineage: LineageOnPage) -> None:
    slider = lineage.pane.get_by_role("slider")
    slider.focus()

    slider.press("ArrowRight")
    slider.press("Shift+ArrowRight")

    expect(slider).to_have_attribute("aria-valuenow", "62")


def test_the_path_alone_leaves_the_others_out(lineage: LineageOnPage) -> None:
    lineage.root.get_by_role("button", name="Path only").click()

    expect(lineage.root.locator(".il-card")).to_have_count(4)
    lineage.notebook.until("view.path_only", "True")


def test_the_code_of_the_path_is_shown(lineage: LineageOnPage) -> None:
    lineage.panel.get_by_role("button", name="Code for this path").click()

    code = lineage.panel.locator(".il-path-code")
    expect(code).to_contain_text("a4 = lab.generate(")
    expect(code).to_contain_text("images=[a2, a3]")


def test_a_branch_from_a_middle_node_goes_through_the_studio(lineage: LineageOnPage) -> None:
    lineage.card(2).click()
    expect(lineage.head).to_contain_text("#1 → #2")
    before = lineage.notebook.python("print(lab.search()[0].id)")

    lineage.panel.get_by_role("button", name="Branch from here").click()
    studio = lineage.notebook.page.locator(".il-studio")
    studio.locator("textarea").fill("in the rain")
    expect(studio.get_by_role("button", name="Generate")).to_contain_text("≈ $0.0")
    studio.get_by_role("button", name="Generate").click()

    lineage.notebook.until(f"lab.search()[0].id > {before}", "True")
    lineage.notebook.until("[p.id for p in lab.search()[0].parents]", "[2]")
    lineage.card(int(lineage.notebook.python("print(lab.search()[0].id)"))).wait_for()


def test_a_path_is_replayed_at_the_price_on_the_button(lineage: LineageOnPage) -> None:
    lineage.card(2).click()
    expect(lineage.head).to_contain_text("#1 → #2")
    lineage.panel.get_by_label("where to replay the path").select_option("runware/gpt-image-1.5")
    button = lineage.panel.get_by_role("button", name="Replay path")
    expect(button).to_contain_text("≈ $0.0")
    lineage.notebook.page.wait_for_timeout(800)  # sooner it would be a double click

    button.click()

    expect(lineage.panel.locator(".il-replayed")).to_contain_text("the path was made again: #")
    lineage.notebook.until("lab.search()[0].provider", "runware")


def test_a_double_click_asks_for_the_price_and_sends_nothing(lineage: LineageOnPage) -> None:
    before = lineage.notebook.python("print(lab.search()[0].id)")
    button = lineage.panel.get_by_role("button", name="Replay path")

    button.dblclick(delay=20)
    expect(button).to_contain_text("$0.0")
    lineage.notebook.page.wait_for_timeout(500)

    assert lineage.notebook.python("print(lab.search()[0].id)") == before


def test_the_drawing_is_saved(lineage: LineageOnPage) -> None:
    with lineage.notebook.page.expect_download() as saving:
        lineage.root.get_by_role("button", name="Export SVG").click()

    assert saving.value.suggested_filename == "lineage-4.svg"
    assert saving.value.path().read_text(encoding="utf-8").startswith("<svg ")


def test_the_family_is_read_out_as_a_nested_list(lineage: LineageOnPage) -> None:
    listed = lineage.root.get_by_role("list", name="the family as a list")

    expect(listed.locator("li li li").first).to_contain_text("#4, edit from #2, reference from #3")


def test_no_key_pressed_in_it_reaches_the_notebook(lineage: LineageOnPage) -> None:
    for focused in (lineage.card(4), lineage.pane.get_by_role("slider")):
        focused.focus()
        for key in ("x", "v", "a", "d", "d", "z", "m", "y", "l", "0"):
            focused.press(key)

    assert lineage.notebook.cells() == 3
