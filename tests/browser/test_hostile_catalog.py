"""A catalog is as foreign as a reply: five hundred hostile strings in every place, in every view."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.hostile import BOARD, LONG, STRINGS, hostile_catalog
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook
from tests.browser.sidebar import SidebarOnPage
from tests.browser.views import OPEN, GalleryOnPage

EXECUTED = "Boolean(window.executed)"
GALLERY = "gallery = lab.gallery(); gallery"
STUDIO = f"studio = lab.studio(); studio.generation_ids = [*range(1, {BOARD + 1})]; studio"
# Where the strings stand that are neither on a tile nor on a card; what comes first is not shown.
ELSEWHERE = {
    "the cells of a sweep": "words = list(dict.fromkeys(lab.to_pandas()['prompt'])); "
    "sweep = lab.sweep('{text}', text=words, quality='low', confirm=True, wait=False); "
    "sweep.cancel(); sweep",
    "the table of a blind comparison": "blind = lab.search().blind(pairs=100); "
    "[blind.judge('left') for _ in range(100)]; blind",
    "presets": """with lab._engine.catalog.writing() as db:
    told = [(name[:200], "{}", number) for number, name in enumerate(words)]
    db.executemany("INSERT OR REPLACE INTO preset VALUES (?, ?, ?)", told)
