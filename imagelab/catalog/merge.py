"""Takes another catalog in: what it has and this one has not, by uuid and by hash, in short steps.

Each step is a transaction that leaves the catalog whole, so that a run that was stopped has done
a part of it, and the next one does the rest. The same again changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from imagelab import clock, killpoints
from imagelab.catalog import (
    merge_annotations,
    merge_curation,
    merge_later,
    merge_read,
    merge_rest,
    offloads,
    schema,
)
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.merge_bundle import Bundle, Original
from imagelab.catalog.merge_curation import Conflict
from imagelab.catalog.merge_older import Older
from imagelab.catalog.merge_plan import Link, plan
from imagelab.catalog.merge_read import Source, of_generations, of_imports
from imagelab.catalog.merge_source import MOST_ORIGINAL_BYTES, Foreign
from imagelab.catalog.merge_values import Row
from imagelab.catalog.merge_write import Wrote, write
from imagelab.domain.frozen import frozen
from imagelab.domain.markup import report
from imagelab.domain.place import shown
from imagelab.domain.text import counted, file_size
from imagelab.errors import CatalogModeError, RequestError

# Generations in a transaction. Much of one is the same for a hundred as for a single one, so that
# fewer would have everybody wait more often and hardly shorter.
_FEWEST, _MOST = 100, 2_000
_MOST_BYTES = 8_000_000  # of new originals in one
_AT_ONCE_SECONDS = 0.06
_SUPPOSED_BYTES = 2_000_000
_MOST_TOLD = 5
_HERE = f"""
    SELECT sha256 FROM blob WHERE id NOT IN ({offloads.NOT_TO_BE_HAD})
    AND sha256 IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - constants

Check = Callable[[], None]


@frozen
class Merged:
    """What came from another catalog: how many, what was said in both, what was not good.

    `said` counts ratings, rejections, captions, notes and tags that changed here, `annotated` the
    values of columns that `lab.annotate` told of images and that changed here; `stores` how
    many originals came as rows alone, by the store in which they lie; `left_out` what could not
    be taken in, by why.
    """

    path: Path
    generations: int = 0
    assets: int = 0
    originals: int = 0
    size_bytes: int = 0
    said: int = 0
    batches: int = 0
    searches: int = 0
    judgements: int = 0
    presets: int = 0
    annotated: int = 0
    stores: Mapping[str, int] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        """Whether anything is here that was not."""
        came = (self.generations, self.assets, self.originals, self.said)
        return any(
            (*came, self.batches, self.searches, self.judgements, self.presets, self.annotated)
        )

    def __str__(self) -> str:
        """As a person reads it."""
        if self.changed:
            told = (
                f"{self.path.name}: {counted(self.generations, 'generation')} and "
                f"{counted(self.assets, 'asset')} came, with {counted(self.originals, 'original')} "
                f"({file_size(self.size_bytes)}), in {self.seconds:.1f} s"
            )
        else:
            told = f"{self.path.name}: nothing that is not here already"
        parts = [told]
        parts += [f"{counted(self.said, 'thing')} said of images changed"] if self.said else []
        if self.annotated:
            parts += [f"{counted(self.annotated, 'value')} of columns changed"]
        parts += [
            f"{counted(n, 'original')} lie in {shown(url)} and not here: if that is yours, "
            "lab.offload of it reads them"
            for url, n in self.stores.items()
        ]
        parts += [str(one) for one in self.conflicts[:_MOST_TOLD]]
        more = len(self.conflicts) - _MOST_TOLD
        parts += [f"and {more:,} more said in both: .conflicts"] if more > 0 else []
        parts += [f"{n:,} × left out: {why}" for why, n in self.left_out.items()]
        return "; ".join(parts)

    def __repr__(self) -> str:
        return f"Merged({self})"

    def _repr_html_(self) -> str:
        return report(str(self))


def merge(catalog: Catalog, path: Path, check: Check = lambda: None) -> Merged:
    """Take in the catalog at a path, which is opened as a stranger's and never written.

    Raises RequestError where there is none or it is this one, CatalogModeError where one is real and the
    other a sandbox, CatalogVersionError and CatalogError where it cannot be read at all; then
    nothing was changed. `check` is called between steps and may raise.
    """
    if path.exists() and path.samefile(catalog.path):
        raise RequestError(f"{str(path)!r} is this catalog itself; name the file of another one")
    left_out: Counter[str] = Counter()
    with ExitStack() as closing:
        foreign = Foreign(path)
        closing.callback(foreign.close)
        if foreign.mode != catalog.mode:
            raise CatalogModeError(
                f"{path.name} is a {foreign.mode} catalog and {catalog.path.name} is a "
                f"{catalog.mode} one; what was paid for and what was not are never mixed"
            )
        if foreign.version == schema.VERSION:
            return take_in(catalog, Source(foreign, foreign.original), path, left_out, check)
        older = Older(foreign, left_out)
        closing.callback(older.close)
        return take_in(catalog, Source(older, foreign.original), path, left_out, check)


