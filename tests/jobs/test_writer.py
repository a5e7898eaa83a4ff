from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imagelab.catalog.catalog import Catalog
from imagelab.errors import CatalogError
from imagelab.jobs.writer import Writer
from tests.finished import new_catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "catalog.db")
    yield opened
    opened.close()


@pytest.fixture
def writer(catalog: Catalog) -> Iterator[Writer]:
    made = Writer(catalog)
    yield made
    made.close()


def inserting(name: str) -> Callable[[sqlite3.Connection], object]:
    return lambda db: db.execute("INSERT INTO about VALUES (?, '')", (name,))


def names(catalog: Catalog) -> list[str]:
    with catalog.reading() as db:
        rows = db.execute("SELECT name FROM about WHERE name LIKE 'row%' ORDER BY rowid").fetchall()
    return [row[0] for row in rows]


def test_steps_are_written_in_the_order_they_were_handed_in(
    writer: Writer, catalog: Catalog
) -> None:
    futures = [writer.write(inserting(f"row{number}")) for number in range(20)]

    futures[-1].result(10)

    assert names(catalog) == [f"row{number}" for number in range(20)]


def test_everything_is_done_on_one_thread_that_is_not_the_callers(writer: Writer) -> None:
    threads = {writer.do(threading.get_ident).result(10) for _ in range(5)}

    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_a_step_that_raises_is_undone_told_and_holds_up_nobody(
    writer: Writer, catalog: Catalog
) -> None:
    def step(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO about VALUES ('row', '')")
        raise ValueError("no")

    failed = writer.write(step)
    after = writer.do(lambda: "done")

    with pytest.raises(ValueError, match="no"):
        failed.result(10)
    assert after.result(10) == "done"
    assert names(catalog) == []


def test_closing_finishes_what_was_handed_in(writer: Writer, catalog: Catalog) -> None:
    for number in range(10):
        writer.write(inserting(f"row{number}"))

    writer.close()

    assert len(names(catalog)) == 10


def test_after_closing_nothing_is_taken(writer: Writer) -> None:
    writer.close()
    writer.close()

    with pytest.raises(CatalogError, match=r"the catalog catalog\.db was closed; open it again"):
        writer.do(lambda: None)


@pytest.mark.fault
def test_what_was_paid_for_is_tried_until_the_disk_takes_it(writer: Writer) -> None:
    tries = iter([OSError("the disk is full"), CatalogError("busy"), None])

    def work() -> str:
        error = next(tries)
        if error:
            raise error
        return "kept"

    assert asyncio.run(writer.insisting(work)) == "kept"


def test_nobody_insists_on_a_catalog_that_was_closed(writer: Writer) -> None:
    writer.close()

    with pytest.raises(CatalogError, match="did not take what had arrived, so it stays open"):
        asyncio.run(writer.insisting(lambda: None))
