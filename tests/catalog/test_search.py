from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from imagelab.catalog import indexing, schema, search
from imagelab.domain.query import parse
from imagelab.errors import AssetNotFoundError, QueryError

PROPERTY = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.row_factory = sqlite3.Row
        for migration in schema.MIGRATIONS:
            migration(connection)
        yield connection


def generate(db: sqlite3.Connection, status: str = "succeeded", n: int = 1) -> int:
    added = db.execute(
        "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params, resolved,"
        " fingerprint, boot, pid, process_start, created_at) VALUES (hex(randomblob(16)), ?, 'p',"
        " 'm', 'm', '', ?, '{}', '{}', '', '', 0, 0, 0)",
        (status, n),
    )
    return added.lastrowid or 0


def keep(db: sqlite3.Connection, prompt: str = "", **columns: Any) -> int:
    """One asset with a blob of its own, as the catalog would write it."""
    tags, likeness = columns.pop("tags", ()), columns.pop("likeness", None)
    blob = db.execute(
        "INSERT INTO blob (sha256, format, width, height, size_bytes, data)"
        " VALUES (hex(randomblob(32)), 'png', 1, 1, 1, x'00')"
    ).lastrowid
    db.execute("INSERT INTO thumbnail (blob, likeness) VALUES (?, ?)", (blob, likeness))
    row = {"kind": "made", "blob": blob, "format": "png", "width": 64, "height": 64} | columns
    row = {"size_bytes": 1, "created_at": 0, "prompt": prompt} | row
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    added = db.execute(
        f"INSERT INTO asset (uuid, {names}) VALUES (hex(randomblob(16)), {marks})",
        list(row.values()),
    )
    asset = added.lastrowid or 0
    db.executemany("INSERT INTO tag VALUES (?, ?)", [(asset, tag) for tag in tags])
    indexing.add(db, asset)
    return asset


def found(db: sqlite3.Connection, text: str) -> list[int]:
    return search.all_ids(db, parse(text))


def test_the_newest_come_first(db: sqlite3.Connection) -> None:
    first, second = keep(db, "a fox"), keep(db, "foxes")

    assert found(db, "fox") == [second, first]
    assert found(db, "") == [second, first]


def test_pages_continue_where_the_last_one_ended(db: sqlite3.Connection) -> None:
    numbers = [keep(db, "fox") for _ in range(5)]

    first = search.ids(db, parse("fox"), limit=2)
    second = search.ids(db, parse("fox"), limit=3, before=first.next)

    assert first.ids == (numbers[4], numbers[3])
    assert second == search.Page((numbers[2], numbers[1], numbers[0]), None)


def test_a_lone_negation_finds_the_rest(db: sqlite3.Connection) -> None:
    keep(db, "fox")
    koi = keep(db, "koi")

    assert found(db, "-fox") == [koi]


UNKNOWN = ["-rating:5", "-width:>100", "-seed:7", "-cost:<1", "-param.x:y", "-caption:fox", "-n:2"]


@pytest.mark.parametrize(
    "text", [*UNKNOWN, "-status:failed", "-is:failed", "-quality:*gh", "-(seed:7 OR rating:5)"]
)
def test_what_is_not_known_is_not_lost_by_a_negation(db: sqlite3.Connection, text: str) -> None:
    asset = keep(db, "koi")

    assert found(db, text) == [asset]


def test_hidden_assets_are_left_out_unless_asked_for(db: sqlite3.Connection) -> None:
    shown, rejected = keep(db, "fox"), keep(db, "fox", rejected=1)
    imported = keep(db, "fox", kind="imported")
    keep(db, "fox", trashed=1)

    for text in ("", "fox", "-koi", "width:64", "-is:rejected", "-is:imported"):
        assert found(db, text) == [shown]
    assert found(db, "is:rejected") == [rejected]
    assert found(db, "is:rejected OR fox") == [rejected, shown]
    assert found(db, "is:imported width:64") == [imported]


def test_words_of_prompt_caption_note_and_tags_are_found(db: sqlite3.Connection) -> None:
    asset = keep(db, "one", caption="two", note="three", tags=["four"])

    for word in ("one", "two", "three", "four"):
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


