from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imagelab.catalog import curation, searches, stacks, trash
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.pages import Pages
from imagelab.errors import RequestError
from tests.catalog.searchable import keep
from tests.finished import new_catalog


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


def header(pages: Pages, question: str, **asked: Any) -> dict[str, Any]:
    return pages.answer(question, asked).header


def shown(told: dict[str, Any]) -> list[tuple[int, int | None]]:
    return [(tile["id"], tile["stack"]) for tile in told["tiles"]]


def test_facets_count_what_the_query_finds_and_say_what_a_click_would_ask(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, "fox", "fox", provider="runware", rating=5)
    kept(catalog, "koi", provider="oxen")

    told = header(pages, "facets", query="fox rating:5", fields=["provider", "rating"])

    assert told["total"] == 2
    assert told["facets"] == [
        {
            "field": "provider",
            "values": [
                {
                    "value": "runware",
                    "label": "runware",
                    "count": 2,
                    "chip": "provider:runware",
                    "query": "fox rating:5 provider:runware",
                    "on": False,
                }
            ],
            "more": 0,
        },
        {
            "field": "rating",
            "values": [
                {
                    "value": "5",
                    "label": "★★★★★",
                    "count": 2,
                    "chip": "rating:5",
                    "query": "fox",
                    "on": True,
                }
            ],
            "more": 0,
        },
    ]


def test_fields_of_facets_are_those_there_are(pages: Pages) -> None:
    with pytest.raises(RequestError, match=r"fields=\['secret'\] is not a list of provider, model"):
        header(pages, "facets", fields=["secret"])


def test_half_a_word_is_found_while_it_is_typed(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "a cat", "a cow", provider="runware")

    for question in ("page", "count"):
        found = [
            header(pages, question, query=text, typing=typing)["total"]
            for text in ("ca", "provider:run")
            for typing in (True, False)
        ]
        assert found == [1, 0, 2, 0]
    assert header(pages, "facets", query="ca", typing=True)["total"] == 1


def test_a_value_that_nothing_has_is_met_with_what_begins_so(
    catalog: Catalog, pages: Pages
) -> None:
    kept(catalog, "fox", model="gpt-image-2")
    kept(catalog, "fox", model="gpt-image-1.5")

    told = header(pages, "count", query="fox model:gpt rating:0")

    assert told["hint"] == "nothing has model:gpt; model:gpt* finds gpt-image-1.5 and 1 more"
    assert told["hint_query"] == "fox model:gpt* rating:0"
    assert header(pages, "count", query="model:flux")["hint"] is None
    assert header(pages, "count", query="model:gpt*")["hint"] is None


def test_requests_that_ended_without_an_image_are_said_to_be_found_elsewhere(pages: Pages) -> None:
    told = header(pages, "count", query="status:failed fox")

    found_by = "lab.generations('status:failed fox')"
    assert told["hint"] == f"a request that brought no image is found by {found_by}"
    assert told["hint_query"] is None


def test_the_terms_of_a_text_are_told_with_what_is_wrong_with_it(pages: Pages) -> None:
    told = header(pages, "parse", text="fox -tag:snow qualty:hi")

    assert [chip["text"] for chip in told["chips"]] == ["fox", "-tag:snow", "qualty:hi"]
    assert told["chips"][1] == {
        "from": 4,
        "to": 13,
        "text": "-tag:snow",
        "field": "tag",
        "label": "-tag:snow",
        "negated": True,
        "without": "fox qualty:hi",
    }
    assert (told["error"]["at"], told["error"]["length"]) == (14, 7)


def test_a_text_that_breaks_off_has_an_error_and_no_terms(pages: Pages) -> None:
    told = header(pages, "parse", text='fox "red')

    assert told["chips"] == []
    assert told["error"]["error"].startswith("this quotation does not end")


def test_saved_searches_are_told_by_name(catalog: Catalog, pages: Pages) -> None:
    with catalog.writing() as db:
        searches.save(db, "heroes", "rating:5")
        searches.save(db, "Foxes", "fox")

    assert header(pages, "searches")["searches"] == [
        {"name": "Foxes", "query": "fox"},
        {"name": "heroes", "query": "rating:5"},
    ]


