"""Searching large catalogs: first pages, facets, counts and likeness, beside what others do."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import Table

from imagelab.catalog import search
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.facets import facets
from imagelab.catalog.hits import all_hits
from imagelab.catalog.stacks import stacked
from imagelab.domain.query import parse
from tests.benchmarks import queries, synthetic
from tests.benchmarks.measure import Result, compared, in_turns, median, spread

_SMALLER = 100_000
_ROUNDS = 12
_KINDS = {
    "word": "{}",
    "word and facet": "{} provider:runware",
    "word and stars": "{} rating:>=4",
    "word and tag": "{} tag:tag3",
    "word and not": "{} -word5",
    "phrase": '"{} word2"',
    "prefix": "{}*",
    "word by cost": "{} sort:-cost",
    "not the word": "-{}",
}
_COLUMNS = ("provider", "model", "quality", "format", "rating", "width || 'x' || height")
_MONTH = "strftime('%Y-%m', created_at / 1e6, 'unixepoch', 'localtime')"
_LONGEST_READ_MS = 100
_FEW_ROUNDS = 3


def run(rows: int) -> list[Result]:
    """At 100,000 rows, and at as many as were asked for."""
    results = []
    for count in sorted({min(_SMALLER, rows), rows}):
        with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
            catalog = open_catalog(synthetic.copied(Path(folder), count), "sandbox")
            found = measured(catalog, count, Path(folder))
            results += found if count == rows else [one.called("") for one in found]
            catalog.close()
    return results


def measured(catalog: Catalog, count: int, folder: Path) -> list[Result]:
    """Everything about one catalog of so many rows."""
    head = f"{count:,}: "
    results = [
        _newest(catalog, f"{head}{kind}, {often}", text.format(word))
        for kind, text in _KINDS.items()
        for often, (word, *_) in queries.WORDS.items()
    ]
    results += _seeded(catalog, head)
    results += _beside_others(catalog, head, folder)
    results += [
        result
        for query in ("", "word0", "word12", "word700")
        for result in _whole(catalog, head, query)
    ]
    synthetic.give_originals(catalog, count)
    results.append(_alike(catalog, head))
    return results


def _newest(catalog: Catalog, name: str, query: str) -> Result:
    asked = parse(query)
    with catalog.reading() as db:
        top = db.execute("SELECT max(id) FROM asset").fetchone()[0]
        return compared(
            name,
            "50 rows by id",
            5,
            _ROUNDS,
            lambda: _rows(db, search.ids(db, asked, limit=50).ids),
            lambda: _rows(db, range(top - 50, top)),
        )


def _seeded(catalog: Catalog, head: str) -> list[Result]:
    taken = []
    for query in queries.seeded():
        asked = parse(query)
        with catalog.reading() as db:
            began = time.perf_counter()
            _rows(db, search.ids(db, asked, limit=50).ids)
            taken.append((time.perf_counter() - began) * 1000)
    p95, worst = spread(taken)
    return [
        Result(f"{head}{len(taken)} seeded queries, 95 of 100", p95, 50, "50 ms", 1),
        Result(f"{head}{len(taken)} seeded queries, the worst", worst, 300, "300 ms", 1),
    ]


def _beside_others(catalog: Catalog, head: str, folder: Path) -> list[Result]:
    """Beside what popular galleries do, and beside sqlite-utils, which searches by relevance."""
    other = Database(folder / "other.db").table("picture")
    with catalog.reading() as db:
        found = db.execute("SELECT id, prompt, created_at FROM asset").fetchall()
        other.insert_all(map(dict, found), pk="id")
        other.enable_fts(["prompt"])
        return [
            result
            for often, (word, *_) in queries.WORDS.items()
            for result in _beside(db, other, f"{head}word, {often}", word)
        ]


def _beside(db: sqlite3.Connection, other: Table, name: str, word: str) -> Iterator[Result]:
    asked = parse(word)
    variants: list[tuple[str, Callable[[], object]]] = [
        ("LIKE … ORDER BY date", lambda: _liked(db, word)),
        ("sqlite-utils by date", lambda: _searched(other, word, "created_at desc")),
        ("sqlite-utils by rank", lambda: _searched(other, word, None)),
    ]
    mine, *theirs = in_turns(
        _FEW_ROUNDS,
        lambda: _rows(db, search.ids(db, asked, limit=50).ids),
        *(act for _, act in variants),
    )
    for (against, _), taken in zip(variants, theirs, strict=True):
        result = Result(name, median(mine), median(taken), against, 1, *spread(mine))
        yield result.called(f"newest 50 of {name}" if "rank" not in against else "")


def _liked(db: sqlite3.Connection, word: str) -> list[Any]:
    sql = "SELECT * FROM asset WHERE prompt LIKE ? ORDER BY created_at DESC LIMIT 50"
    return db.execute(sql, (f"%{word}%",)).fetchall()


def _searched(other: Table, word: str, order: str | None) -> list[Any]:
    return list(other.search(word, order_by=order, limit=50))


def _whole(catalog: Catalog, head: str, query: str) -> list[Result]:
    """All that is found, counted, in an order, by stacks, and by facets."""
    said = query or "everything"
    reads = _Timed(catalog)
    plain = median(_timed(lambda: all_hits(reads, parse(query))))
    by_cost = median(_timed(lambda: all_hits(reads, parse(f"{query} sort:-cost"))))
    ids = all_hits(reads, parse(query))
    by_stacks = median(_timed(lambda: stacked(reads, ids)))
    counted = median(_timed(lambda: facets(reads, ids)))
    grouped = median(_timed(lambda: _grouped(catalog, query)))
    listed = median(_timed(lambda: _listed(catalog, query)))
    return [
        Result(f"{head}all of {said}", plain, listed, "SELECT id", 3),
        Result(f"{head}all of {said} by cost", by_cost, listed, "SELECT id", 10),
        Result(f"{head}stacks of {said}", by_stacks, listed, "SELECT id", 10),
        Result(f"{head}facets of {said}", counted, grouped, "GROUP BY", 0.25).called(
            "" if query else f"facets of all {head.strip(': ')}"
        ),
        Result(f"{head}all and facets of {said}", plain + counted, grouped, "GROUP BY", 0.25),
        Result(f"{head}longest read of these", reads.longest_ms, _LONGEST_READ_MS, "100 ms", 1),
    ]


def _grouped(catalog: Catalog, query: str) -> None:
    """The same facets by SQL: a GROUP BY each over what the index finds."""
    plan = search._planned
    with catalog.reading() as db:
        match = plan(db, parse(query), whole=True).shown_match
        found = "FROM text_index t CROSS JOIN asset a ON a.id = t.rowid"
        for column in (*_COLUMNS, _MONTH):
            sql = f"SELECT {column}, count(*) {found} WHERE t.text_index MATCH ? GROUP BY 1"
            db.execute(sql, (match,)).fetchall()
        tagged = f"{found} JOIN tag ON tag.asset = a.id"
        sql = f"SELECT name, count(*) {tagged} WHERE t.text_index MATCH ? GROUP BY 1"
        db.execute(sql, (match,)).fetchall()


def _listed(catalog: Catalog, query: str) -> array[int]:
    """The numbers alone, in one read that holds everybody up."""
    with catalog.reading() as db:
        match = search._planned(db, parse(query), whole=True).shown_match
        sql = "SELECT rowid FROM text_index WHERE text_index MATCH ? ORDER BY rowid DESC"
        return array("q", [row[0] for row in db.execute(sql, (match,))])


def _alike(catalog: Catalog, head: str) -> Result:
    """Near duplicates by quarters of the hash, beside a look at every hash."""
    asked = parse("like:#700")

    def scanned() -> list[Any]:
        of = "SELECT likeness FROM thumbnail WHERE blob = (SELECT blob FROM asset WHERE id = 700)"
        sql = f"SELECT blob FROM thumbnail WHERE imagelab_distance(likeness, ({of})) <= 8"
        return db.execute(sql).fetchall()

    with catalog.reading() as db:
        name = f"{head}like:#700"
        mine = lambda: search.ids(db, asked, limit=50)  # noqa: E731 - one of two variants
        return compared(name, "a look at every hash", 0.1, _FEW_ROUNDS, mine, scanned)


class _Timed:
    """A catalog that notes its longest read."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.longest_ms = 0.0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._catalog.reading() as db:
            began = time.perf_counter()
            try:
                yield db
            finally:
                took = (time.perf_counter() - began) * 1000
                self.longest_ms = max(self.longest_ms, took)


def _timed(act: Callable[[], object]) -> list[float]:
    return in_turns(_FEW_ROUNDS, act)[0]


def _rows(db: sqlite3.Connection, ids: tuple[int, ...] | range) -> list[object]:
    marks = ",".join("?" * len(ids))
    return db.execute(f"SELECT * FROM asset WHERE id IN ({marks})", tuple(ids)).fetchall()
