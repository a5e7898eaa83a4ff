from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.catalog.facts import exact, facts
from imagelab.catalog.reading import open_to_read
from imagelab.errors import AssetNotFoundError
from tests.catalog.searchable import keep, searchable

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e 'fox' \"hen\" \ufffd"


def told(path: Path, number: int) -> dict[str, Any]:
    reader = open_to_read(path)
    with reader.reading() as db:
        found = facts(db, number)
    reader.close()
    return found


def test_a_made_image_has_its_offer_its_price_and_its_making(
    lab: il.Lab, catalog_path: Path
) -> None:
    lab.generate("a fox", n=2, quality="low", size="1024x1024", tags=("b", "a"))

    found = told(catalog_path, 1)

    assert (found["offer"], found["quality"], found["generation"], found["n"]) == (
        "openai/gpt-image-2",
        "low",
        1,
        2,
    )
    assert found["size"].startswith("1024×1024 PNG, ")
    assert found["cost"].startswith("$0.0")
    assert found["cost"].endswith(" computed")
    assert found["quoted"].startswith("quoted ≈ $0.0")
    assert found["quoted"].endswith(" for 2 images")
    assert found["asked"]["quality"] == "low"
    assert found["tags"] == ["a", "b"]
    assert found["created_at"].endswith("+00:00")
    assert found["seconds"] >= 0
    assert found["code"] == "lab.asset(1)"


def test_one_image_s_quote_says_no_number(lab: il.Lab, catalog_path: Path) -> None:
    lab.generate("a fox")

    assert "image" not in told(catalog_path, 1)["quoted"]


def test_an_edit_says_what_was_changed_and_both_know_each_other(
    lab: il.Lab, catalog_path: Path
) -> None:
    lab.generate("a fox")[0].edit("a fox in snow")

    parent, child = told(catalog_path, 1), told(catalog_path, 2)

    assert (parent["children"], child["parents"]) == ([2], [1])
    assert (parent["changed"], child["changed"]) == (None, "a fox")


def test_a_variation_has_changed_nothing(lab: il.Lab, catalog_path: Path) -> None:
    lab.generate("a fox")[0].vary()

    assert told(catalog_path, 2)["changed"] is None


def test_an_edit_of_an_imported_image_has_no_words_to_compare(
    lab: il.Lab, catalog_path: Path, png: Callable[..., bytes]
) -> None:
    lab.generate("in snow", images=png())

    imported, edit = told(catalog_path, 1), told(catalog_path, 2)

    assert (imported["offer"], imported["cost"], imported["quoted"]) == ("imported", "", "")
    assert (imported["generation"], imported["n"], imported["seconds"]) == (None, None, None)
    assert (imported["used"], imported["prompt"]) == ({}, "")
    assert edit["changed"] is None


def test_what_people_said_is_told_as_they_said_it(lab: il.Lab, catalog_path: Path) -> None:
    asset = lab.generate(HOSTILE)[0].rate(4).reject().tag("red")
    asset.caption, asset.note = "two\nlines", HOSTILE

    found = told(catalog_path, 1)

    assert (found["prompt"], found["note"], found["caption"]) == (HOSTILE, HOSTILE, "two\nlines")
    assert (found["rating"], found["rejected"], found["tags"]) == (4, True, ["red"])


def test_what_does_not_decode_and_what_nobody_knows_the_price_of_say_so(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        number = keep(db, "fox", model="m", provider="p", damaged="it ends early", seed=2**62)

        found = facts(db, number)

    assert (found["damaged"], found["cost"]) == ("it ends early", "cost unknown")
    assert found["seed"] == str(2**62)
    assert found["flagged"] is None


def test_a_number_that_is_not_there_is_said(tmp_path: Path) -> None:
    with searchable(tmp_path) as db, pytest.raises(AssetNotFoundError, match="no asset #7"):
        facts(db, 7)


def test_numbers_that_javascript_would_round_travel_as_text() -> None:
    value = {"seed": 2**60, "inner": [float("nan"), -(2**60), 2**53, 0.5, True, None, "x", (1,)]}

    told = exact(value)

    assert told == {
        "seed": str(2**60),
        "inner": ["nan", str(-(2**60)), 2**53, 0.5, True, None, "x", [1]],
    }
    assert json.loads(json.dumps(told, allow_nan=False)) == told
