"""Frames against `pandas.read_sql` of the same columns, and datasets against plain files."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd

import imagelab as il
from imagelab.catalog import arrow_rows, frame_rows
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.slices import rows
from imagelab.export.frame import assets_frame
from tests.benchmarks.measure import Result, in_turns, median
from tests.benchmarks.synthetic import kept, picture

_ROUNDS = 3
_IMAGES, _BYTES = 90, 1_300_000
_FORMATS = ("parquet", "webdataset", "imagefolder")
_COLUMNS = (
    "id, uuid, prompt, caption, note, tags, rating, rejected, provider, model, "
    "json_extract(params, '$.quality') AS quality, generation, width, height, format, size_bytes, "
    "sha256, cost_usd, cost_credits, cost_source, seed, flagged, created_at"
)


def run(count: int) -> list[Result]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        return [*_frames(count), *_datasets(Path(folder))]


def _frames(count: int) -> list[Result]:
    path = kept(count)
    catalog = open_catalog(path, "sandbox")
    with catalog.reading() as db:
        numbers = [row[0] for row in rows(db, "SELECT id FROM asset ORDER BY id DESC")]
    with watched(catalog) as held:

        def here() -> None:
            assert len(assets_frame(frame_rows.told(catalog, numbers))) == count

        def child() -> None:
            assert len(assets_frame(arrow_rows.told(catalog, numbers))) == count

        def bound() -> None:
            sql = f"SELECT {_COLUMNS} FROM assets ORDER BY id DESC"
            with closing(sqlite3.connect(path)) as db:
                assert len(pd.read_sql(sql, db)) == count

        mine, by_child, theirs = in_turns(_ROUNDS, here, child, bound)
    catalog.close()
    against, told = "pandas.read_sql of the same columns", f"{count:,} rows → pandas"
    return [
        Result(told, median(mine), median(theirs), against, 0.9).called(
            f"{count:,} rows in pandas"
        ),
        Result(f"{told}, by a child through ADBC", median(by_child), median(theirs), against, 0.4),
        held.result("frames"),
    ]


def _datasets(folder: Path) -> list[Result]:
    path = folder / "datasets" / "c.db"
    path.parent.mkdir()
    pictures = folder / "pictures"
    pictures.mkdir()
    _make(pictures)
    results = []
    with il.open(path, sandbox=True) as lab, watched(lab._engine.catalog) as held:
        everything = lab.add(pictures)
        for asset in everything:
            assert asset.thumbnail
        out, plain = folder / "out", folder / "plain"
        for named in _FORMATS:

            def ours(named: str = named) -> None:
                everything.export(out, format=named)
                shutil.rmtree(out)

            mine, bare, synced = in_turns(
                _ROUNDS, ours, lambda: _plain(everything, plain), lambda: _synced(everything, plain)
            )
            told = f"{named} of {_IMAGES} images of {_BYTES / 1e6:.1f} MB"
            results += [
                Result(
                    told, median(mine), median(bare), "read and written as plain files", 1 / 0.6
                ),
                Result(told, median(mine), median(synced), "the same, each file synced", 1 / 0.6),
            ]
        results.append(_memory(everything, out))
    return [*results, held.result("datasets")]


def _memory(everything: il.Assets, out: Path) -> Result:
    """The most that Python held at once, of a sixth of the images and of all of them."""
    peaks = []
    for some in (everything[: _IMAGES // 6], everything):
        tracemalloc.start()
        some.export(out, format="webdataset")
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
        shutil.rmtree(out)
    return Result("most memory, all images", peaks[1], peaks[0], "a sixth of them, in MB", 1.2)


def _make(folder: Path) -> None:
    """PNGs that differ, with as many bytes behind their end as an image of a service has."""
    chance = random.Random(3)
    for number in range(_IMAGES):
        head = picture(number)
        noise = chance.randbytes(max(0, _BYTES - len(head)))
        (folder / f"{number:04}.png").write_bytes(head + noise)


def _plain(assets: il.Assets, dest: Path) -> None:
    dest.mkdir()
    for asset in assets:
        (dest / f"{asset.uuid}.png").write_bytes(asset.read())
    shutil.rmtree(dest)


def _synced(assets: il.Assets, dest: Path) -> None:
    """As `_plain`, but there after a power loss, as our datasets are."""
    dest.mkdir()
    for asset in assets:
        with (dest / f"{asset.uuid}.png").open("wb") as file:
            file.write(asset.read())
            file.flush()
            os.fsync(file.fileno())
    shutil.rmtree(dest)


class Held:
    """How long a catalog was held at most, in seconds."""

    longest = 0.0

    def result(self, by: str) -> Result:
        return Result(f"the longest that {by} held a lock", self.longest * 1000, 100, "100 ms", 1)


@contextmanager
def watched(catalog: Catalog) -> Iterator[Held]:
    """Watch every read and every write of a catalog."""
    held = Held()

    class Watched(type(catalog)):  # type: ignore[misc]  # of whatever class it is
        @contextmanager
        def reading(self) -> Iterator[sqlite3.Connection]:
            with super().reading() as db:
                began = time.monotonic()
                yield db
                held.longest = max(held.longest, time.monotonic() - began)

        @contextmanager
        def writing(self) -> Iterator[sqlite3.Connection]:
            began = 0.0
            with super().writing() as db:
                began = time.monotonic()
                yield db
            held.longest = max(held.longest, time.monotonic() - began)

    plain, catalog.__class__ = catalog.__class__, Watched
    try:
        yield held
    finally:
        catalog.__class__ = plain