def take_in(
    catalog: Catalog,
    source: Source,
    path: Path,
    left_out: Counter[str],
    check: Check = lambda: None,
) -> Merged:
    """Take in what a source has; of a part of it come no batches and no saved searches."""
    began = clock.monotonic()
    found = plan(catalog, source, left_out)
    taking = _Taking(catalog, source, found.cut, left_out, check)
    taking.all_of(found.imports, of_imports)
    taking.all_of([*found.new, *found.more], of_generations)
    whole = source.assets is None
    merge_later.take_stories(catalog, source, left_out)
    said, conflicts = merge_curation.settle(catalog, source, found.assets, taking.fresh, left_out)
    annotated, told_twice = merge_annotations.settle(catalog, source, left_out)
    return Merged(
        path,
        taking.generations,
        len(taking.fresh),
        taking.originals,
        taking.size_bytes,
        said,
        merge_rest.take_batches(catalog, source, left_out) if whole else 0,
        merge_rest.take_searches(catalog, source, left_out) if whole else 0,
        merge_later.take_judgements(catalog, source, left_out),
        merge_later.take_presets(catalog, source, left_out) if whole else 0,
        annotated,
        dict(taking.stores),
        (*conflicts, *told_twice),
        {why: count for why, count in sorted(left_out.items()) if count},
        clock.monotonic() - began,
    )


Reading = Callable[[Source, Sequence[int], Counter[str]], Bundle]


@dataclass(slots=True)
class _Taking:
    """The rows on their way, some at a time, in transactions so short that nobody waits."""

    catalog: Catalog
    source: Source
    cut: Collection[Link]
    left_out: Counter[str]
    check: Check
    generations: int = 0
    originals: int = 0
    size_bytes: int = 0
    fresh: set[int] = field(default_factory=set)
    stores: Counter[str] = field(default_factory=Counter)

    def all_of(self, numbers: Sequence[int], read: Reading) -> None:
        """Read and write them all; as many at once as the time of a transaction allows."""
        left, size = list(numbers), _FEWEST
        while left:
            self.check()
            part, left = left[:size], left[size:]
            seconds = self._some(part, read)
            fitting = int(len(part) * min(2.0, _AT_ONCE_SECONDS / seconds))
            size = min(_MOST, max(_FEWEST, fitting))

    def _some(self, part: Sequence[int], read: Reading) -> float:
        """Write some; in halves where their originals are many. The longest that a write took."""
        counts: Counter[str] = Counter()
        bundle = read(self.source, part, counts)
        said = self._missing(bundle, counts)
        size = sum(_supposed(row) for row in said.values())
        if size > _MOST_BYTES and len(part) > 1:
            half = len(part) // 2
            return max(self._some(part[:half], read), self._some(part[half:], read))
        self.left_out.update(counts)
        bundle.originals = self._originals(said)
        began = clock.monotonic()
        with self.catalog.writing() as db:
            self._count(write(db, bundle, self.cut, self.left_out))
            killpoints.reach("merging")
        took = clock.monotonic() - began
        killpoints.reach("merged")
        return took

    def _missing(self, bundle: Bundle, counts: Counter[str]) -> dict[str, Row]:
        """What is said of the originals of a bundle whose bytes are not here."""
        named = bundle.hashes
        with self.catalog.reading() as db:
            here = {row[0] for row in db.execute(_HERE, (json.dumps(sorted(named)),)).fetchall()}
        return merge_read.facts(self.source, named - here, counts)

    def _originals(self, said: Mapping[str, Row]) -> dict[str, Original]:
        """The new originals with their bytes, each hashed before anybody has to wait for it."""
        read = (merge_read.original(self.source, row, self.left_out) for row in said.values())
        return {one.sha256: one for one in read if one is not None}

    def _count(self, wrote: Wrote) -> None:
        self.generations += wrote.generations
        self.originals += wrote.originals
        self.size_bytes += wrote.size_bytes
        self.fresh.update(wrote.assets)
        self.stores.update(wrote.stores)


def _supposed(said: Row) -> int:
    """How many bytes an original may have, as far as its row is to be believed."""
    size = said["size_bytes"]
    return size if type(size) is int and 0 <= size < MOST_ORIGINAL_BYTES else _SUPPOSED_BYTES
