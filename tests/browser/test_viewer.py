from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.views import FOXES, GALLERY, OPEN, GalleryOnPage


@pytest.fixture(scope="module")
def shown(open_notebook: Open) -> GalleryOnPage:
    made = open_notebook(f"{OPEN}\n{FOXES}", GALLERY)
    made.run_all()
    return GalleryOnPage(made).wait()


@pytest.fixture
def gallery(shown: GalleryOnPage) -> GalleryOnPage:
    """The gallery with the viewer closed, and the third of its four images gone to."""
    shown.notebook.python("for n in (1, 2, 3, 4): lab.asset(n).rate(0)")
    while shown.root.locator(".il-viewer[open]").count():
        shown.key("Escape")
    shown.notebook.python("gallery.auto_advance = False")
    shown.tile(2).click()
    return shown


def viewer(gallery: GalleryOnPage) -> Locator:
    return gallery.root.locator(".il-viewer")


def scale(gallery: GalleryOnPage) -> Locator:
    return gallery.root.get_by_role("group", name="zoom").get_by_role("button").nth(1)


def test_space_shows_a_preview_and_space_closes_it(gallery: GalleryOnPage) -> None:
    gallery.key(" ")
    expect(viewer(gallery)).to_have_accessible_name("preview")

    gallery.key(" ")

    expect(viewer(gallery)).to_be_hidden()
    expect(gallery.tile(2)).to_be_focused()


def test_arrows_move_through_the_preview_and_enter_makes_it_full(gallery: GalleryOnPage) -> None:
    gallery.key(" ", "ArrowRight", "Enter")

    expect(viewer(gallery)).to_have_accessible_name("full size")
    expect(viewer(gallery)).to_contain_text("#1 · 1024×1024")


def test_keys_zoom_and_arrows_then_go_over_the_picture(gallery: GalleryOnPage) -> None:
    gallery.key("Enter", "+", "+")
    picture = viewer(gallery).locator("img")
    before = picture.bounding_box()

    gallery.key("ArrowRight")

    after = picture.bounding_box()
    assert before
    assert after
    assert after["x"] < before["x"]
    expect(viewer(gallery)).to_contain_text("#2 · ")


def test_nought_fits_a_zoomed_picture_and_clears_stars_else(gallery: GalleryOnPage) -> None:
    gallery.key("Enter", "4", "+")
    gallery.key("0")
    gallery.notebook.until("lab.asset(2).rating", "4")
    expect(scale(gallery)).to_have_attribute("aria-pressed", "false")

    gallery.key("0")

    gallery.notebook.until("lab.asset(2).rating", "None")


def test_the_wheel_zooms_at_the_pointer(gallery: GalleryOnPage) -> None:
    gallery.key("Enter")
    fitted = scale(gallery).inner_text()
    gallery.notebook.page.mouse.move(400, 400)

    gallery.notebook.page.mouse.wheel(0, -600)

    expect(scale(gallery)).not_to_have_text(fitted)
    expect(scale(gallery)).to_have_attribute("aria-pressed", "true")


def test_a_click_shows_pixel_by_pixel_and_a_drag_moves_it(gallery: GalleryOnPage) -> None:
    gallery.key("Enter")
    picture, mouse = viewer(gallery).locator("img"), gallery.notebook.page.mouse
    picture.click()
    expect(scale(gallery)).to_have_text("100 %")
    before = picture.bounding_box()

    mouse.move(600, 500)
    mouse.down()
    mouse.move(600, 470, steps=4)
    mouse.up()

    after = picture.bounding_box()
    assert before
    assert after
    assert after["y"] == pytest.approx(before["y"] - 30, abs=2)
    expect(scale(gallery)).to_have_text("100 %")


def test_a_rating_goes_on_to_the_next_where_that_is_switched_on(gallery: GalleryOnPage) -> None:
    gallery.root.get_by_role("button", name="go on to the next").click()
    gallery.notebook.until("gallery.auto_advance", "True")
    gallery.tile(3).focus()

    gallery.key("5", "4")

    gallery.notebook.until("[lab.asset(n).rating for n in (2, 1)]", "[5, 4]")


def test_a_flagged_picture_is_covered_until_it_is_wanted(gallery: GalleryOnPage) -> None:
    flags = "with lab._engine.catalog.writing() as db: db.execute('UPDATE asset SET flagged = {}')"
    gallery.notebook.python(flags.format(1))
    expect(gallery.tile(2)).to_contain_text("flagged · click to see")

    gallery.key(" ")
    expect(gallery.tile(2)).not_to_contain_text("flagged")
    expect(viewer(gallery)).to_be_hidden()
    gallery.key(" ")

    expect(viewer(gallery)).to_have_accessible_name("preview")
    gallery.notebook.python(flags.format(0))
