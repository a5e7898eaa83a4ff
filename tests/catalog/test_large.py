"""What a request or an opening runs does not grow with what is in the catalog already."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from imagelab.catalog import journal, unsettled
from imagelab.domain.life import Ending
from imagelab.domain.money import Cost
from tests.catalog.test_ledger import made


@pytest.mark.parametrize(
    "act",
    [
        lambda db: journal.settle_call(db, "c", Ending("done", "yes", Cost.from_nano(10))),
        unsettled.count_unknown,
        unsettled.unsettled,
    ],
    ids=["settling a call", "counting what is unknown", "listing what is not settled"],
)
def test_no_table_is_looked_through(act: Callable[[sqlite3.Connection], object]) -> None:
    run: list[str] = []
    with closing(made(2, [None, None])) as db:
        db.execute("CREATE TABLE far AS SELECT 1")  # which is looked through, and noticed
        db.set_trace_callback(run.append)
        act(db)
        db.execute("SELECT * FROM far")
        db.set_trace_callback(None)
        plans = [
            step["detail"]
            for sql in run
            if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
            for step in db.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]

    through = [plan for plan in plans if plan.startswith("SCAN") and "INDEX call_open" not in plan]
    assert through == ["SCAN far"]