lab.studio()""",
    "the images an edit starts from": "strip = lab.studio(); strip.images = lab.search()[:16]; strip",
    "reports": "display(lab.generations(), lab.pending(), lab.models(), lab.spend(by='tag'), lab.to_pandas())",
}
SHOWN_BY = ".il-sweep:visible, .il-blind:visible, .il-studio:visible, table:visible"
PLACES: dict[str, int] = {}  # the asset of each string
A_LOOK = 75  # milliseconds on one image: its facts come after 60


@pytest.fixture(scope="module")
def notebook(
    open_notebook: Open, jupyter: JupyterLab, tmp_path_factory: pytest.TempPathFactory
) -> Notebook:
    name = tmp_path_factory.mktemp("hostile").name
    (jupyter.root / name / ".imagelab").mkdir(parents=True)
    PLACES.update(hostile_catalog(jupyter.root / name / ".imagelab" / "sandbox.db"))
    cells = (OPEN, GALLERY, STUDIO, *ELSEWHERE.values())
    made = open_notebook(*cells, name=f"{name}/book.ipynb", width=1800)
    made.run(0)
    return made


@contextmanager
def harmless(notebook: Notebook) -> Iterator[None]:
    """Nothing is executed meanwhile, and nothing is asked of anybody but the server."""
    asked: list[str] = []
    notebook.page.on("request", lambda request: asked.append(request.url))
    yield
    notebook.page.wait_for_timeout(300)
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("blob:", "data:"))}
    assert notebook.page.evaluate(EXECUTED) is False
    assert hosts <= {"127.0.0.1"}
    assert not [url for url in asked if "hostile" in (urlsplit(url).hostname or "")]


@pytest.fixture
def gallery(notebook: Notebook) -> GalleryOnPage:
    if not notebook.page.locator(".il-gallery").count():
        notebook.run(1)
    shown = GalleryOnPage(notebook).wait()
    notebook.python("gallery.view = 'grid'")
    shown.search.fill("")  # after what was typed before, however long that takes
    shown.search.press("Enter")
    all_of_them(shown)
    notebook.until("repr(gallery.query)", "''")  # else this comes after what a test sets in Python
    return shown


def all_of_them(gallery: GalleryOnPage) -> int:
    """Wait until everything is found; how many."""
    count = int(gallery.notebook.python("print(len(lab.search()))"))
    gallery.says(f"{count} assets")
    return count


def test_every_string_is_shown_and_none_runs(gallery: GalleryOnPage) -> None:
    with harmless(gallery.notebook):
        gallery.root.locator(".il-item[data-id]:visible").first.click()
        gallery.key("Home")
        for _ in range(all_of_them(gallery) - 1):
            gallery.key("ArrowRight")
            gallery.notebook.page.wait_for_timeout(A_LOOK)

        gallery.notebook.until("gallery.current_id == min(lab.search().ids)", "True")


def test_every_string_is_in_a_row_of_the_table_and_none_runs(gallery: GalleryOnPage) -> None:
    with harmless(gallery.notebook):
        gallery.notebook.python("gallery.view = 'table'")
        gallery.root.locator(".il-row[data-id]:visible").first.click()
        last = gallery.notebook.python("print(min(lab.search().ids))")
        for _ in range(200):  # screens; some keys come before their rows do
            gallery.key("PageDown")
            gallery.notebook.page.wait_for_timeout(150)
            if gallery.notebook.python("print(gallery.current_id)") == last:
                break

        gallery.notebook.until("gallery.current_id", last)


def test_what_hides_in_a_text_is_shown_by_number(gallery: GalleryOnPage) -> None:
    number = PLACES["\u202eevitcerid\u2066 \u200bzero\u200b width"]
    gallery.notebook.python(f"gallery.current_id = {number}")

    prompt = gallery.root.locator(".il-prompt")

    expect(prompt).to_have_text("⟨U+202E⟩evitcerid⟨U+2066⟩ ⟨U+200B⟩zero⟨U+200B⟩ width")


def test_a_megabyte_of_words_leaves_the_view_its_shape(gallery: GalleryOnPage) -> None:
    gallery.notebook.python(f"gallery.current_id = {PLACES[LONG]}")
    prompt = gallery.root.locator(".il-prompt")
    expect(prompt).to_contain_text("<b>long</b> <b>long</b>")

    box, frame = prompt.bounding_box(), gallery.root.bounding_box()

    assert box
    assert frame
    assert box["height"] < 200
    assert frame["height"] == pytest.approx(642, abs=4)


def test_facets_and_saved_searches_are_words(gallery: GalleryOnPage) -> None:
    with harmless(gallery.notebook):
        side = gallery.root.get_by_role("complementary", name="saved searches and facets")
        side.get_by_role("button", name="more").first.click()
        side.get_by_role("checkbox", name="<").first.click()
        gallery.notebook.page.wait_for_timeout(500)
        gallery.notebook.python("gallery.query = ''")
        all_of_them(gallery)


@pytest.mark.parametrize("text", STRINGS[::25])
def test_a_query_that_is_markup_is_looked_for_or_refused(gallery: GalleryOnPage, text: str) -> None:
    with harmless(gallery.notebook):
        gallery.search.fill(text.replace("\n", " ")[:2000])
        gallery.key("Enter")


def test_errors_and_prompts_on_a_board_are_words(notebook: Notebook) -> None:
    with harmless(notebook):
        notebook.run(2)
        cards = notebook.page.locator(".il-studio").get_by_role("article")
        expect(cards).to_have_count(BOARD)
        expect(cards.and_(notebook.page.locator("[data-id='1']"))).to_contain_text(STRINGS[0])


def test_what_became_of_a_request_is_told_in_words(gallery: GalleryOnPage) -> None:
    def answer(route: Route) -> None:
        numbers = json.loads(parse_qs(urlsplit(route.request.url).query)["ask"][0])["ids"]
        if len(numbers) > 1:  # a board asks
            return route.continue_()
        said = dict.fromkeys(("offer", "price", "error"), STRINGS[0])
        card = {"id": numbers[0], "status": "failed", "assets": [], **said}
        header = json.dumps({"stamp": "", "cards": [card]}).encode()
        return route.fulfill(body=len(header).to_bytes(4, "little") + header)

    with harmless(gallery.notebook):
        gallery.notebook.page.route("**/generations?*", answer)
        gallery.tile(int(gallery.notebook.python("print(lab.search()[0].id)"))).click()
        gallery.root.get_by_text("A fox").wait_for()
        gallery.root.get_by_role("button", name="Regenerate…").click()
        gallery.root.get_by_role("button", name="Regenerate · ").click()

        expect(gallery.root.locator(".il-sent")).to_contain_text(f": failed · {STRINGS[0]}")


@pytest.mark.parametrize("first", [0, 4, 8])
def test_hostile_pairs_beside_each_other_are_words(gallery: GalleryOnPage, first: int) -> None:
    beside = gallery.root.get_by_role("dialog", name="compare")
    pair = [PLACES[text] for text in STRINGS[first : first + 2]]
    with harmless(gallery.notebook):
        gallery.notebook.python("gallery.query = 'id:{},{}'".format(*pair))
        gallery.shows(2)
        gallery.tile(pair[0]).click()
        gallery.tile(pair[1]).click(modifiers=["Control"])
        gallery.key("c")
        expect(beside.locator(".il-about").first).to_contain_text(STRINGS[first][:9])
        gallery.key("Escape")
        expect(beside).to_have_count(0)


@pytest.mark.parametrize("typed", ["model:", "provider:", "tag:<"])
def test_what_a_field_suggests_are_words(gallery: GalleryOnPage, typed: str) -> None:
    with harmless(gallery.notebook):
        gallery.search.fill(typed)
        choices = gallery.root.get_by_role("listbox", name="suggestions").get_by_role("option")
        choices.first.wait_for()
        gallery.key("ArrowDown", "Enter")


def test_near_duplicates_of_hostile_strings_are_shown_and_none_runs(gallery: GalleryOnPage) -> None:
    with harmless(gallery.notebook):
        number = PLACES[STRINGS[1]]
        found = gallery.notebook.python(f"print(len(lab.search('like:#{number}')))")
        gallery.notebook.python(f"gallery.query = 'like:#{number}'")
        gallery.shows(int(found))
        gallery.tile(number).click()
        expect(gallery.root.locator(".il-prompt")).to_contain_text(STRINGS[1])


def test_the_same_strings_as_markup_do_run_and_ask(open_notebook: Open) -> None:
    page = open_notebook("1").page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).hostname or ""))

    page.evaluate(
        "said => document.body.append(Object.assign(document.createElement('p'), {innerHTML: said}))",
        STRINGS[0] + STRINGS[10],
    )

    page.wait_for_function(EXECUTED)
    assert "hostile.invalid" in asked


@pytest.mark.parametrize("cell", range(3, 3 + len(ELSEWHERE)), ids=ELSEWHERE)
def test_what_stands_elsewhere_is_words(notebook: Notebook, cell: int) -> None:
    with harmless(notebook):
        notebook.run(cell)

        notebook.cell(cell).locator(SHOWN_BY).first.wait_for()


def test_the_sidebar_shows_them_as_words(notebook: Notebook) -> None:
    with harmless(notebook):
        sidebar = SidebarOnPage(notebook).wait()
        sidebar.root.locator(".il-tile[data-id]:visible").first.click()
        for _ in range(12):
            notebook.page.keyboard.press("PageDown")
            notebook.page.wait_for_timeout(A_LOOK)


def test_the_saved_notebook_as_a_page_is_words(
    notebook: Notebook, jupyter: JupyterLab, tmp_path: Path
) -> None:
    notebook.command("docmanager:save")
    page, _ = HTMLExporter().from_filename(str(jupyter.root / notebook.name))
    (tmp_path / "book.html").write_text(page, "utf-8")
    shown = notebook.context.new_page()
    shown.route(re.compile("^https?:"), lambda route: route.abort())  # what the page itself fetches

    shown.goto((tmp_path / "book.html").as_uri())
    shown.wait_for_timeout(500)

    assert shown.evaluate(EXECUTED) is False
    assert STRINGS[0] in shown.inner_text("body")
    shown.close()
