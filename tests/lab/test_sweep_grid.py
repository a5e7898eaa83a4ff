from __future__ import annotations

from typing import Any

import pytest
import traitlets

import imagelab as il
from imagelab.errors import RequestError
from imagelab.widgets.sweep import SweepGrid


def swept(lab: il.Lab, **more: Any) -> il.Sweep:
    return lab.sweep("a {animal}", animal=["fox", "owl"], quality=["low", "medium"], **more)


def asked(grid: SweepGrid[il.Assets], name: str, **given: Any) -> dict[str, Any]:
    return grid.channel._answer(name, given).header  # type: ignore[attr-defined,no-any-return] # as a page asks


def count(lab: il.Lab) -> int:
    return int(lab.sql("SELECT count(*) AS n FROM generations").n[0])


def test_a_page_is_told_how_every_cell_stands_and_what_they_cost(lab: il.Lab) -> None:
    sweep = swept(lab)

    told = asked(sweep.grid(), "standings", ids=[sweep.batches[0].id])

    assert told["batches"] == [{"id": 1, "rows": "ssss"}]
    assert told["spent"] == str(sweep.cost)


def test_a_page_asks_only_for_the_cells_it_shows(lab: il.Lab) -> None:
    told = asked(swept(lab, n=2).grid(), "cells", batch=1, places=[3, 1, 99])

    assert [cell["position"] for cell in told["cells"]] == [1, 3]
    assert [len(cell["tiles"]) for cell in told["cells"]] == [2, 2]
    assert told["cells"][0]["price"].startswith("$")


def test_a_rerun_from_a_page_is_priced_and_sent_once(lab: il.Lab) -> None:
    sweep = swept(lab)
    grid = sweep.grid()
    price = asked(grid, "price", places=[0, 1])["price"]

    for _ in range(2):  # a double click
        grid.channel._act("rerun", {"places": [0, 1], "price": price})

    sweep.wait()
    assert count(lab) == 6
    assert [sent["places"] for sent in grid.sent] == [[0, 1, 2, 3], [0, 1]]
    assert asked(grid, "standings", ids=[1, 2])["batches"][1]["rows"] == "ss"


def test_a_rerun_at_a_price_that_was_not_seen_asks_again(lab: il.Lab) -> None:
    told = swept(lab).grid().channel._act("rerun", {"places": [0], "price": "1 usd"})

    assert told["batch"] is None
    assert told["dearer"]["label"].startswith("≈ $0.0")
    assert count(lab) == 4


def test_much_at_once_wants_to_be_confirmed_from_a_page_too(lab: il.Lab) -> None:
    sweep = lab.sweep("a fox {no}", no=range(51), quality="low", confirm=True, wait=False)
    sweep.cancel()
    grid, places = sweep.grid(), list(range(51))

    told = asked(grid, "price", places=places)

    assert told["confirm"] == "is more than 50 images"
    with pytest.raises(RequestError, match="is more than 50 images; nothing was sent"):
        grid.channel._act("rerun", {"places": places, "price": told["price"]})


@pytest.mark.parametrize("places", [[], [4], [-1], [True], "all"])
def test_what_are_no_cells_is_refused(lab: il.Lab, places: object) -> None:
    grid = swept(lab).grid()

    with pytest.raises(RequestError, match="cells"):
        grid.channel._act("rerun", {"places": places, "price": "1 usd"})


def test_python_s_own_rerun_is_seen_in_the_grid(lab: il.Lab) -> None:
    sweep = swept(lab)
    grid = sweep.grid()

    sweep.rerun(animal="owl", quality="low")

    assert grid.sent[-1] == {"batch": 2, "places": [2]}


def test_the_cell_the_keys_are_at_is_a_selection_in_python(lab: il.Lab) -> None:
    grid = swept(lab).grid()

    grid.cell = 2

    assert [asset.prompt for asset in grid.selection] == ["a owl"]


def test_an_axis_that_is_not_there_is_refused(lab: il.Lab) -> None:
    grid = swept(lab).grid()

    with pytest.raises(traitlets.TraitError, match="'style' is no axis of this sweep"):
        grid.rows = "style"


def test_headings_say_what_their_row_or_column_was_quoted_at(lab: il.Lab) -> None:
    grid = swept(lab).grid()

    assert grid.prices == {
        "of": ["animal", "quality", []],
        "rows": ["≈ $0.0586", "≈ $0.0586"],
        "columns": ["≈ $0.0118", "≈ $0.105"],
    }


def test_prices_follow_the_axes_and_the_tab_that_is_shown(lab: il.Lab) -> None:
    sweep = lab.sweep(
        "a {animal}", animal=["fox", "owl"], quality=["low", "medium"], background="transparent",
        model=["openai/gpt-image-1.5", "cloudflare/gpt-image-2"], wait=False,
    )  # fmt: skip
    grid = sweep.grid()

    grid.set_trait("rows", "model")
    grid.set_trait("columns", "quality")
    grid.tab = {"animal": 1}

    assert grid.prices["of"] == ["model", "quality", [["animal", 1]]]
    assert grid.prices["rows"] == ["≈ $0.0425", "not offered"]
    assert len(grid.prices["columns"]) == 2


@pytest.mark.parametrize(
    "tab", [{"animal": 9}, {"animal": "owl"}, {"nothing": 1}, {"animal": True}]
)
def test_a_tab_that_is_none_is_the_first(lab: il.Lab, tab: dict[str, Any]) -> None:
    grid = swept(lab).grid()
    grid.set_trait("columns", "")

    grid.tab = {**tab, **({"quality": tab["animal"]} if "animal" in tab else {})}

    assert grid.prices["of"] == ["animal", "", [["quality", 0]]]


def test_a_grid_leaves_its_tables_for_readers_without_a_kernel(lab: il.Lab) -> None:
    still = swept(lab).grid()._still()

    assert still is not None
    assert still.html.count("<img ") == 4
    assert "run this cell to work with it" in still.html
    assert len(still.html) < 100_000
