from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.views import GALLERY, OPEN, GalleryOnPage, late

MAKE = (
    "lab.generate('A fox in a green wood', quality='low')\n"
    "lab.asset(1).edit('A fox in a snowy wood')\n"
    "lab.generate('A harbour', quality='low', n=2)"
)


@pytest.fixture(scope="module")
def shown(open_notebook: Open) -> GalleryOnPage:
    made = open_notebook(f"{OPEN}\n{MAKE}", GALLERY)
    made.run_all()
    return GalleryOnPage(made).wait()


@pytest.fixture
def gallery(shown: GalleryOnPage) -> GalleryOnPage:
    """The gallery, standing on the edit."""
    shown.tile(2).click()
    known(shown).get_by_text("lab.asset(2)").wait_for()
    return shown


def known(gallery: GalleryOnPage) -> Locator:
    return gallery.root.get_by_role("complementary", name="about the image")


def generations(gallery: GalleryOnPage) -> int:
    return int(
        gallery.notebook.python("print(lab.sql('SELECT count(*) AS n FROM generations').n[0])")
    )


def test_words_that_differ_from_the_parents_are_marked(gallery: GalleryOnPage) -> None:
    prompt = known(gallery).locator(".il-prompt")

    expect(prompt.locator("ins")).to_have_text("snowy")
    expect(prompt.locator("del")).to_have_text("green")


def test_the_lineage_leads_to_the_parent_and_back(gallery: GalleryOnPage) -> None:
    known(gallery).get_by_role("button", name="#1").click()
    known(gallery).get_by_text("lab.asset(1)").wait_for()

    known(gallery).get_by_role("button", name="#2").click()

    known(gallery).get_by_text("lab.asset(2)").wait_for()


def test_facts_on_their_way_show_nothing_of_the_last_image(gallery: GalleryOnPage) -> None:
    page = gallery.notebook.page
    page.route("**/facts?*", late(0.6))

    gallery.tile(3).click()

    expect(known(gallery).locator(".il-skeleton")).to_be_visible()
    expect(known(gallery).get_by_text("snowy")).to_be_hidden()
    known(gallery).get_by_text("lab.asset(3)").wait_for()
    page.unroute("**/facts?*")


def test_a_note_is_written_in_place(gallery: GalleryOnPage) -> None:
    known(gallery).get_by_role("button", name="change the note").click()
    known(gallery).get_by_role("textbox", name="note").fill("for the cover")

    gallery.key("Enter")

    gallery.notebook.until("lab.asset(2).note", "for the cover")
    expect(
        known(gallery).get_by_role("button", name="change the note: for the cover")
    ).to_be_focused()


def test_escape_leaves_a_caption_as_it_was(gallery: GalleryOnPage) -> None:
    known(gallery).get_by_role("button", name="change the caption").click()
    known(gallery).get_by_role("textbox", name="caption").fill("never mind")

    gallery.key("Escape")

    expect(known(gallery).get_by_role("button", name="change the caption: none")).to_be_focused()
    assert gallery.notebook.python("print(lab.asset(2).caption)") == "None"


def test_tags_are_put_on_by_key_and_taken_off(gallery: GalleryOnPage) -> None:
    gallery.key("t")
    gallery.notebook.page.keyboard.type("hero, snow")
    gallery.key("Enter")
    gallery.notebook.until("sorted(lab.asset(2).tags)", "['hero', 'snow']")

    known(gallery).get_by_role("button", name="take off hero").click()

    gallery.notebook.until("lab.asset(2).tags", "('snow',)")


def test_an_edit_is_sent_once_at_the_price_on_its_button(gallery: GalleryOnPage) -> None:
    before = generations(gallery)
    gallery.key("e")
    gallery.notebook.page.keyboard.type("A fox in a red wood")
    go = known(gallery).get_by_role("button", name="Edit · ≈ $")
    go.wait_for()

    go.dblclick()

    gallery.root.get_by_text("done").wait_for()
    assert generations(gallery) == before + 1
    assert gallery.notebook.python("print(lab.search()[0].prompt)") == "A fox in a red wood"


def test_a_variation_says_its_price_for_so_many(gallery: GalleryOnPage) -> None:
    gallery.key("v")
    one = known(gallery).get_by_role("button", name="Vary · ≈ $").inner_text()

    known(gallery).get_by_role("spinbutton").fill("3")

    expect(known(gallery).get_by_role("button", name="Vary · ≈ $")).not_to_have_text(one)
    gallery.key("Escape")
    expect(known(gallery).get_by_role("spinbutton")).to_be_hidden()


def test_what_the_budget_forbids_is_said_in_place(gallery: GalleryOnPage) -> None:
    gallery.notebook.python("lab.budget(total=0.001)")

    known(gallery).get_by_role("button", name="Regenerate…").click()

    known(gallery).get_by_text("nothing was sent").wait_for()
    expect(known(gallery).get_by_role("button", name="Regenerate", exact=True)).to_be_disabled()
    gallery.notebook.python("lab.budget(total=il.NO_LIMIT)")


def test_c_compares_what_is_selected_and_esc_returns(gallery: GalleryOnPage) -> None:
    gallery.key("c")
    gallery.says("two to four are compared; 1 asset selected")
    gallery.tile(1).click(modifiers=["Control"])

    gallery.key("c")

    beside = gallery.root.get_by_role("dialog", name="compare")
    expect(beside.locator(".il-about h4")).to_have_text(["#2", "#1 against the first"])
    expect(beside.get_by_text("lab.compare(2, 1)")).to_be_visible()
    gallery.key("4")
    expect(beside.locator(".il-compare")).to_have_attribute("data-mode", "difference")
    gallery.key("Escape")
    expect(beside).to_be_hidden()
    expect(gallery.tile(1)).to_be_focused()


def test_near_duplicates_are_looked_for_and_the_search_is_come_back_to(
    gallery: GalleryOnPage,
) -> None:
    gallery.search.fill("snowy")  # the edit alone has it, whatever other tests have made
    gallery.shows(1)
    gallery.tile(2).click()

    known(gallery).get_by_role("button", name="near duplicates").click()

    expect(gallery.search).to_have_value("like:#2")
    expect(gallery.tile(2)).to_be_visible()
    known(gallery).get_by_role("button", name="near duplicates").click()
    expect(gallery.search).to_have_value("snowy")
    gallery.shows(1)
    gallery.search.fill("")
    expect(gallery.tile(1)).to_be_visible()


def test_y_copies_the_code(gallery: GalleryOnPage) -> None:
    page = gallery.notebook.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    gallery.key("y")

    gallery.says("copied lab.asset(2)")
    assert page.evaluate("navigator.clipboard.readText()") == "lab.asset(2)"
