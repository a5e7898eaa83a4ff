"""A backup that is killed, and one that is made while others write."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.catalog.backup import back_up
from imagelab.catalog.checkup import check
from imagelab.catalog.imports import keep_import
from tests.catalog.originals import made, opened, picture

SIGKILLED = -9
ORIGINALS = 450  # more than two stretches
POINTS = ("backup_rows", "backup_blobs", "backup_blobs:2", "backup_switch")
RUNS = 12

COPY = """
import sys
from pathlib import Path
from imagelab.catalog.backup import back_up
from imagelab.catalog.catalog import open_catalog

print("ready", flush=True)
catalog = open_catalog(Path(sys.argv[1]), None)
back_up(catalog, Path(sys.argv[2]))
"""

GENERATE = """
import sys
import imagelab as il

with il.open(sys.argv[1], sandbox=True) as lab:
    print("ready", flush=True)
    for number in range(int(sys.argv[2])):
        lab.generate(f"fox number {number}", quality="low", n=2)
"""


@contextmanager
def running(script: str, *arguments: object, **settings: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **settings},
    )
    with process:
        try:
            assert process.stdout is not None
            while process.stdout.readline() not in ("ready\n", ""):
                pass  # what a lab says when it is opened
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("originals") / "c.db"
    made(path, [picture(number, side=8) for number in range(ORIGINALS)])
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, originals: bytes) -> Path:
    path = tmp_path / "lab" / "c.db"
    path.parent.mkdir()
    path.write_bytes(originals)
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "copy.db"


def killed(path: Path, copy: Path, point: str) -> int | None:
    with running(COPY, path, copy, IMAGELAB_KILL_AT=point) as process:
        process.wait(timeout=60)
        return process.returncode


def assets(path: Path) -> list[tuple[Any, ...]]:
    """What a catalog is, once it was found to be whole; originals no row names yet are no flaw."""
    with opened(path) as catalog:
        found = check(catalog, deep=True)
        flaws = (found.structure, found.missing, found.mismatched, found.unlisted, found.sums)
        assert not any(flaws), found
        with catalog.reading() as db:
            rows = db.execute("SELECT uuid, blob, rating FROM asset ORDER BY id").fetchall()
    return [tuple(row) for row in rows]


def change(path: Path, number: int) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        keep_import(db, picture(1000 + number, side=8))
        db.execute("UPDATE asset SET rating = ? WHERE id = 1", (number % 5 + 1,))


@pytest.mark.fault
@pytest.mark.parametrize("point", POINTS)
def test_a_first_backup_that_was_killed_is_not_there_and_goes_on(
    path: Path, copy: Path, point: str
) -> None:
    code = killed(path, copy, point)

    assert code == SIGKILLED
    assert not copy.exists()
    with opened(path) as catalog:
        done = back_up(catalog, copy)
    already = {"backup_rows": 0, "backup_blobs": 200, "backup_blobs:2": 400, "backup_switch": 450}
    assert done.copied == ORIGINALS - already[point]
    assert assets(copy) == assets(path)


@pytest.mark.fault
@pytest.mark.parametrize("point", ["backup_rows", "backup_blobs", "backup_switch"])
def test_a_later_backup_that_was_killed_leaves_the_old_one(
    path: Path, copy: Path, point: str
) -> None:
    with opened(path) as catalog:
        back_up(catalog, copy)
    old = assets(path)
    change(path, 1)

    assert killed(path, copy, point) == SIGKILLED

    assert assets(copy) == old
    with opened(path) as catalog:
        back_up(catalog, copy)
    assert assets(copy) == assets(path) != old


@pytest.mark.fault
def test_killed_at_any_moment_the_old_backup_is_there_or_the_new_one(
    path: Path, copy: Path
) -> None:
    chance = random.Random(5)
    old: list[tuple[Any, ...]] | None = None
    struck = 0
    for number in range(RUNS):
        change(path, number)
        new = assets(path)
        with running(COPY, path, copy) as process:
            time.sleep(chance.uniform(0, 0.25))
            process.kill()
            process.wait(timeout=60)
            struck += process.returncode == SIGKILLED
        there = assets(copy) if copy.exists() else None
        assert there in (old, new)
        old = there
    with opened(path) as catalog:
        back_up(catalog, copy)

    assert struck > RUNS / 3
    assert assets(copy) == assets(path)


@pytest.mark.fault
def test_a_backup_made_while_others_generate_is_of_one_moment_and_costs_them_nothing(
    tmp_path: Path, copy: Path
) -> None:
    path = tmp_path / "lab" / "sandbox.db"
    il.open(path, sandbox=True).close()
    made_meanwhile = []
    with opened(path) as catalog, running(GENERATE, path, 15) as process:
        while process.poll() is None:
            made_meanwhile.append(back_up(catalog, copy).assets)
            with opened(copy) as copied:
                assert check(copied, deep=True).ok
        assert process.returncode == 0, process.communicate()
        last = back_up(catalog, copy)

    assert last.assets == 30
    assert len({*made_meanwhile} - {0, 30}) > 2, "the copies were not made meanwhile"
    assert assets(copy) == assets(path)


@pytest.mark.fault
def test_a_check_while_others_generate_finds_nothing_amiss(tmp_path: Path) -> None:
    path = tmp_path / "lab" / "sandbox.db"
    il.open(path, sandbox=True).close()
    looks = 0
    with opened(path) as catalog, running(GENERATE, path, 10) as process:
        while process.poll() is None:
            found = check(catalog, deep=True)
            assert found.ok, found
            looks += 0 < found.assets < 20
        assert process.returncode == 0, process.communicate()

    assert looks > 2, "it was not looked at meanwhile"
