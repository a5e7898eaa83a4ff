from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.catalog.pages import Pages
from imagelab.catalog.reading import open_to_read
from imagelab.errors import AssetNotFoundError, RequestError

HOSTILE = "<img src=x onerror=alert(1)>\x1b[2J\u202e"


@pytest.fixture
def family(lab: il.Lab) -> il.Lab:
    """#1 → #2 → #4, which also looks at #3."""
    fox = lab.generate("a red fox", quality="low")[0]
    night = fox.edit("at night")[0]
    hare = lab.generate(HOSTILE, quality="low")[0]
    night.edit("at night, with a hare", images=hare, quality="medium")
    return lab


@pytest.fixture
def pages(family: il.Lab, catalog_path: Path) -> Iterator[Pages]:
    """As Jupyter's server answers: over a reader of its own."""
    family.asset(3).reject()
    reader = open_to_read(catalog_path)
    yield Pages(reader, reader.path)
    reader.close()


def told(pages: Pages, question: str, **asked: Any) -> dict[str, Any]:
    return pages.answer(question, asked).header


def test_a_family_is_told_as_places_and_ways(pages: Pages) -> None:
    found = told(pages, "family", id=4)

    assert [node[:5] for node in found["nodes"]] == [
        [1, 0, 0.0, 0, ""],
        [2, 1, 0.0, 1, ""],
        [4, 2, 0.0, 2, ""],
        [3, 1, 1.0, 0, "rejected"],
    ]
    assert found["edges"] == [[1, 2, "edit"], [2, 4, "edit"], [3, 4, "reference"]]
    assert (found["assets"], found["edits"], found["whole"]) == (4, 2, True)
    assert (found["columns"], found["rows"]) == (3, 2)


def test_the_path_alone_can_be_asked_for(pages: Pages) -> None:
    assert [node[0] for node in told(pages, "family", id=2, path=True)["nodes"]] == [1, 2]


def test_members_come_with_their_pictures_and_both_costs(pages: Pages) -> None:
    answer = pages.answer("members", {"id": 4, "ids": [4, 1, 99]})

    four, one = answer.header["members"]
    assert (four["id"], one["id"]) == (4, 1)
    assert four["path_cost"] != four["cost"]
    assert one["path_cost"] == one["cost"]
    at, size = one["picture"]["at"], one["picture"]["size"]
    assert b"".join(answer.blobs)[at : at + size].startswith(b"\xff\xd8")


def test_a_way_says_what_was_changed_for_how_much_and_how_long(pages: Pages) -> None:
    edge = told(pages, "edge", id=4, parent=2)

    assert edge["prompt"] == [["same", "at night"], ["new", ", with a hare"]]
    assert edge["params"][0] == ["quality", "low", "medium", False]
    assert edge["params"][-1] == ["model", "openai/gpt-image-2", "openai/gpt-image-2", True]
    assert edge["parents"] == [(2, "edit"), (3, "reference")]
    assert edge["cost"].endswith(" computed")
    assert edge["seconds"] >= 0


def test_what_was_made_from_nothing_has_no_before(pages: Pages) -> None:
    edge = told(pages, "edge", id=1)

    assert edge["parent"] is None
    assert edge["prompt"] == [["same", "a red fox"]]


def test_what_is_new_is_in_the_next_answer(family: il.Lab, pages: Pages) -> None:
    before = told(pages, "family", id=4)
    family.asset(1).regenerate()

    after = told(pages, "family", id=4)

    assert after["assets"] == before["assets"] + 1
    assert after["stamp"] != before["stamp"]


@pytest.mark.parametrize("opened", ["all", [True], ["1; DROP TABLE asset"], [10**30], None])
def test_folds_of_a_page_are_foreign(pages: Pages, opened: object) -> None:
    assert len(told(pages, "family", id=4, opened=opened)["nodes"]) == 4


@pytest.mark.parametrize("question", ["family", "members", "edge"])
def test_a_number_that_is_not_there_is_a_sentence(pages: Pages, question: str) -> None:
    with pytest.raises(AssetNotFoundError, match="no asset #99 in this catalog"):
        told(pages, question, id=99, ids=[1])


def test_a_question_that_is_none_is_refused(pages: Pages) -> None:
    with pytest.raises(RequestError, match="path=1 is neither true nor false"):
        told(pages, "family", id=4, path=1)
