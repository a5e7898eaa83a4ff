"""Ninety-two ways in which things go wrong, and the tests that hold what happens then."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "fault_matrix.json").read_text())
WITHOUT_TEST = {87, 88}


def test_the_matrix_has_every_row_once_and_in_order() -> None:
    assert [row["row"] for row in ROWS] == [*range(1, 93)]
    assert len({row["fault"] for row in ROWS}) == 92


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['row']} {row['fault']}")
def test_a_row_names_tests_that_are_there_or_a_reason(row: dict[str, Any]) -> None:
    tests, reason = row.get("tests", []), row.get("reason", "")
    missing = [test for test in tests if not _is_there(*test.split("::"))]

    assert missing == []
    assert bool(tests) is not (row["row"] in WITHOUT_TEST)
    assert bool(reason) is (row["row"] in WITHOUT_TEST)


def _is_there(file: str, name: str) -> bool:
    path = ROOT / file
    return path.is_file() and bool(re.search(rf"def {name}\(", path.read_text()))
