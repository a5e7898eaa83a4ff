from __future__ import annotations

import time
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import SqlError

FOREVER = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


def test_a_select_is_a_frame_with_its_columns(lab: il.Lab) -> None:
    frame = lab.sql("SELECT ? AS a, 'x' AS b UNION SELECT 2, 'y'", (1,))

    assert list(frame.columns) == ["a", "b"]
    assert frame["a"].tolist() == [1, 2]


def test_parameters_may_be_named(lab: il.Lab) -> None:
    assert lab.sql("SELECT :x AS x", {"x": "it's"})["x"][0] == "it's"


@pytest.mark.parametrize("view", ["assets", "generations", "edges", "spend"])
def test_the_views_of_the_contract_are_there(lab: il.Lab, view: str) -> None:
    lab.generate("a fox", quality="low")[0].edit("at night", quality="low")

    assert not lab.sql(f"SELECT * FROM {view}").empty
    assert not lab.sql(f"PRAGMA table_info({view})").empty


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM asset",
        "UPDATE asset SET rating = 5",
        "INSERT INTO about VALUES ('a', 'b')",
        "DROP VIEW assets",
        "CREATE TABLE mine (x)",
        "CREATE TEMP TABLE mine (x)",
        "ATTACH ':memory:' AS other",
        "DETACH main",
        "PRAGMA journal_mode=WAL",
        "PRAGMA query_only=OFF",
        "PRAGMA writable_schema=ON",
        "BEGIN IMMEDIATE",
        "COMMIT",
        "SAVEPOINT a",
        "ANALYZE",
        "REINDEX",
        "WITH a AS (SELECT 1) DELETE FROM asset",
    ],
)
def test_only_reading_is_allowed(lab: il.Lab, statement: str) -> None:
    with pytest.raises(SqlError, match=r"lab.sql\(\) only reads: one SELECT over assets"):
        lab.sql(statement)


def test_what_a_statement_may_do_ends_with_it(lab: il.Lab) -> None:
    with pytest.raises(SqlError, match="only reads"):
        lab.sql("DELETE FROM asset")

    assert lab.generate("a fox", quality="low").status == "succeeded"


@pytest.mark.parametrize(
    ("statement", "params", "said"),
    [
        ("VACUUM", (), "only reads|does not run"),
        ("SELECT 1; SELECT 2", (), "one statement at a time"),
        ("SELECT nope FROM assets", (), "no such column: nope"),
        ("SELEC 1", (), "syntax error"),
        ("", (), "'' is no statement; give one SELECT"),
        ("-- nothing", (), "is no statement"),
        (None, (), "None is not a text; give one SELECT"),
        ("SELECT ?", (), "number of bindings"),
        ("SELECT ?", 5, "params=5 is not a list or a dict"),
        ("SELECT ?", (10**30,), "too large"),
        ("SELECT ?", (object(),), "not supported"),
        ("SELECT '\ud800'", (), "surrogates not allowed"),
    ],
)
def test_what_cannot_run_is_one_sentence(
    lab: il.Lab, statement: Any, params: Any, said: str
) -> None:
    with pytest.raises(SqlError, match=said):
        lab.sql(statement, params)


@pytest.mark.parametrize("timeout", [0, -1, "5", None, True, float("nan")])
def test_a_timeout_is_a_number_of_seconds(lab: il.Lab, timeout: Any) -> None:
    with pytest.raises(SqlError, match=r"timeout=.* is not a number of seconds above 0"):
        lab.sql("SELECT 1", timeout=timeout)


def test_a_statement_that_takes_too_long_is_stopped(lab: il.Lab) -> None:
    began = time.monotonic()

    with pytest.raises(
        SqlError, match=r"was stopped after 0.2 s, so that others can write; narrow"
    ):
        lab.sql(FOREVER, timeout=0.2)

    assert time.monotonic() - began >= 0.2
    assert lab.sql("SELECT 1 AS one")["one"][0] == 1


def test_a_writer_gets_in_once_a_statement_was_stopped(lab: il.Lab) -> None:
    g = lab.submit("a fox", quality="low")

    with pytest.raises(SqlError, match="was stopped"):
        lab.sql(FOREVER, timeout=0.3)

    assert len(g.wait()) == 1