def test_values_are_compared_whatever_their_case(db: sqlite3.Connection) -> None:
    asset = keep(db, provider="runware", model="GPT-Image-1.5", tags=["Hero Shot"])

    for text in ("provider:RunWare", "model:gpt*", "model:*1.5", "model:g*image*", "model:oxen,*5"):
        assert found(db, text) == [asset]
    for text in ('tag:"hero shot"', "tag:hero*", "tag:*shot"):
        assert found(db, text) == [asset]
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


def test_flags_are_found(db: sqlite3.Connection) -> None:
    edit, flagged = keep(db, edit=1), keep(db, flagged=1, transparent=1, damaged="cut short")

    assert found(db, "is:edit") == [edit]
    for text in ("is:root", "is:flagged", "is:transparent", "is:damaged"):
        assert found(db, text) == [flagged]


def test_parameters_are_found_by_text_number_and_truth(db: sqlite3.Connection) -> None:
    params = {"background": "Transparent", "steps": 20, "cfg": 7.5, "hd": True, "a": {"b": "20"}}
    asset = keep(db, params=json.dumps(params))
    keep(db, params="{not json")

    for name in ("background:transparent", "steps:20", "steps:>19", "cfg:7.5", "cfg:7..8"):
        assert found(db, f"param.{name}") == [asset]
    for name in ("hd:true", "a.b:20", "background:t*", "steps:5,20"):
        assert found(db, f"param.{name}") == [asset]
    assert found(db, "param.steps:>20") == found(db, "param.background:>1") == []


def test_a_family_is_an_asset_and_all_that_came_of_it(db: sqlite3.Connection) -> None:
    root = keep(db, "root", kind="imported")
    made, again = generate(db), generate(db)
    blob = db.execute("SELECT blob FROM asset").fetchone()[0]
    db.execute("INSERT INTO input VALUES (?, 0, 'input', ?, ?, NULL)", (made, root, blob))
    child = keep(db, "child", generation=made)
    db.execute("INSERT INTO input VALUES (?, 0, 'input', ?, ?, NULL)", (again, child, blob))
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


def test_what_is_unknown_comes_last_in_either_order(db: sqlite3.Connection) -> None:
    unknown, dear = keep(db), keep(db, cost_nano=9)
    cheap, also_cheap = keep(db, cost_nano=1), keep(db, cost_nano=1)

    assert found(db, "sort:cost") == [cheap, also_cheap, dear, unknown]
    assert found(db, "sort:-cost") == [dear, also_cheap, cheap, unknown]
    assert found(db, "sort:cost,-id") == [also_cheap, cheap, dear, unknown]


def test_a_page_of_another_order_is_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(QueryError, match="belongs to a search in another order"):
        search.ids(db, parse("sort:cost"), before=(7,))


def test_counting_can_stop_early(db: sqlite3.Connection) -> None:
    for _ in range(4):
        keep(db, "fox")

    assert search.count(db, parse("fox")) == search.count(db, parse("")) == 4
    assert search.count(db, parse("fox width:64"), cap=3) == 3


def test_punctuation_alone_says_nothing(db: sqlite3.Connection) -> None:
    fox = keep(db, "fox")

    for text in ("fox & -!!!", "!!!", "!!! OR fox", "prompt:&&&", '"…"'):
        assert found(db, text) == [fox]


@pytest.mark.parametrize("text", ["secret:k1", "words:fox", "facets:all0", "rowid:1"])
def test_columns_of_the_index_are_no_fields(db: sqlite3.Connection, text: str) -> None:
    with pytest.raises(QueryError, match="there is no field"):
        found(db, text)


@PROPERTY
@given(st.text(max_size=60), st.sampled_from(["", "prompt:", "tag:", "param.x:", "model:*"]))
def test_no_quoted_or_bare_text_ever_breaks_the_sql(
    db: sqlite3.Connection, text: str, field: str
) -> None:
    for asked in (text, f'{field}"{text}"', f"{field}{text}"):
        try:
            query = parse(asked)
        except QueryError:
            continue
        try:
            search.ids(db, query)
            search.count(db, query)
        except AssetNotFoundError:
            continue
