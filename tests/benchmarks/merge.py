"""Merging: 20,000 generations of another catalog into one, against one ATTACH that copies them."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.merge import merge
from tests.benchmarks.measure import Result, median
from tests.benchmarks.synthetic import fill

_GENERATIONS = 20_000
_ROUNDS = 3
_TABLES = ("blob", "thumbnail", "generation", "call", "asset", "input", "tag", "ledger", "event")
_CALLS = """
    INSERT INTO call (uuid, generation, key, position, n, state, images, charged, finished_at)
    SELECT substr(uuid, 1, 24) || printf('%012x', id), id, uuid, 0, n, 'done', 1, 'yes', created_at
    FROM generation
"""
_LINES = """
    INSERT INTO ledger (generation, call, position, asset, at, amount_nano, unit, source)
    SELECT c.generation, c.id, 0, a.id, 1, 5, 'usd', 'computed' FROM call c
    JOIN asset a ON a.generation = c.generation AND a.position = 0
"""
_EVENTS = "INSERT INTO event (generation, at, became) SELECT id, 1, ? FROM generation"
_UUIDS = """
    UPDATE generation SET uuid = printf('%08x-0000-7000-8000-%012x', id, id), params = '{}',
    cost_nano = 5, cost_unit = 'usd', cost_source = 'computed'
"""


def run(_: int) -> list[Result]:
    """A million rows say no more than twenty thousand."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        theirs = Path(folder) / "theirs" / "c.db"
        count = _made(theirs)
        ours, bounds, again, held = [], [], [], 0.0
        for number in range(_ROUNDS):
            path = Path(folder) / f"ours{number}" / "c.db"
            open_catalog(path, "sandbox").close()
            catalog = _Watched(path, "sandbox", unclean=False)
            began = time.perf_counter()
            done = merge(catalog, theirs)
            ours.append((time.perf_counter() - began) * 1000)
            held = max(held, catalog.longest)
            assert done.generations == count, done
            began = time.perf_counter()
            assert not merge(catalog, theirs).changed
            again.append((time.perf_counter() - began) * 1000)
            catalog.close()
            bounds.append(_attached(theirs, Path(folder) / f"bound{number}.db"))
            shutil.rmtree(path.parent)
    against = "INSERT … SELECT of the same rows, unchecked and found by no word"
    return [
        Result(
            "merge nearly 20,000 generations (goal: a second)",
            median(ours),
            1000.0,
            "one second",
            1.0,
        ),
        Result("the same", median(ours), median(bounds), against, 10.0),
        Result("the same again, which changes nothing", median(again), 1000.0, "one second", 1.0),
        Result("the longest that a lock was held", held * 1000, 100.0, "100 ms", 1.0),
    ]


def _made(path: Path) -> int:
    """A catalog of nearly so many generations, some ids having none; how many."""
    catalog = open_catalog(path, "sandbox")
    fill(catalog, 50_000, 200)
    with catalog.writing() as db:
        gone = f"SELECT id FROM asset WHERE generation > {_GENERATIONS} OR position > 0"
        db.execute(f"DELETE FROM tag WHERE asset IN ({gone})")
        db.execute(f"DELETE FROM asset WHERE id IN ({gone})")
        db.execute("DELETE FROM generation WHERE id > ?", (_GENERATIONS,))
        db.execute(_UUIDS)
        db.execute(_CALLS)
        db.execute(_LINES)
        for became in ("queued", "sent", "staged", "kept", "done", "succeeded"):
            db.execute(_EVENTS, (became,))
        (count,) = db.execute("SELECT count(*) FROM generation").fetchone()
    catalog.close()
    return int(count)


def _attached(theirs: Path, path: Path) -> float:
    catalog = open_catalog(path, "sandbox")
    catalog.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("ATTACH ? AS theirs", (str(theirs),))
        began = time.perf_counter()
        db.execute("BEGIN")
        for table in _TABLES:
            db.execute(f"INSERT INTO main.{table} SELECT * FROM theirs.{table}")
        db.execute("COMMIT")
        return (time.perf_counter() - began) * 1000


class _Watched(Catalog):
    """A catalog that knows how long it was held by one transaction."""

    longest = 0.0

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with super().writing() as db:
            began = time.perf_counter()
            yield db
        self.longest = max(self.longest, time.perf_counter() - began)
