from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imagelab.catalog import pointer
from imagelab.jobs.owner import this_process
from imagelab.jupyter.desk import Desk, NotServedError
from imagelab.jupyter.reading_room import CATALOGS_AT_ONCE, ReadingRoom
from tests.jupyter.server import eventually


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ReadingRoom]:
    opened = ReadingRoom(tmp_path)
    yield opened
    opened.close_idle(0)


def pointed(tmp_path: Path, catalog: Path) -> str:
    return pointer.write(tmp_path / "imagelab", catalog, this_process())


def copies(catalog: Path, folder: Path, count: int) -> list[Path]:
    made = [folder / f"{number}.db" for number in range(count)]
    for copy in made:
        copy.write_bytes(catalog.read_bytes())
    return made


def open_in_this_process(name: str, folder: Path) -> int:
    """How many of this process's files lie there and are named so; other tests have theirs."""
    paths = [os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()]
    return sum(path.endswith(name) and path.startswith(str(folder)) for path in paths)


def test_a_catalog_is_opened_once_and_closed_when_idle(
    room: ReadingRoom, catalog: Path, tmp_path: Path
) -> None:
    here = pointed(tmp_path, catalog)
    for _ in range(3):
        room.answer(here, "count", {})
    open_while_used = open_in_this_process(catalog.name, catalog.parent)

    room.close_idle(0)

    assert open_while_used == 1
    assert open_in_this_process(catalog.name, catalog.parent) == 0
    assert not room.has_open


def test_what_was_asked_about_just_now_stays_open(
    room: ReadingRoom, catalog: Path, tmp_path: Path
) -> None:
    room.answer(pointed(tmp_path, catalog), "count", {})

    room.close_idle(3600)

    assert room.has_open


def test_the_desk_closes_what_nobody_asks_about_any_more(
    room: ReadingRoom, catalog: Path, tmp_path: Path
) -> None:
    here = pointed(tmp_path, catalog)

    async def asked_and_left() -> bool:
        desk = Desk(lambda: room, idle_seconds=0.01)
        await desk.read(lambda room: room.answer(here, "count", {}))
        was_open = room.has_open
        await asyncio.to_thread(eventually, lambda: not room.has_open)
        return was_open

    assert asyncio.run(asked_and_left())
    assert not room.has_open


def test_only_a_few_catalogs_are_open_at_once(
    room: ReadingRoom, catalog: Path, tmp_path: Path
) -> None:
    for copy in copies(catalog, tmp_path, CATALOGS_AT_ONCE + 3):
        room.answer(pointed(tmp_path, copy), "count", {})

    assert open_in_this_process(".db", tmp_path) == CATALOGS_AT_ONCE


def test_many_may_ask_about_many_at_once(room: ReadingRoom, catalog: Path, tmp_path: Path) -> None:
    each = [pointed(tmp_path, copy) for copy in copies(catalog, tmp_path, CATALOGS_AT_ONCE + 2)]
    asked = each * 20

    with ThreadPoolExecutor(4) as threads:
        parcels = list(threads.map(lambda to: room.answer(to, "between", {"stop": 9}), asked))

    assert len({parcel[:20] for parcel in parcels}) == 1
    assert all(b'"ids":[3,2,1]' in parcel for parcel in parcels)


def test_a_pointer_without_a_catalog_is_not_served(room: ReadingRoom) -> None:
    with pytest.raises(NotServedError, match="no catalog goes by this pointer"):
        room.path("0" * 32)


def test_a_catalog_of_another_version_is_not_served(
    room: ReadingRoom, catalog: Path, tmp_path: Path
) -> None:
    [newer] = copies(catalog, tmp_path, 1)
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version=9999")
    db.close()

    with pytest.raises(NotServedError, match="cannot be read here"):
        room.answer(pointed(tmp_path, newer), "count", {})