def test_what_could_be_taken_back_is_told(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox")
    before = header(pages, "history")
    with catalog.writing() as db:
        curation.rate(db, [1], 4)

    assert before == {"undo": None, "redo": None}
    assert header(pages, "history") == {"undo": "rated #1 4 stars", "redo": None}


def test_the_trash_is_told_in_numbers_and_in_words(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox", "koi", rejected=1)

    assert header(pages, "trash") == {
        "count": 2,
        "size_bytes": 2,
        "kept": 0,
        "parents": 0,
        "said": "2 rejected assets, 2 B",
    }


def test_an_emptied_asset_says_so(catalog: Catalog, pages: Pages) -> None:
    kept(catalog, "fox", rejected=1)
    trash.empty(catalog, 1)

    page, facts = header(pages, "page", query="is:trashed"), header(pages, "facts", id=1)

    assert page["tiles"][0]["emptied"] is True
    assert facts["emptied"].startswith("its original was emptied on ")


def stack(catalog: Catalog) -> None:
    """#1, #3 and #4 of one stack, #2 and #6 of another, #5 of none."""
    for number in (10, 20, 10, 10, None, 20):
        kept(catalog, "fox", stack=number)


@pytest.mark.parametrize("counted", [False, True])
def test_one_tile_stands_for_a_stack_with_how_many_lie_in_it(
    catalog: Catalog, pages: Pages, *, counted: bool
) -> None:
    stack(catalog)
    if counted:
        header(pages, "count", query="fox", stacks=True)

    page = header(pages, "page", query="fox", stacks=True)

    assert shown(page) == [(6, 2), (5, 1), (4, 3)]
    assert (page["total"], page["counted"]) == (3, True)
    assert shown(header(pages, "page", query="fox", limit=1)) == [(6, None)]


def test_of_a_stack_only_what_is_found_counts(catalog: Catalog, pages: Pages) -> None:
    stack(catalog)
    with catalog.writing() as db:
        curation.rate(db, [1, 3], 5)
        curation.reject(db, [6], rejected=True)

    rated = header(pages, "page", query="rating:5", stacks=True)
    counted = header(pages, "count", query="", stacks=True)

    assert shown(rated) == [(3, 2)]
    assert (counted["total"], counted["assets"]) == (3, 5)
    assert header(pages, "between", start=0, stop=9, stacks=True)["ids"] == [5, 4, 2]


def test_a_stack_is_stood_for_by_its_first_in_the_order_asked(
    catalog: Catalog, pages: Pages
) -> None:
    stack(catalog)

    page = header(pages, "page", query="sort:id", stacks=True)

    assert shown(page) == [(1, 3), (2, 2), (5, 1)]


def test_a_first_page_of_stacks_knows_whether_there_is_more(catalog: Catalog, pages: Pages) -> None:
    stack(catalog)

    page = header(pages, "page", limit=2, stacks=True)

    assert (shown(page), page["total"], page["counted"]) == ([(6, 2), (5, 1)], 3, False)


def test_stacks_that_go_on_and_on_are_told_from_all_that_is_found(
    catalog: Catalog, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack(catalog)
    kept(catalog, *["fox"] * 30, stack=10)
    monkeypatch.setattr(stacks, "_MAX_MEMBERS", 4)

    page = header(pages, "page", limit=2, stacks=True)

    assert shown(page) == [(36, 33), (6, 2)]


@pytest.mark.parametrize("most", [0, 100])
def test_however_stacks_are_read_they_are_the_same(
    catalog: Catalog, pages: Pages, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    stack(catalog)
    monkeypatch.setattr(stacks, "_MAX_LOOKED_UP", most)
    monkeypatch.setattr(stacks, "_STEPS", 2)
    header(pages, "count", stacks=True)

    assert shown(header(pages, "page", stacks=True)) == [(6, 2), (5, 1), (4, 3)]


def test_a_stack_is_opened_by_a_search(catalog: Catalog, pages: Pages) -> None:
    stack(catalog)

    assert shown(header(pages, "page", query="fox stack:#4")) == [(4, None), (3, None), (1, None)]
    assert shown(header(pages, "page", query="stack:#5")) == [(5, None)]
    assert header(pages, "facts", id=3)["stack"] == 3
    assert header(pages, "facts", id=5)["stack"] == 1
