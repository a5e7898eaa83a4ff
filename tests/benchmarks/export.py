"""Frames against `pandas.read_sql` of the same columns, and datasets against plain files."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd

import imagelab as il
from imagelab.catalog import frame_rows
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.slices import rows
from imagelab.export.frame import assets_frame
from tests.benchmarks.measure import Result, compared, in_turns, median
from tests.benchmarks.synthetic import fill, picture

_ROUNDS = 3
_IMAGES, _BYTES = 300, 1_300_000
_FORMATS = (("parquet", 1 / 0.6), ("webdataset", 1 / 0.6), ("imagefolder", 1 / 0.6))
_COLUMNS = (
    "id, uuid, prompt, caption, note, tags, rating, rejected, provider, model, "
    "json_extract(params, '$.quality') AS quality, generation, width, height, format, size_bytes, "
    "sha256, cost_usd, cost_credits, cost_source, seed, flagged, created_at"
)


def run(count: int) -> list[Result]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        return [*_frames(Path(folder), count), *_datasets(Path(folder))]


def _frames(folder: Path, count: int) -> list[Result]:
    path = folder / "frames" / "c.db"
    catalog = open_catalog(path, "sandbox")
    fill(catalog, count)
    catalog.close()
    watched = _Watched(path, "sandbox", unclean=False)
    with watched.reading() as db:
        numbers = [row[0] for row in rows(db, "SELECT id FROM asset ORDER BY id DESC")]

    def ours() -> None:
        assert len(assets_frame(frame_rows.told(watched, numbers))) == count

    def bound() -> None:
        with closing(sqlite3.connect(path)) as db:
            assert len(pd.read_sql(f"SELECT {_COLUMNS} FROM assets ORDER BY id DESC", db)) == count

    found = compared(
        f"{count:,} rows → pandas", "pandas.read_sql of the same columns", 0.9, _ROUNDS, ours, bound
    )
    held = Result("the longest that a lock was held", watched.longest * 1000, 100, "100 ms", 1)
    watched.close()
    return [found, held]


def _datasets(folder: Path) -> list[Result]:
    path = folder / "datasets" / "c.db"
    path.parent.mkdir()
    pictures = folder / "pictures"
    pictures.mkdir()
    _make(pictures)
    results = []
    with il.open(path, sandbox=True) as lab:
        lab.add(pictures)
        everything = lab.search("is:imported")
        for asset in everything:
            assert asset.thumbnail
        for named, goal in _FORMATS:

            def ours(named: str = named) -> None:
                everything.export(folder / "out", format=named, overwrite=True)
                shutil.rmtree(folder / "out")

            mine, plain = in_turns(_ROUNDS, ours, lambda: _plain(everything, folder / "plain"))
            told = f"{named} of {_IMAGES} images of {_BYTES / 1e6:.1f} MB"
            against = "originals read and written as plain files"
            results.append(Result(told, median(mine), median(plain), against, goal))
    return results


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


class _Watched(Catalog):
    """A catalog that knows how long it was held at most."""

    longest = 0.0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with super().reading() as db:
            began = time.monotonic()
            yield db
            self.longest = max(self.longest, time.monotonic() - began)
