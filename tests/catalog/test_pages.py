from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from imagelab.catalog import pages as module, slices, thumbnails
from imagelab.catalog.answer import Answer
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.imports import keep_import
from imagelab.catalog.pages import QUESTIONS, Pages
from imagelab.catalog.thumbnails import Look
from imagelab.errors import (
    AssetNotFoundError,
    CatalogError,
    ImagelabError,
    QueryError,
    RequestError,
)
from tests.catalog.searchable import generate, keep
from tests.finished import new_catalog

FOX = Blob.of(b"the bytes of a fox", "jpeg", 40, 30)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "c.db")
    yield opened
    opened.close()


@pytest.fixture
def pages(catalog: Catalog) -> Pages:
    return Pages(catalog, catalog.path)


def kept(catalog: Catalog, *prompts: str, **columns: Any) -> None:
    with catalog.writing() as db:
        for prompt in prompts:
            keep(db, prompt, **columns)


def imported(catalog: Catalog) -> None:
    with catalog.writing() as db:
        keep_import(db, FOX)
        thumbnails.save(db, FOX.sha256, Look(b"small", "image/jpeg", 1))


def header(pages: Pages, question: str, **asked: Any) -> dict[str, Any]:
    return pages.answer(question, asked).header


def shown(told: dict[str, Any]) -> list[int]:
    return [tile["id"] for tile in told["tiles"]]


def test_an_empty_catalog_has_an_empty_page(pages: Pages) -> None:
    page, count = header(pages, "page"), header(pages, "count")

    assert (page["tiles"], page["total"], page["counted"]) == ([], 0, True)
    assert (count["total"], count["counted"], count["cost"]) == (0, True, None)


def test_a_first_page_waits_for_no_count(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, *["fox"] * 5)

    before = header(pages, "page", query="fox", limit=2)
    counted = header(pages, "count", query="fox")
    after = header(pages, "page", query="fox", limit=2)

    assert (shown(before), before["total"], before["counted"]) == ([5, 4], 3, False)
    assert (shown(after), after["total"], after["counted"]) == ([5, 4], 5, True)
    assert before["stamp"] == counted["stamp"] == after["stamp"]


