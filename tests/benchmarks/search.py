"""Searching a large catalog: the newest fifty for any word, against reading fifty rows by id."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from imagelab.catalog import search
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.query import parse
from tests.benchmarks import synthetic
from tests.benchmarks.measure import Result, compared, in_turns, median

_ROUNDS = 40
_QUERIES = {
    "very common word": "word0",
    "common word": "word12",
    "rare word": "word19000",
    "word and facet": "word3 provider:runware",
    "word and stars": "word3 rating:>=4",
    "lone negation": "-word0",
    "sorted by cost": "sort:-cost",
}


def run(rows: int) -> list[Result]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        catalog = open_catalog(Path(folder) / "catalog.db", "sandbox")
        synthetic.fill(catalog, rows)
        results = [_newest(catalog, name, query) for name, query in _QUERIES.items()]
        results.append(_facets(catalog))
        catalog.close()
    return results


def _newest(catalog: Catalog, name: str, query: str) -> Result:
    asked = parse(query)
    with catalog.reading() as db:
        top = db.execute("SELECT max(id) FROM asset").fetchone()[0]
        return compared(
            f"newest 50, {name}",
            "50 rows by id",
            5,
            _ROUNDS,
            lambda: _rows(db, search.ids(db, asked, limit=50).ids),
            lambda: _rows(db, range(top - 50, top)),
        )


def _facets(catalog: Catalog) -> Result:
    with catalog.reading() as db:
        ours, plain = in_turns(
            3,
            lambda: [search.count(db, parse(f"provider:{p}")) for p in ("openai", "runware")],
            lambda: db.execute("SELECT provider, count(*) FROM asset GROUP BY provider").fetchall(),
        )
    return Result("facet counts", median(ours), median(plain), "SQL GROUP BY", 0.25)


def _rows(db: sqlite3.Connection, ids: tuple[int, ...] | range) -> list[object]:
    marks = ",".join("?" * len(ids))
    return db.execute(f"SELECT * FROM asset WHERE id IN ({marks})", tuple(ids)).fetchall()
