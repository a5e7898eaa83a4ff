from __future__ import annotations

import re
from pathlib import Path

import pytest

from imagelab.sandbox.faults import TABLE
from tests.faults.wires import ROWS, Row

TESTS = "\n".join(path.read_text() for path in Path(__file__).parents[1].rglob("test_*.py"))
NAMES = frozenset(re.findall(r"def (test_\w+)", TESTS))


def test_every_fault_of_the_sandbox_stands_in_one_row() -> None:
    listed = [fault for row in ROWS for fault in row.faults]

    assert sorted(listed) == sorted(name for name, *_ in TABLE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_every_row_names_tests_that_are_there(row: Row) -> None:
    assert set(row.tests) <= NAMES
    assert row.tests
