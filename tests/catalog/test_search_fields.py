from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab.errors import AssetNotFoundError, QueryError
from tests.catalog.searchable import feed, found, generate, keep, searchable

PARAMS = {"background": "Transparent", "steps": 20, "cfg": 7.5, "hd": True, "a": {"b": "20"}}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as connection:
        yield connection


@pytest.mark.parametrize("word", ["one", "two", "three", "four"])
def test_words_of_prompt_caption_note_and_tags_are_found(db: sqlite3.Connection, word: str) -> None:
    asset = keep(db, "one", caption="two", note="three", tags=["four"])

    assert found(db, word) == [asset]


def test_a_text_field_looks_into_its_own_text_only(db: sqlite3.Connection) -> None:
    prompt = keep(db, "a red fox", caption="koi")
    caption = keep(db, "koi", caption="a red fox")

    assert found(db, "prompt:fox") == [prompt]
    assert found(db, 'caption:"red fox"') == [caption]
    assert found(db, "caption:pa*,re*") == [caption]
    assert found(db, "-prompt:fox") == [caption]
    assert found(db, "prompt:foxes") == []
    assert found(db, "prompt:koi OR caption:koi") == [caption, prompt]


@pytest.mark.parametrize(
    "text",
    [
        *("provider:RunWare", "model:gpt*", "model:*1.5", "model:g*image*", "model:oxen,*5"),
        *('tag:"hero shot"', "tag:hero*", "tag:*shot"),
    ],
)
def test_values_are_compared_whatever_their_case(db: sqlite3.Connection, text: str) -> None:
    asset = keep(db, provider="runware", model="GPT-Image-1.5", tags=["Hero Shot"])

    assert found(db, text) == [asset]


def test_a_value_is_compared_whole_unless_a_star_stands_for_the_rest(
    db: sqlite3.Connection,
) -> None:
    keep(db, model="GPT-Image-1.5")

    assert found(db, "model:gpt") == []


def test_a_value_of_any_length_is_found_and_told_from_its_neighbour(db: sqlite3.Connection) -> None:
    asset = keep(db, tags=["x" * 300])

    assert found(db, f"tag:{'x' * 300}") == [asset]
    assert found(db, f"tag:{'x' * 299}") == []
    assert found(db, f"tag:{'x' * 100}*") == [asset]


def test_sizes_go_by_pixels_and_by_shape(db: sqlite3.Connection) -> None:
    wide = keep(db, width=1536, height=1024)
    square = keep(db, width=1024, height=1024)

    assert found(db, "size:1536x1024") == [wide]
    assert found(db, "size:square") == [square]
    assert found(db, "size:*x1024") == [square, wide]


def test_costs_compare_dollars_and_an_unknown_one_is_not_nothing(db: sqlite3.Connection) -> None:
    cheap = keep(db, cost_nano=10_000_000, cost_unit="usd")
    keep(db, cost_nano=10_000_000, cost_unit="credits")
    keep(db)

    assert found(db, "cost:<0.05") == [cheap]
    assert found(db, "cost:0") == []


def test_stars_count_an_unrated_asset_as_none(db: sqlite3.Connection) -> None:
    unrated, two, five = keep(db), keep(db, rating=2), keep(db, rating=5)

    assert found(db, "rating:>=3") == [five]
    assert found(db, "rating:<3") == [two, unrated]
    assert found(db, "rating:0") == found(db, "is:unrated") == [unrated]
    assert found(db, "rating:>7") == []


def test_generations_are_asked_for_status_and_n(db: sqlite3.Connection) -> None:
    whole = keep(db, generation=generate(db, n=4))
    partial = keep(db, generation=generate(db, "failed"))

    assert found(db, "status:succeeded") == [whole]
    assert found(db, "status:fail*") == found(db, "is:failed") == [partial]
    assert found(db, "n:>1") == [whole]


@pytest.mark.parametrize("text", ["is:root", "is:flagged", "is:transparent", "is:damaged"])
def test_flags_are_found(db: sqlite3.Connection, text: str) -> None:
    keep(db, edit=1)
    flagged = keep(db, flagged=1, transparent=1, damaged="cut short")

    assert found(db, text) == [flagged]


def test_edits_are_found(db: sqlite3.Connection) -> None:
    edit, _ = keep(db, edit=1), keep(db)

    assert found(db, "is:edit") == [edit]


@pytest.mark.parametrize(
    "said",
    [
        *("background:transparent", "steps:20", "steps:>19", "cfg:7.5", "cfg:7..8"),
        *("hd:true", "a.b:20", "background:t*", "steps:5,20"),
    ],
)
def test_parameters_are_found_by_text_number_and_truth(db: sqlite3.Connection, said: str) -> None:
    asset = keep(db, params=json.dumps(PARAMS))
    keep(db, params="{not json")

    assert found(db, f"param.{said}") == [asset]


@pytest.mark.parametrize("said", ["steps:>20", "background:>1"])
def test_a_parameter_of_another_value_is_not_found(db: sqlite3.Connection, said: str) -> None:
    keep(db, params=json.dumps(PARAMS))
    keep(db, params="{not json")

    assert found(db, f"param.{said}") == []


def test_a_family_is_an_asset_and_all_that_came_of_it(db: sqlite3.Connection) -> None:
    root = keep(db, "root", kind="imported")
    made, again = generate(db), generate(db)
    feed(db, root, made)
    child = keep(db, "child", generation=made)
    feed(db, child, again)
    grandchild = keep(db, "grandchild", generation=again)
    other = keep(db, "other")

    assert found(db, f"from:#{root}") == [grandchild, child, root]
    assert found(db, f"from:#{child} grandchild") == [grandchild]
    assert found(db, f"-from:#{root}") == [other]


def test_likeness_is_a_small_distance_of_hashes(db: sqlite3.Connection) -> None:
    one, near = keep(db, likeness=-1), keep(db, likeness=-1 ^ 0xFF)
    keep(db, likeness=-1 ^ 0x1FF)
    unseen = keep(db)

    assert found(db, f"like:#{one}") == [near, one]
    assert found(db, f"like:#{unseen}") == [unseen]


@pytest.mark.parametrize("text", ["from:#7", "fox -like:7", "(fox OR from:7)"])
def test_an_asset_that_is_not_there_is_named(db: sqlite3.Connection, text: str) -> None:
    with pytest.raises(AssetNotFoundError, match="no asset #7 is in this catalog"):
        found(db, text)


@pytest.mark.parametrize("text", ["secret:k1", "words:fox", "facets:all0", "rowid:1"])
def test_columns_of_the_index_are_no_fields(db: sqlite3.Connection, text: str) -> None:
    with pytest.raises(QueryError, match="there is no field"):
        found(db, text)
