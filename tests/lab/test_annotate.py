from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import imagelab as il
from imagelab.errors import AssetNotFoundError, ImagelabError, RequestError

WHEN = pd.to_datetime(["2026-11-01", "2026-11-20", "NaT"], utc=True)


@pytest.fixture
def three(lab: il.Lab) -> il.Lab:
    lab.generate("A fox", quality="low", size="square", n=3)
    return lab


def said(lab: il.Lab, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"uuid": [lab.asset(number).uuid for number in (1, 2, 3)], **columns})


def found(lab: il.Lab, query: str) -> list[int]:
    return sorted(lab.search(query).ids)


@pytest.fixture
def annotated(three: il.Lab) -> il.Lab:
    whole = pd.array([1, 2**62 + 1, None], "Int64")
    flags = pd.array([True, None, False], "boolean")
    words = ["red fox", "<b>dog</b>", None]
    three.annotate(said(three, score=[1.0, 5.5, None], n=whole, ok=flags, label=words, seen=WHEN))
    return three


def test_columns_keep_their_types_in_every_frame(annotated: il.Lab) -> None:
    frame = annotated.search(sort="id").to_pandas()

    assert frame["n"].tolist() == [1, 2**62 + 1, pd.NA]
    assert frame["ok"].tolist() == [True, pd.NA, False]
    assert frame["label"].tolist() == ["red fox", "<b>dog</b>", pd.NA]
    assert frame["seen"].tolist() == WHEN.tolist()
    assert frame["score"].tolist()[:2] == [1.0, 5.5]
    kinds = [str(frame[name].dtype) for name in ("n", "ok", "label", "score")]
    assert kinds == ["Int64", "boolean", "string", "float64"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("col.score:>5", [2]),
        ("col.score:0.5..2", [1]),
        ("-col.score:*", [3]),
        ("col.n:4611686018427387905", [2]),
        ("-col.n:1", [2, 3]),
        ("col.ok:true", [1]),
        ("col.ok:false", [3]),
        ("col.label:fox", [1]),
        ("col.label:do*", [2]),
        ('col.label:"red fox"', [1]),
        ("col.seen:>2026-11-10", [2]),
        ("col.score:1 OR col.ok:false", [1, 3]),
        ("fox col.score:>=1", [1, 2]),
        ("col.nobody:1", []),
    ],
)
def test_a_column_is_searched_by_what_it_holds(
    annotated: il.Lab, query: str, ids: list[int]
) -> None:
    assert found(annotated, query) == ids


def test_rows_of_a_dataset_have_them_as_one_text(annotated: il.Lab, tmp_path: Path) -> None:
    annotated.export(tmp_path / "a.jsonl", "col.score:1")

    row = json.loads((tmp_path / "a.jsonl").read_text())
    said = {"score": 1.0, "n": 1, "ok": True, "label": "red fox"}
    assert json.loads(row["annotations"]) == said | {"seen": "2026-11-01T00:00:00.000000Z"}


def test_again_replaces_what_was_said_of_the_same_assets(annotated: il.Lab) -> None:
    annotated.annotate(said(annotated, label=["wolf", None, "hen"]))
    annotated.annotate(said(annotated, score=[2.0, 3.0, 4.0]).iloc[:1])

    assert annotated.search(sort="id").to_pandas()["label"].tolist() == ["wolf", pd.NA, "hen"]
    assert found(annotated, "col.score:2") == [1]
    assert found(annotated, "col.score:5.5") == [2]


def test_whole_numbers_and_others_are_one_column(annotated: il.Lab) -> None:
    annotated.annotate(said(annotated, score=[7, 8, 9]))

    assert annotated.to_pandas()["score"].tolist() == [9.0, 8.0, 7.0]


def test_a_dropped_column_is_gone_and_may_come_back_as_another_kind(annotated: il.Lab) -> None:
    annotated.annotate(said(annotated, score=["a", "b", "c"]), drop=["score", "n"])

    assert found(annotated, "col.score:b") == [2]
    assert "n" not in annotated.to_pandas()
    assert annotated.to_pandas()["score"].dtype == "string"


def test_assets_are_named_by_an_index_or_by_their_number(three: il.Lab) -> None:
    three.annotate(said(three, a=[1, 2, 3]).set_index("uuid"))
    three.annotate(pd.DataFrame({"id": [2], "b": ["x"]}))

    assert (found(three, "col.a:3"), found(three, "col.b:x")) == ([3], [2])


def test_a_uuid_that_is_not_here_is_told_and_nothing_is_done(three: il.Lab) -> None:
    frame = said(three, score=[1, 2, 3]).assign(uuid=lambda f: [*f["uuid"][:2], "nobody"])

    with pytest.raises(AssetNotFoundError, match="the uuid 'nobody', and nothing was annotated"):
        three.annotate(frame)

    assert "score" not in three.to_pandas()


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"prompt": ["a", "b", "c"]}, r"'prompt' is a column of the catalog's own .*df\[\['uuid'"),
        ({"a'); DROP": [1, 2, 3]}, "cannot be found by that name; rename it"),
        ({"x_file_name": ["a", "b", "c"]}, "cannot be found by that name; rename it"),
        ({"v": [[1], [2], [3]]}, "a list; a column holds numbers, text"),
        ({"v": [1, "a", None]}, "has text and whole numbers; a column holds one kind"),
        ({"v": [2**70, 1, 2]}, "beyond 63 bits"),
        ({"v": WHEN.tz_localize(None)}, "without a time zone, 2026-11-01 .*tz_localize"),
        ({}, "no column beside uuid"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is_done(
    three: il.Lab, columns: dict[str, Any], why: str
) -> None:
    with pytest.raises(RequestError, match=why):
        three.annotate(said(three, fine=[1, 2, 3], **columns) if columns else said(three))

    assert "fine" not in three.to_pandas()


def test_a_column_of_another_kind_is_told_and_nothing_is_done(annotated: il.Lab) -> None:
    with pytest.raises(RequestError, match=r"'score' holds numbers, and is given text.*drop="):
        annotated.annotate(said(annotated, score=["a", "b", "c"]), drop=["label"])

    assert found(annotated, "col.label:fox") == [1]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"df": [1]}, "takes a DataFrame with a column uuid, not list"),
        ({"df": pd.DataFrame({"a": [1]})}, "named uuid or id, and there is neither among"),
        ({"df": pd.DataFrame({"uuid": [None], "a": [1]})}, "None is no uuid of an asset"),
        ({"df": pd.DataFrame({"id": [1, 1], "a": [1, 2]})}, "two rows are of the asset 1"),
        ({"drop": ["scor"]}, "no column that lab.annotate brought; did you mean 'score'"),
        ({"drop": "score"}, r"give a list, as in drop=\['score'\]"),
    ],
)
def test_what_names_no_asset_or_column_is_told(
    annotated: il.Lab, given: dict[str, Any], why: str
) -> None:
    with pytest.raises(ImagelabError, match=why):
        annotated.annotate(**given)


def test_the_part_of_a_catalog_has_the_columns_of_its_images(
    annotated: il.Lab, tmp_path: Path
) -> None:
    annotated.export(tmp_path / "part.db", "col.score:>5", format="catalog")

    with il.open(tmp_path / "part.db", sandbox=True) as part:
        assert part.search("col.label:dog").to_pandas()["score"].tolist() == [5.5]
        assert part.sql("SELECT count(*) FROM annotation").iloc[0, 0] == 4
