from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from decimal import Decimal
from pathlib import Path

from hypothesis import given, strategies as st

import imagelab as il
from imagelab.export.card import Tally, card
from imagelab.export.record import as_json, stem
from imagelab.export.tables import cell

TEXT = st.text(st.characters(codec="utf-8"))
OPTIONS = {"money": False, "caption": "caption", "duplicates": "keep", "seed": 0}


@given(TEXT)
def test_any_text_is_one_line_of_json_and_comes_back(text: str) -> None:
    line = as_json({"text": text, "cost_usd": Decimal("0.10")})

    assert len(line.splitlines()) == 1
    assert json.loads(line) == {"text": text, "cost_usd": "0.1"}


@given(
    st.one_of(TEXT, st.sampled_from("=+-@\t\r＝").flatmap(lambda first: TEXT.map(first.__add__)))
)
def test_no_text_begins_a_formula(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([cell(text), "end"])

    [row] = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert not re.match(r"\s*[=+\-@＝＋－＠]", row[0])
    assert row[0].removeprefix("'") == text.removeprefix("'")


@given(TEXT)
def test_a_file_is_never_named_by_what_a_catalog_says(text: str) -> None:
    assert re.fullmatch(r"x?[0-9a-f-]*", stem(text, text))


@given(TEXT, TEXT)
def test_a_card_has_no_mark_of_somebody_elses(title: str, query: str) -> None:
    said = card(title, query, "imagefolder", OPTIONS, Tally(), {}, "")

    head, body = said.split("\n---\n", 1)
    assert len(head.splitlines()) == 8
    assert not re.search(r"[<\[]", body.split("## ")[0])
    assert body.count("`") == 12


def test_a_circle_that_a_foreign_catalog_holds_is_one_family(
    lab: il.Lab, catalog_path: Path, tmp_path: Path
) -> None:
    lab.generate("A fox", quality="low", size="square")[0].edit("at night", quality="low")[0].edit(
        "add a hat", quality="low"
    )
    lab.close()
    with sqlite3.connect(catalog_path) as db:
        db.execute("UPDATE input SET asset = 3 WHERE generation = 2")
    with il.open(catalog_path, sandbox=True) as again:
        split = again.export(tmp_path / "set", "is:edit", split=0.5)
        pairs = again.export(tmp_path / "pairs", "is:edit", format="pairs")

    assert sorted(split.parts.values()) == [0, 2]
    assert pairs.count == 2
