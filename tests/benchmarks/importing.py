"""Importing: a folder of pictures, against a walk that only reads and hashes them."""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import io
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

import imagelab as il
from tests.benchmarks.measure import Result, median

_ROUNDS, _BATCH = 5, 8_000_000
_WORDS = "a fox, reading, number {}\nNegative prompt: snow\nSteps: 20, Sampler: Euler, Seed: {}, Size: 512x512, Model: sd"


def run(_: int) -> list[Result]:
    """The goal is a rate of at least 0.6 of the walk's: a time of at most 1.67 of its.

    The last line says how much of it is the disk's: the same bytes, durable, in a bare table.
    """
    results = []
    for count, side in ((600, 256), (120, 800)):
        with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
            top = Path(folder) / "pictures"
            size = _make(top, count, side)
            rounds = [_round(Path(folder), top) for _ in range(_ROUNDS)]
        new, again, walk, bare = (median(taken) for taken in zip(*rounds, strict=True))
        name, walked = f"import {count} PNGs of {size / 1e6:.2f} MB", "walk, read and sha256 each"
        results += [
            Result(name, new, walk, walked, 1 / 0.6),
            Result(f"{name}, known", again, walk, walked, 1 / 0.6),
            Result(name, new, bare, f"{walked}, and the bytes in a bare table, durable", 1.3),
        ]
    return results


class _Never(concurrent.futures.ThreadPoolExecutor):
    """A pool that does nothing of what it is given."""

    def submit(self, *_: Any, **__: Any) -> concurrent.futures.Future[Any]:
        return concurrent.futures.Future()


def _round(folder: Path, top: Path) -> tuple[float, float, float, float]:
    """Milliseconds of adding to an empty catalog, again, of the walk, and with a bare table."""
    place = folder / "labs"
    lab = _lab(place)
    lab._engine.looker.close()  # small pictures follow, as after recording
    lab._engine.looker._pool = _Never()
    taken = (
        _timed(lambda: lab.add(top)),
        _timed(lambda: lab.add(top)),
        _timed(lambda: _walk(top)),
        _timed(lambda: _bare(folder / "bare.db", top)),
    )
    lab.close()
    shutil.rmtree(place)
    (folder / "bare.db").unlink()
    return taken


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _bare(path: Path, top: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size=16384", "journal_mode=DELETE", "synchronous=EXTRA"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("CREATE TABLE blob (sha256 TEXT PRIMARY KEY, data BLOB)")
    waiting = 0
    for file in sorted(top.rglob("*.png")):
        data = file.read_bytes()
        db.execute("" if db.in_transaction else "BEGIN")
        db.execute("INSERT INTO blob VALUES (?, ?)", (hashlib.sha256(data).hexdigest(), data))
        waiting += len(data)
        if waiting >= _BATCH:
            db.execute("COMMIT")
            waiting = 0
    db.execute("COMMIT" if db.in_transaction else "")
    db.close()


def _lab(place: Path) -> il.Lab:
    with contextlib.redirect_stdout(io.StringIO()):
        return il.open(place / "sandbox.db", sandbox=True)


def _walk(top: Path) -> None:
    for path in sorted(top.rglob("*")):
        if path.is_file():
            hashlib.sha256(path.read_bytes()).hexdigest()


def _make(top: Path, count: int, side: int) -> int:
    """Noise, so that they are as large as photographs; the mean size of a file."""
    seeded = random.Random(1)
    total = 0
    for number in range(count):
        folder = top / f"day{number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        info = PngImagePlugin.PngInfo()
        info.add_text("parameters", _WORDS.format(number, number))
        image = Image.frombytes("RGB", (side, side), seeded.randbytes(side * side * 3))
        image.save(folder / f"{number}.png", pnginfo=info, compress_level=1)
        total += (folder / f"{number}.png").stat().st_size
    return total // count
