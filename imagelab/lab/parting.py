"""A part of a catalog as a catalog of its own: some images, and all that they were made from.

It is a merge into an empty one, of which only that part is wanted, so what it has is what a
merge brings: requests, calls, lineage and what was said, with prices where they are asked for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.locks import Locks
from imagelab.catalog.merge import take_in
from imagelab.catalog.merge_read import Source
from imagelab.catalog.slices import Reads, rows
from imagelab.errors import CatalogError, OffloadedError
from imagelab.export.dataset import write_file
from imagelab.export.exported import Exported
from imagelab.export.formats import CATALOG
from imagelab.export.marker import Whose
from imagelab.export.options import Options

_AT_ONCE = 1_000
_PARENTS = """
    SELECT DISTINCT i.asset FROM asset AS a JOIN input AS i ON i.generation = a.generation
    WHERE a.id IN (SELECT value FROM json_each(?)) AND i.asset IS NOT NULL
"""
_GENERATIONS = """
    SELECT DISTINCT generation FROM asset
    WHERE id IN (SELECT value FROM json_each(?)) AND generation IS NOT NULL
"""


def export_catalog(
    catalog: Catalog,
    original: Callable[[str], bytes],
    numbers: Sequence[int],
    dest: Path,
    whose: Whose,
    options: Options,
) -> Exported:
    """Write these assets, with everything they were made from, as a catalog that `il.open` takes.

    An earlier export that was worked in since is in the way, as any edited one.
    """
    wanted = with_ancestors(catalog, numbers)
    made_by = set(_looked_up(catalog, _GENERATIONS, sorted(wanted)))
    left_out: Counter[str] = Counter()

    def bytes_of(sha256: str) -> bytes | None:
        try:
            return original(sha256)
        except CatalogError as error:  # it is counted as one that is not there
            if isinstance(error, OffloadedError) and not error.lost:
                raise
            return None

    def make(path: Path) -> None:
        part = open_catalog(path, catalog.mode)
        try:
            source = Source(catalog, bytes_of, wanted, made_by, options.money)
            take_in(part, source, path, left_out)
        finally:
            part.close()

    write_file(dest, whose, options, make, lambda: _alone(dest))
    kept = {why: count for why, count in sorted(left_out.items()) if count}
    return Exported(dest, CATALOG, len(wanted), {}, kept)


def with_ancestors(reads: Reads, numbers: Collection[int]) -> set[int]:
    """The same assets and all that they were made from."""
    known, waiting = set(numbers), sorted(numbers)
    while waiting:
        waiting = sorted(set(_looked_up(reads, _PARENTS, waiting)) - known)
        known.update(waiting)
    return known


def _looked_up(reads: Reads, sql: str, numbers: Sequence[int]) -> Iterator[int]:
    for start in range(0, len(numbers), _AT_ONCE):
        with reads.reading() as db:
            found = rows(db, sql, json.dumps(numbers[start : start + _AT_ONCE]))
        yield from (row[0] for row in found)


def _alone(dest: Path) -> AbstractContextManager[None]:
    """Nobody is in the catalog that is there, also in this process."""
    return Locks(dest).writing() if dest.is_file() else nullcontext()
