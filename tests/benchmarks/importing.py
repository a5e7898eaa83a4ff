"""Importing: a folder of pictures, against a walk that only reads and hashes them."""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, PngImagePlugin

import imagelab as il
from tests.benchmarks.measure import Result, in_turns, median

_ROUNDS = 5
_WORDS = "a fox, reading, number {}\nNegative prompt: snow\nSteps: 20, Sampler: Euler, Seed: {}, Size: 512x512, Model: sd"


def run(_: int) -> list[Result]:
    """The goal is a rate of at least 0.6 of the walk's: a time of at most 1.67 of its."""
    against = "os.walk, read and sha256 each"
    results = []
    for count, side in ((600, 256), (120, 800)):
        with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
            top = Path(folder) / "pictures"
            size = _make(top, count, side)
            for again in (False, True):
                ours, bound = in_turns(
                    _ROUNDS, _importing(Path(folder), top, again=again), lambda top=top: _walk(top)
                )
                name = f"import {count} PNGs of {size / 1e6:.2f} MB{', again' if again else ''}"
                results.append(Result(name, median(ours), median(bound), against, 1 / 0.6))
    return results


def _importing(folder: Path, top: Path, *, again: bool) -> Callable[[], object]:
    """Into a new catalog each time, or into one that has them all; the small pictures follow."""
    place = folder / "labs"

    def once() -> None:
        if not again:
            shutil.rmtree(place, ignore_errors=True)
            _lab(place).close()
        lab = _lab(place)
        began = lab.add(top)
        assert len(began) > 0
        lab._engine.looker._pool.shutdown(wait=False, cancel_futures=True)
        lab.close()

    return once


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
