from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from imagelab.sandbox.book import Book, Task

BODY: Mapping[str, Any] = {"model": "some-model", "prompt": "a fox"}
KILLED_WHILE_HOLDING_THE_FILE = """
import os, pathlib, signal, sys
from imagelab.sandbox.book import Book, Task
book = Book(pathlib.Path(sys.argv[1]))
book.accept(Task("first", "openai", {"model": "m"}, 1), digest="d", nano=5, charged=1)
with book._transaction() as db:
    db.execute("DELETE FROM charge")
    os.kill(os.getpid(), signal.SIGKILL)
"""
EIGHT_TASKS = """
import pathlib, sys
from imagelab.sandbox.book import Book, Task
book = Book(pathlib.Path(sys.argv[1]))
for i in range(8):
    task = Task(f"{sys.argv[2]}{i}", "openai", {"model": "m"}, 1)
    assert book.accept(task, digest="d", nano=1, charged=1)
"""


def task(name: str, images: int = 1) -> Task:
    return Task(name, "openai", BODY, images)


def test_a_second_book_over_the_file_remembers_tasks_and_bill(tmp_path: Path) -> None:
    taken = Book(tmp_path / "book.db").accept(task("one", 2), digest="d", nano=7, charged=2)

    again = Book(tmp_path / "book.db")

    assert again.task("one") == taken
    assert [(line.id, line.nano, line.images) for line in again.bill()] == [("one", 7, 2)]


def test_an_id_is_taken_once_and_charged_once(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.db")
    book.accept(task("one"), digest="d", nano=7, charged=1)

    second = book.accept(task("one"), digest="d", nano=7, charged=1)

    assert second is None
    assert len(book.bill()) == 1


def test_the_same_request_gets_another_seed_each_turn(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.db")

    first = book.accept(task("one"), digest="same", nano=1, charged=1)
    second = book.accept(task("two"), digest="same", nano=1, charged=1)

    assert first is not None
    assert second is not None
    assert (first.turn, second.turn) == (0, 1)
    assert first.seed(0) != second.seed(0)


def test_a_request_is_drawn_alike_in_two_books(tmp_path: Path) -> None:
    first = Book(tmp_path / "a.db").accept(task("one"), digest="same", nano=1, charged=1)
    second = Book(tmp_path / "b.db").accept(task("two"), digest="same", nano=1, charged=1)

    assert first is not None
    assert second is not None
    assert first.seed(0) == second.seed(0)


def test_what_makes_no_picture_is_not_on_the_bill(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.db")

    book.accept(task("one"), digest="d", nano=0, charged=0)

    assert book.bill() == []


def test_a_picture_is_found_by_its_name(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.db")
    taken = book.accept(task("one", 3), digest="d", nano=1, charged=3)
    assert taken is not None

    assert book.picture(taken.image_uuid(2)) == (taken, 2)
    assert book.picture("no such name") is None


def test_inputs_come_back_in_their_order(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.db")

    taken = book.accept(task("one"), digest="d", nano=1, charged=1, inputs=(b"b", b"a", b"b"))

    assert taken is not None
    assert book.inputs(taken) == (b"b", b"a", b"b")


def test_threads_share_one_book(tmp_path: Path) -> None:
    books = [Book(tmp_path / "book.db") for _ in range(4)]

    def accept(i: int) -> Task | None:
        return books[i % 4].accept(task(f"t{i}"), digest="d", nano=1, charged=1)

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(accept, range(16)))

    assert {task.turn for task in taken if task} == set(range(16))
    assert len(books[0].bill()) == 16


def test_processes_share_one_book(tmp_path: Path) -> None:
    file = tmp_path / "book.db"
    command = [sys.executable, "-c", EIGHT_TASKS, str(file)]

    both = [subprocess.Popen([*command, name]) for name in ("left", "right")]

    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert len(Book(file).bill()) == 16


@pytest.mark.fault
def test_a_kill_inside_a_transaction_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    file = tmp_path / "book.db"

    command = [sys.executable, "-c", KILLED_WHILE_HOLDING_THE_FILE, str(file)]
    killed = subprocess.run(command, check=False, timeout=60)

    assert killed.returncode < 0
    assert [line.id for line in Book(file).bill()] == ["first"]


def test_the_book_is_a_plain_sqlite_file(tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "book.db"

    Book(file).bill()

    db = sqlite3.connect(file)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()