def test_a_first_page_that_has_everything_is_counted(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox", "fox")

    page = header(pages, "page", limit=2)

    assert (page["total"], page["counted"]) == (2, True)


def test_a_page_further_down_needs_no_count_before_it(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, *["fox"] * 5)

    page = header(pages, "page", start=3, limit=60)

    assert (shown(page), page["start"], page["total"], page["counted"]) == ([2, 1], 3, 5, True)


def test_a_page_behind_the_end_is_empty(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox")

    assert shown(header(pages, "page", start=10**30)) == []


def test_nothing_moves_below_while_something_new_is_on_the_first_page(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, *["fox"] * 4)
    counted = header(pages, "count")
    kept(catalog, "fox")

    below, top = header(pages, "page", start=2), header(pages, "page", limit=2)

    assert (shown(below), below["stamp"]) == ([2, 1], counted["stamp"])
    assert (shown(top), top["stamp"]) == ([5, 4], header(pages, "stamp")["stamp"])
    assert top["stamp"] != counted["stamp"]


def test_a_view_that_names_its_count_sees_that_count_everywhere(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, *["fox"] * 4)
    mine = header(pages, "count")["stamp"]
    kept(catalog, "fox")
    header(pages, "count")

    top = header(pages, "page", stamp=mine, limit=2)
    below = header(pages, "page", stamp=mine, start=2, limit=2)

    assert (shown(top), shown(below)) == ([4, 3], [2, 1])
    assert header(pages, "between", stamp=mine, start=0, stop=9)["ids"] == [4, 3, 2, 1]


def test_a_count_that_is_kept_no_more_is_made_anew(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox", "fox")

    page = header(pages, "page", stamp="of another process", limit=1)

    assert (shown(page), page["total"], page["counted"]) == ([2], 2, True)
    assert page["stamp"] == header(pages, "stamp")["stamp"]


def test_counting_again_shows_what_is_new(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox", "fox")
    header(pages, "count")
    kept(catalog, "fox")

    count = header(pages, "count")

    assert count["total"] == 3
    assert shown(header(pages, "page", start=1)) == [2, 1]


def test_a_first_page_that_takes_too_long_comes_from_the_count(
    catalog: Catalog, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(catalog, "fox", "fox", seed=7)
    kept(catalog, *["fox"] * 50)
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(slices, "_STEPS_BETWEEN_LOOKS", 10)

    page = header(pages, "page", query="seed:7", limit=1)

    assert (shown(page), page["total"], page["counted"]) == ([2], 2, True)


def test_rejected_imported_and_damaged_ones_are_shown_as_the_search_has_them(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, "fox")
    kept(catalog, "fox", rejected=1)
    kept(catalog, "", kind="imported")
    kept(catalog, "fox", damaged="it ends early")

    found = [shown(header(pages, "page", query=q)) for q in ("", "is:rejected", "is:imported")]

    assert found == [[4, 1], [2], [3]]
    assert [tile["damaged"] for tile in header(pages, "page")["tiles"]] == [True, False]


def test_a_sorted_search_is_paged_in_its_order(catalog: Catalog, pages: Pages) -> None:
    for cost in (3, None, 1, 2):
        kept(catalog, "fox", cost_nano=cost, cost_unit="usd")

    whole = shown(header(pages, "page", query="sort:cost"))
    parts = [shown(header(pages, "page", query="sort:cost", start=at, limit=2)) for at in (0, 2)]

    assert whole == [3, 4, 1, 2] == parts[0] + parts[1]


def test_pictures_lie_behind_the_header_where_their_tiles_say(
    catalog: Catalog, pages: Pages
) -> None:
    imported(catalog)
    kept(catalog, "fox")

    parcel = pages.answer("page", {"query": "is:imported OR fox", "pictures": True}).packed()

    length = int.from_bytes(parcel[:4], "little")
    told, rest = json.loads(parcel[4 : 4 + length]), parcel[4 + length :]
    plain, pictured = (tile["picture"] for tile in told["tiles"])
    assert plain is None
    assert pictured == {"type": "image/jpeg", "at": 0, "size": 5}
    assert rest[pictured["at"] : pictured["at"] + pictured["size"]] == b"small"


def test_pictures_come_only_where_they_are_asked_for(catalog: Catalog, pages: Pages) -> None:
    imported(catalog)

    answer = pages.answer("page", {"query": "is:imported"})

    assert answer.blobs == ()
    assert answer.header["tiles"][0]["picture"] is None


def test_pictures_of_ids_leave_out_what_has_none(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox")
    imported(catalog)

    answer = pages.answer("pictures", {"ids": [1, 2, 77]})

    assert answer.header == {"pictures": [{"id": 2, "type": "image/jpeg", "at": 0, "size": 5}]}
    assert answer.blobs == (b"small",)


def test_an_original_comes_with_its_type_and_a_name(catalog: Catalog, pages: Pages) -> None:
    imported(catalog)

    answer = pages.answer("original", {"id": 1})

    assert answer.header == {"id": 1, "type": "image/jpeg", "name": "1.jpg"}
    assert answer.blobs == (b"the bytes of a fox",)


def test_an_original_whose_bytes_were_altered_is_not_handed_out(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, "fox")

    with pytest.raises(CatalogError, match="no longer has the bytes"):
        pages.answer("original", {"id": 1})


def test_a_format_that_is_no_image_s_is_handed_out_as_bytes(catalog: Catalog, pages: Pages) -> None:
    imported(catalog)
    with catalog.writing() as db:
        db.execute("UPDATE asset SET format = 'html'")

    assert header(pages, "original", id=1) == {
        "id": 1,
        "type": "application/octet-stream",
        "name": "1.bin",
    }


def test_ids_between_two_places_are_told(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, *["fox"] * 5)

    assert header(pages, "between", start=1, stop=3)["ids"] == [4, 3]
    assert header(pages, "between", start=3, stop=1)["ids"] == []


def test_suggestions_know_the_catalog_s_values(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox", tags=("red fox",))

    told = header(pages, "suggest", text="fox tag:r", at=9)

    assert (told["from"], told["to"]) == (8, 9)
    assert told["choices"] == [{"insert": '"red fox"', "label": "red fox", "hint": ""}]


def test_generations_are_told_as_cards(catalog: Catalog, pages: Pages) -> None:
    with catalog.writing() as db:
        number = generate(db, "running")

    told = header(pages, "generations", ids=[number, 99])

    assert [card["id"] for card in told["cards"]] == [number]
    assert told["stamp"] == pages.stamp()


def test_facts_are_told(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox", model="m", provider="p")

    assert header(pages, "facts", id=1)["offer"] == "p/m"


@pytest.mark.parametrize(
    ("question", "asked", "kind", "said"),
    [
        ("page", {"query": "qualty:x"}, QueryError, "did you mean"),
        ("count", {"query": "("}, QueryError, "not closed"),
        ("count", {"query": "from:#9"}, AssetNotFoundError, "no asset #9"),
        ("facts", {"id": 9}, AssetNotFoundError, "no asset #9"),
        ("original", {"id": 10**30}, AssetNotFoundError, "no asset #"),
        ("facts", {}, RequestError, "id=None is not a whole number"),
        ("page", {"limit": "60"}, RequestError, "limit='60'"),
        ("page", {"pictures": 1}, RequestError, "pictures=1"),
        ("between", {"start": None}, RequestError, "start=None"),
        ("pictures", {}, RequestError, "ids=None"),
        ("suggest", {"text": 7}, RequestError, "text=7"),
        ("drop", {}, RequestError, "'drop' is no question"),
        ("_page", {}, RequestError, "is no question"),
        ("answer", {}, RequestError, "is no question"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(
    catalog: Catalog, pages: Pages, question: str, asked: Any, kind: type[Exception], said: str
) -> None:
    kept(catalog, "fox")

    with pytest.raises(kind, match=said):
        pages.answer(question, asked)


def test_a_query_of_another_process_s_words_finds_only_what_it_says(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, "fox'; DROP TABLE asset; --", "</script><img onerror=x>")

    page = header(pages, "page", query='"onerror=x" -"\'; DELETE FROM asset"')

    assert shown(page) == [2]


@pytest.mark.parametrize(
    "question", [name for name in QUESTIONS if name not in ("suggest", "parse")]
)
def test_a_file_that_is_gone_is_the_house_s_error(
    catalog: Catalog, pages: Pages, question: str
) -> None:
    catalog.close()
    catalog.path.unlink()

    with pytest.raises(ImagelabError, match=r"c\.db"):
        pages.answer(question, {"id": 1, "ids": [1], "start": 1})


def test_rows_that_another_program_broke_are_the_house_s_error(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, "fox", params="{not json")
    kept(catalog, "fox", created_at=2**62)
    with catalog.writing() as db:
        db.execute("UPDATE asset SET prompt = CAST(x'ff' AS TEXT) WHERE id = 2")

    file, row = r"c\.db could not be read", "#1 of this catalog cannot be read"
    for question, asked, said in (
        ("facts", {"id": 1}, row),
        ("facts", {"id": 2}, file),
        ("page", {}, file),
    ):
        with pytest.raises(CatalogError, match=said):
            pages.answer(question, asked)


def test_threads_may_ask_at_once(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, *["fox"] * 200)
    together = threading.Barrier(6)

    def ask(number: int) -> list[int]:
        together.wait()
        header(pages, "count", query="fox")
        return shown(header(pages, "page", query="fox", start=number * 10, limit=10))

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(ask, range(6)))

    assert [number for page in found for number in page] == list(range(200, 140, -1))


def test_a_header_that_is_not_plain_json_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        Answer({"total": float("nan")}).packed()
