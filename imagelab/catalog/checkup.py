"""Looks whether a catalog is whole, and never writes: structure, originals, replies, sums."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from imagelab import clock
from imagelab.catalog import slices, staging
from imagelab.catalog.checkup_originals import Fetch, Looked, look_at_originals
from imagelab.catalog.reading import open_to_read
from imagelab.domain.checkup import Checkup, Flaw
from imagelab.errors import CatalogBusyError, CatalogError

_MOST_TOLD = 100  # of what SQLite finds
_LONG_AGO_US = 3_600 * 1_000_000  # a process may still be at what was settled just now

_UNLISTED = """
    SELECT id FROM asset WHERE id BETWEEN ? AND ?
    AND id NOT IN (SELECT id FROM text_index_docsize)
"""
# What came from another catalog may have come without its prices: see merge_rows.
_SUMS = """
    SELECT g.id FROM generation g LEFT JOIN ledger l ON l.generation = g.id
    WHERE g.id BETWEEN ? AND ? AND g.status NOT IN ('queued', 'running') GROUP BY g.id
    HAVING g.cost_nano IS NOT CASE WHEN count(l.id) > count(l.amount_nano) THEN NULL
                                   ELSE coalesce(sum(l.amount_nano), 0) END
    AND NOT (g.boot = 'merged' AND g.cost_nano IS NULL AND count(l.id) = 0)
"""
_IMAGES = """
    SELECT c.generation, c.images, (
        SELECT count(*) FROM asset a WHERE a.generation = c.generation AND a.call = c.id
    ) AS there FROM call c
    WHERE c.generation BETWEEN ? AND ? AND c.finished_at IS NOT NULL AND c.images != there
"""


class Readable(slices.Reads, Protocol):
    """A catalog's file that can be read, whoever opened it."""

    path: Path


def check(catalog: Readable, *, deep: bool = False, fetch: Fetch | None = None) -> Checkup:
    """Look at everything; with `deep`, hash every original again.

    `fetch` gives an original from its store, held against its hash; without it, no store is asked.

    Reads are short, so that others go on working; only SQLite's own check is one long read.
    """
    structure = _structure(catalog)
    try:
        return _checked(catalog, structure, fetch, deep=deep)
    except CatalogBusyError:
        raise
    except (CatalogError, sqlite3.DatabaseError) as error:
        # What SQLite cannot read ends the walk; what it says of the file is the finding.
        return Checkup(catalog.path.name, deep, structure=(*structure, str(error)))


def _checked(
    catalog: Readable, structure: tuple[str, ...], fetch: Fetch | None, *, deep: bool
) -> Checkup:
    with catalog.reading() as db:
        assets, generations = db.execute(
            "SELECT (SELECT count(*) FROM asset), (SELECT count(*) FROM generation)"
        ).fetchone()
        last_asset, last_generation = db.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM asset), "
            "(SELECT coalesce(max(id), 0) FROM generation)"
        ).fetchone()
    looked = look_at_originals(catalog, fetch if deep else None, deep=deep)
    calls = staging.all_staged(catalog.path.with_name("staging"))
    return Checkup(
        catalog.path.name,
        deep,
        assets=assets,
        generations=generations,
        originals=looked.count,
        size_bytes=looked.size_bytes,
        stored=looked.stored,
        stores=deep and fetch is not None,
        replies=len(calls),
        structure=structure,
        missing=_named(catalog, looked.missing),
        mismatched=_named(catalog, looked.mismatched),
        undecodable=_named(catalog, _undecodable(looked)),
        unreached=tuple(looked.unreached.values()),
        orphaned=tuple(looked.orphaned),
        strays=tuple(_strays(catalog, calls)),
        unlisted=tuple(row[0] for row in _all(catalog, last_asset, _UNLISTED)),
        sums=tuple(_sums(catalog, last_generation)),
    )


def _structure(catalog: Readable) -> tuple[str, ...]:
    """What SQLite says of the file, and rows that name a row that is not there."""
    try:
        with catalog.reading() as db:
            told = [row[0] for row in db.execute(f"PRAGMA quick_check({_MOST_TOLD})").fetchall()]
            broken = db.execute("PRAGMA foreign_key_check").fetchmany(_MOST_TOLD)
    except CatalogBusyError:
        raise
    except (CatalogError, sqlite3.DatabaseError) as error:
        return (str(error),)
    found = [] if told == ["ok"] else told
    # Originals that are not there are told as missing, with the assets they belong to.
    rows = [row for row in broken if (row["table"], row["parent"]) not in _TOLD_AS_MISSING]
    return (
        *found,
        *(f"a row of {row['table']} names a {row['parent']} that is not there" for row in rows),
    )


_TOLD_AS_MISSING = {("asset", "blob"), ("input", "blob")}


def _undecodable(looked: Looked) -> list[Flaw]:
    told = {flaw.blob for flaw in (*looked.missing, *looked.mismatched)}
    return [flaw for flaw in looked.undecodable if flaw.blob not in told]


def _named(catalog: Readable, flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """The same with the numbers of the assets concerned."""
    return tuple(_with_assets(catalog, flaw) for flaw in flaws)


def _with_assets(catalog: Readable, flaw: Flaw) -> Flaw:
    with catalog.reading() as db:
        found = slices.rows(db, "SELECT id FROM asset WHERE blob = ? ORDER BY id", flaw.blob)
    return Flaw(flaw.blob, flaw.sha256, flaw.why, tuple(row[0] for row in found))


def _strays(catalog: Readable, calls: Sequence[str]) -> Iterator[str]:
    """Staged replies whose call was settled long ago, or is in no catalog of this folder."""
    for call in calls:
        with catalog.reading() as db:
            found = slices.rows(
                db,
                "SELECT finished_at, state IN ('done', 'cancelled') OR (state = 'failed' AND "
                "charged = 'no') FROM call WHERE uuid = ?",
                call,
            )
        if not found and not any(_knows(path, call) for path in _beside(catalog.path)):
            yield f"{call} (no call of that name)"
        if found and found[0][1] and found[0][0] < clock.now_us() - _LONG_AGO_US:
            yield f"{call} (settled)"


def _beside(path: Path) -> list[Path]:
    """The other catalogs of the folder, which stage in the same place."""
    locked = [lock.with_suffix("") for lock in path.parent.glob("*.lock")]
    return [other for other in locked if other.is_file() and other != path]


def _knows(path: Path, call: str) -> bool:
    with suppress(CatalogError):
        reader = open_to_read(path)
        try:
            with reader.reading() as db:
                return bool(db.execute("SELECT 1 FROM call WHERE uuid = ?", (call,)).fetchone())
        finally:
            reader.close()
    return True  # one that cannot be read now may well know it


def _sums(catalog: Readable, last: int) -> Iterator[str]:
    for (generation,) in _all(catalog, last, _SUMS):
        yield f"g{generation} does not cost what its ledger lines add up to"
    for generation, said, there in _all(catalog, last, _IMAGES):
        yield f"a call of g{generation} brought {said} images and {there} are there"


def _all(catalog: Readable, last: int, sql: str) -> list[Any]:
    """The rows of a statement over a range of numbers, read in slices."""
    parts = slices.by_range(
        catalog, 1, last, lambda db, first, end: slices.rows(db, sql, first, end)
    )
    return [row for part in parts for row in part]
