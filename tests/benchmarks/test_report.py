"""What a run of the benchmarks is written down as."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from tests.benchmarks.chart import drawn
from tests.benchmarks.measure import Result
from tests.benchmarks.report import as_json

QUICK = Result("a page", 2.0, 8.0, "LIKE <by date>", 0.5).called("a first page")
SLOW = Result("a merge", 30.0, 10.0, "INSERT", 1.0).called("a merge")


def test_figures_stand_in_json_with_their_ratio_under_versions_and_machine() -> None:
    told = json.loads(as_json({"search": [QUICK], "merge": [SLOW]}, {"search": 1.5}))

    assert {"python", "sqlite", "imagelab", "httpx"} <= told["versions"].keys()
    assert told["machine"]["cores"] >= 1
    assert [(f["group"], f["ratio"], f["met"]) for f in told["figures"]] == [
        ("search", 0.25, True),
        ("merge", 3.0, False),
    ]


def test_a_drawing_has_a_bar_for_each_headline_and_says_it_aloud() -> None:
    unnamed = Result("a count", 1.0, 1.0, "COUNT", 1.0)

    svg = ET.fromstring(drawn([QUICK, unnamed, SLOW]))  # noqa: S314 - it is our own

    assert [rect.get("class") for rect in svg.findall("{*}rect")] == ["page", "ours", "more"]
    assert svg.attrib["aria-label"] == "a first page ÷ LIKE <by date>: 0.25; a merge ÷ INSERT: 3"


def test_a_drawing_of_nothing_says_which_groups_have_headlines() -> None:
    with pytest.raises(ValueError, match="no figure of these groups has a headline"):
        drawn([])
