from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from imagelab.errors import CatalogError
from imagelab.lab.watching import Watch


class Reader:
    def __init__(self) -> None:
        self.heard: queue.Queue[str] = queue.Queue()
        self.is_open = True

    def changed(self, stamp: str) -> None:
        self.heard.put(stamp)


class Source:
    def __init__(self) -> None:
        self.now = "a"
        self.asked = threading.Semaphore(0)

    def stamp(self) -> str:
        self.asked.release()
        if self.now == "gone":
            raise CatalogError("the catalog is not there any more")
        return self.now


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagelab.lab.watching.PERIOD_SECONDS", 0.05)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def watch(source: Source) -> Iterator[Watch]:
    made = Watch(source.stamp)
    yield made
    made.close()


def test_a_view_is_told_of_a_change(watch: Watch, source: Source) -> None:
    reader = Reader()
    watch.tell(reader)
    source.asked.acquire(timeout=5)

    source.now = "b"

    assert reader.heard.get(timeout=5) == "b"


def test_nobody_is_told_of_nothing(watch: Watch, source: Source) -> None:
    reader = Reader()

    watch.tell(reader)
    for _ in range(3):
        source.asked.acquire(timeout=5)

    assert reader.heard.empty()


def test_a_view_that_was_closed_is_told_nothing(watch: Watch, source: Source) -> None:
    kept, closed = Reader(), Reader()
    watch.tell(kept)
    watch.tell(closed)
    source.asked.acquire(timeout=5)

    closed.is_open = False
    source.now = "b"

    assert kept.heard.get(timeout=5) == "b"
    assert closed.heard.empty()


def test_a_file_that_is_away_for_a_moment_is_watched_again(watch: Watch, source: Source) -> None:
    reader = Reader()
    watch.tell(reader)
    source.asked.acquire(timeout=5)

    source.now = "gone"
    source.asked.acquire(timeout=5)
    source.now = "b"

    assert reader.heard.get(timeout=5) == "b"


def test_a_closed_watch_looks_no_more(source: Source) -> None:
    watch = Watch(source.stamp)
    watch.tell(Reader())

    watch.close()

    assert watch._thread is not None
    assert not watch._thread.is_alive()
