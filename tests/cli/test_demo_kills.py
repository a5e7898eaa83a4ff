"""The demo killed again and again, at moments that a seed picks, and then run to its end."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import imagelab as il
from imagelab.sandbox.book import Book

KILLS = 6
IMAGES = 8
DEMO = "from imagelab.cli.main import main; raise SystemExit(main())"
RECORDED = {
    "asset": "SELECT uuid, blob, position FROM asset",
    "generation": "SELECT uuid, prompt, n FROM generation",
    "ledger": "SELECT call, position, asset, amount_nano FROM ledger",
    "tag": "SELECT asset, name FROM tag",
    "event": "SELECT seq, generation, became FROM event",
}

Rows = dict[str, set[tuple[object, ...]]]


def demo(folder: Path, killed_after: float | None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DEMO, "demo", "--folder", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    if killed_after is not None:
        time.sleep(killed_after)
        process.kill()
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def recorded(folder: Path) -> Rows:
    """Everything that is in the catalog, looked at without taking anything up."""
    from imagelab.catalog.catalog import open_catalog

    path = folder / ".imagelab" / "sandbox.db"
    if not path.exists():
        return {}
    catalog = open_catalog(path, "sandbox")
    with catalog.reading() as db:
        rows = {
            table: {tuple(row) for row in db.execute(sql).fetchall()}
            for table, sql in RECORDED.items()
        }
    assert catalog.quick_check() == "ok"
    catalog.close()
    return rows


def gone(before: Rows, after: Rows) -> Rows:
    missing = {table: rows - after[table] for table, rows in before.items()}
    return {table: rows for table, rows in missing.items() if rows}


def killed_and_run(folder: Path, seed: int, seconds: float) -> list[Rows]:
    """What had gone after each kill and at the end: nothing, it is to be hoped."""
    chance = random.Random(seed)
    lost: list[Rows] = []
    before: Rows = {}
    for _ in range(KILLS):
        demo(folder, chance.uniform(0.2, seconds))
        after = recorded(folder)
        lost.append(gone(before, after))
        before = after
    run = demo(folder, None)
    assert run.returncode == 0, run.stderr
    lost.append(gone(before, recorded(folder)))
    return lost


@pytest.mark.fault
@pytest.mark.long
def test_a_demo_killed_at_any_moment_goes_on_where_it_was(tmp_path: Path) -> None:
    began = time.monotonic()
    assert demo(tmp_path / "whole", None).returncode == 0
    seconds = time.monotonic() - began
    folders = [tmp_path / "one", tmp_path / "two"]

    with ThreadPoolExecutor(2) as pool:
        lost = list(pool.map(killed_and_run, folders, [1, 2], [seconds, seconds]))

    assert lost == [[{}] * (KILLS + 1)] * 2
    for folder in folders:
        with il.open(folder / ".imagelab" / "sandbox.db", sandbox=True) as lab:
            found = list(lab.search())
            assert all(asset.image.size for asset in found)
            assert len({asset.prompt for asset in found}) == IMAGES
            bill = Book(folder / ".imagelab" / "sandbox.book").bill()
            called = lab.sql("SELECT * FROM generations WHERE status != 'cancelled'")
            assert len(bill) <= len(called)
            assert (folder / "gallery.html").exists()
