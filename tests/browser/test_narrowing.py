from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.views import GALLERY, OPEN, GalleryOnPage

MAKE = (
    "lab.generate('A fox reading', quality='low', n=3, tags=['hero'])\n"
    "lab.generate('A harbour', quality='high')"
)


@pytest.fixture(scope="module")
def shown(open_notebook: Open) -> GalleryOnPage:
    made = open_notebook(f"{OPEN}\n{MAKE}", GALLERY)
    made.run_all()
    return GalleryOnPage(made).wait()


@pytest.fixture
def gallery(shown: GalleryOnPage) -> GalleryOnPage:
    """The gallery of four images as they came, with everything in view."""
    shown.notebook.python("gallery.facets = True; gallery.stacks = False; gallery.query = ''")
    shown.shows(4)
    return shown


def side(gallery: GalleryOnPage) -> Locator:
    return gallery.root.get_by_role("complementary", name="saved searches and facets")


@pytest.mark.parametrize(("wished", "moves"), [("no-preference", "il-breathe"), ("reduce", "none")])
def test_nothing_moves_where_motion_is_not_wished(
    gallery: GalleryOnPage, wished: Literal["no-preference", "reduce"], moves: str
) -> None:
    gallery.notebook.page.emulate_media(reduced_motion=wished)

    waiting = gallery.root.evaluate(
        """root => {
          const tile = root.querySelector(".il-tile[data-id]");
          tile.classList.add("il-waiting");
          const moves = getComputedStyle(tile.querySelector(".il-frame")).animationName;
          tile.classList.remove("il-waiting");
          return moves;
        }"""
    )

    assert waiting == moves


def test_a_press_on_a_facet_adds_its_term_and_the_next_takes_it_out(gallery: GalleryOnPage) -> None:
    facet = side(gallery).get_by_role("checkbox", name="low")
    expect(facet).to_contain_text("3")

    facet.click()
    gallery.shows(3)
    expect(gallery.search).to_have_value("quality:low")
    expect(facet).to_be_checked()
    facet.click()

    gallery.shows(4)
    expect(gallery.search).to_have_value("")


def test_terms_are_shown_and_can_be_taken_out(gallery: GalleryOnPage) -> None:
    gallery.search.fill("fox -tag:hero quality:low")
    terms = gallery.root.get_by_role("group", name="terms of the search")
    expect(terms.locator(".il-term")).to_have_text(["fox", "-tag:hero", "quality:low"])

    terms.get_by_role("button", name="take out -tag:hero").click()

    gallery.shows(3)
    expect(gallery.search).to_have_value("fox quality:low")


def test_half_a_word_gives_way_to_whole_ones_after_a_rest_if_they_find_anything(
    gallery: GalleryOnPage,
) -> None:
    gallery.notebook.python("lab.asset(1).caption = 'cat'; lab.asset(2).caption = 'catalogue'")
    gallery.search.press_sequentially("cat")
    gallery.shows(2)

    gallery.shows(1)  # nobody has pressed a key since
    expect(gallery.tile(1)).to_be_visible()
    gallery.search.press_sequentially("al")

    expect(gallery.tile(2)).to_be_visible()
    gallery.notebook.page.wait_for_timeout(1_500)  # no whole word is found: it stays
    expect(gallery.tile(2)).to_be_visible()


def test_a_step_of_costs_narrows_the_search(gallery: GalleryOnPage) -> None:
    step = side(gallery).get_by_role("checkbox", name="$0.005–0.01")
    expect(step).to_contain_text("3")

    step.click()

    gallery.shows(3)
    expect(gallery.search).to_have_value("cost:0.005..0.01")


def test_a_word_that_has_only_begun_is_found_while_one_types(gallery: GalleryOnPage) -> None:
    gallery.search.fill("harb")
    gallery.shows(1)

    gallery.key("Enter")

    gallery.root.get_by_text("Nothing matches harb").wait_for()


def test_a_search_is_saved_run_and_deleted(gallery: GalleryOnPage) -> None:
    gallery.search.fill("harbour")
    gallery.shows(1)
    side(gallery).get_by_role("button", name="save this").click()
    side(gallery).get_by_role("textbox", name="name of the search").fill("by the sea")
    gallery.key("Enter")
    gallery.notebook.until("lab.searches['by the sea']", "harbour")
    gallery.root.get_by_role("button", name="clear the search").click()
    gallery.shows(4)

    side(gallery).get_by_role("button", name="by the sea", exact=True).click()
    gallery.shows(1)
    side(gallery).get_by_role("button", name="delete the search by the sea").click()

    gallery.notebook.until("list(lab.searches)", "[]")


def test_rerolls_are_a_stack_that_s_opens_and_closes(gallery: GalleryOnPage) -> None:
    gallery.root.get_by_role("button", name="stack re-rolls").click()
    gallery.says("4 assets on 2 tiles")
    stack = gallery.root.get_by_role("option", name="a stack of 3")
    stack.click()

    gallery.key("s")
    gallery.shows(3)
    expect(gallery.search).to_have_value("stack:#3")
    gallery.tile(1).click()
    gallery.key("s")

    gallery.says("4 assets on 2 tiles")


def test_u_takes_back_step_by_step_and_goes_there(gallery: GalleryOnPage) -> None:
    gallery.tile(2).click()
    gallery.key("4", "2", "ArrowRight", "x")
    gallery.notebook.until("lab.asset(1).rejected", "True")

    gallery.key("u")
    gallery.notebook.until("lab.asset(1).rejected", "False")
    gallery.key("u")

    gallery.notebook.until("lab.asset(2).rating", "4")
    expect(gallery.root.get_by_role("complementary", name="about the image")).to_contain_text("#2")


def test_emptying_asks_with_the_count_and_keeps_when_told(gallery: GalleryOnPage) -> None:
    gallery.notebook.python("lab.asset(4).reject()")
    side(gallery).get_by_role("button", name="1 rejected").wait_for()

    side(gallery).get_by_role("button", name="empty…").click()
    expect(side(gallery).get_by_role("alert")).to_contain_text("Delete 1 rejected asset")
    expect(side(gallery).get_by_role("button", name="Keep")).to_be_focused()
    side(gallery).get_by_role("button", name="Keep").click()

    assert gallery.notebook.python("print(lab.trash().count)") == "1"
    gallery.notebook.python("lab.asset(4).unreject()")


def test_facets_are_a_drawer_where_there_is_no_room(open_notebook: Open) -> None:
    notebook = open_notebook(f"{OPEN}\n{MAKE}", GALLERY, width=700)
    notebook.run_all()
    narrow = GalleryOnPage(notebook).wait()
    expect(side(narrow)).to_be_hidden()

    narrow.root.get_by_role("button", name="facets and saved searches").click()
    side(narrow).get_by_role("checkbox", name="high").click()
    narrow.shows(1)
    narrow.key("Escape")

    expect(side(narrow)).to_be_hidden()


def test_the_trash_is_emptied_for_good(open_notebook: Open) -> None:
    notebook = open_notebook(
        f"{OPEN}\n{MAKE}\nlab.asset(1).reject(); lab.asset(2).reject()", GALLERY
    )
    notebook.run_all()
    gallery = GalleryOnPage(notebook).wait()

    side(gallery).get_by_role("button", name="empty…").click()
    side(gallery).get_by_role("button", name="Delete 2").click()

    notebook.until("lab.trash().count", "0")
    expect(side(gallery).get_by_role("button", name="empty…")).to_be_hidden()
