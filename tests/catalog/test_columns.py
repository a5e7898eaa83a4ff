from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.pages import Pages
from imagelab.errors import RequestError
from tests.catalog.searchable import keep
from tests.finished import new_catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "c.db")
    with opened.writing() as db:
        for prompt in ("fox", "harbour", "fox at night"):
            keep(db, prompt)
    yield opened
    opened.close()


def header(catalog: Catalog, question: str, **asked: Any) -> dict[str, Any]:
    return Pages(catalog, catalog.path).answer(question, asked).header


def test_rows_come_in_the_order_they_are_asked_for(catalog: Catalog) -> None:
    told = header(catalog, "rows", ids=[3, 99, 1])

    assert [(row["id"], row["prompt"]) for row in told["rows"]] == [(3, "fox at night"), (1, "fox")]


def test_a_row_has_a_cost_to_look_at_and_one_to_believe(lab: il.Lab) -> None:
    fox = lab.generate("A fox", quality="low", tags=["hero"])[0]

    [row] = lab.gallery().channel._answer("rows", {"ids": [1]}).header["rows"]  # type: ignore[attr-defined] # that is the answer

    assert row["cost_known"] == f"{fox.cost} computed"
    assert (row["quality"], row["tags"], row["provider"]) == ("low", ["hero"], "openai")


def test_a_long_prompt_is_a_line_of_a_row(catalog: Catalog) -> None:
    with catalog.writing() as db:
        keep(db, "fox\n" * 1000)

    [row] = header(catalog, "rows", ids=[4])["rows"]

    assert len(row["prompt"]) <= 200
    assert "\n" not in row["prompt"]


def test_rows_are_asked_for_by_numbers(catalog: Catalog) -> None:
    with pytest.raises(RequestError, match=r"not a whole number"):
        header(catalog, "rows", ids=["1; DROP TABLE asset"])


@pytest.mark.parametrize(
    ("query", "number", "place"),
    [("", 3, 0), ("", 1, 2), ("fox", 1, 1), ("fox sort:id", 1, 0), ("fox", 2, None)],
)
def test_an_assets_place_is_where_the_list_has_it(
    catalog: Catalog, query: str, number: int, place: int | None
) -> None:
    assert header(catalog, "place", query=query, id=number)["place"] == place
