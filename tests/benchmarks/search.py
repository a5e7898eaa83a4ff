"""Searching a large catalog: the newest fifty for any word, against reading fifty rows by id."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from imagelab import clock
from imagelab.catalog import search, words
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.ids import uuid7
from imagelab.domain.query import parse
from tests.benchmarks.measure import Result, compared, in_turns, median

_ROUNDS = 40
_VOCABULARY = 20_000
_LEAST, _MOST = 10, 40  # words in a prompt
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
        _fill(catalog, rows)
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


def _fill(catalog: Catalog, rows: int) -> None:
    """Rows as a catalog has them, but for the pictures: all share one blob."""
    chance = random.Random(7)
    for start in range(0, rows, 50_000):
        with catalog.writing() as db:
            if start == 0:
                db.execute("INSERT INTO blob VALUES (1, 'x', 'png', 1024, 1024, 1, x'00')")
            for made in _made(chance, start, min(start + 50_000, rows)):
                _insert(db, *made)


def _made(
    chance: random.Random, start: int, end: int
) -> Iterator[tuple[int, str, str, int | None, int]]:
    for number in range(start + 1, end + 1):
        # Word n is met about n times less often than word 0, as in a language.
        count = chance.randint(_LEAST, _MOST)
        picked = (int(_VOCABULARY ** chance.random()) - 1 for _ in range(count))
        prompt = " ".join(f"word{n}" for n in picked)
        provider = chance.choice(("openai", "runware"))
        rating = chance.choice((None, None, None, 1, 2, 3, 4, 5))
        yield number, prompt, provider, rating, chance.randint(4_000_000, 200_000_000)


def _insert(
    db: sqlite3.Connection, number: int, prompt: str, provider: str, rating: int | None, nano: int
) -> None:
    db.execute(
        "INSERT INTO asset (id, uuid, kind, blob, provider, model, quality, format, width, height, "
        "size_bytes, prompt, rating, cost_nano, cost_unit, cost_source, created_at) VALUES "
        "(?, ?, 'made', 1, ?, 'gpt-image-2', 'low', 'png', 1024, 1024, 1, ?, ?, ?, 'usd', "
        "'reported', ?)",
        (number, uuid7(), provider, prompt, rating, nano, clock.now_us()),
    )
    entry = words.index_entry(
        prompt=prompt, provider=provider, model="gpt-image-2", quality="low", format="png",
        width=1024, height=1024, rating=rating, flags=("root",),
    )  # fmt: skip
    words.add(db, number, entry)
