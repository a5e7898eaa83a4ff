"""A lab that is closed while something begins: it is begun whole and waited for, or not at all."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import CatalogError
from imagelab.sandbox.book import Book


def held_up(lab: il.Lab) -> threading.Event:
    """Have the writer do nothing until the event is set."""
    begun, held = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        held.wait(20)

    lab._engine.writer.do(hold)
    assert begun.wait(15)
    return held


def queued(lab: il.Lab, count: int) -> None:
    """Wait until so much waits for the writer."""
    deadline = time.monotonic() + 15
    while lab._engine.writer._queue.qsize() < count:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def charges(path: Path) -> int:
    return len(Book(path.with_suffix(".book")).bill())


def test_what_begins_while_its_lab_closes_is_waited_for(catalog_path: Path) -> None:
    lab = il.open(catalog_path, sandbox=True)
    lab._engine.writer.do(lambda: None).result()  # what opening handed in is done
    held = held_up(lab)
    acts = [
        threading.Thread(target=lab.submit, args=("A fox",), kwargs={"quality": "low"}),
        threading.Thread(target=lab.close),
    ]
    for count, act in enumerate(acts, start=1):
        act.start()
        queued(lab, count)
    held.set()
    for act in acts:
        act.join(20)

    with il.open(catalog_path) as again:
        assert (again.generation(1).status, charges(catalog_path)) == ("succeeded", 1)


def test_what_comes_after_that_is_not_recorded_and_says_so(catalog_path: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab._engine.writer.do(lab._engine.runner.stop).result()

        with pytest.raises(CatalogError, match="was closed before this was recorded"):
            lab.submit("A fox", quality="low")

        assert (len(lab.generations()), charges(catalog_path)) == (0, 0)
