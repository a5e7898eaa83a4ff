"""Moving originals out of the catalog's file and back, each seen to be there before it goes here.

An original is written to the store, read back and held against its hash; only then do its
bytes go here, in a transaction that looks once more whether anybody needs them. Whatever ends
it early, the same again goes on. What is taken back stays in the store too, where a backup or
another catalog may look for it.
"""

from __future__ import annotations

import concurrent.futures
import html
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeVar

from imagelab import killpoints
from imagelab.catalog import blobs, offloads, trash
from imagelab.catalog.offloads import Here, Named
from imagelab.domain.frozen import frozen
from imagelab.domain.markup import report
from imagelab.domain.place import Place, shown
from imagelab.domain.text import counted, file_size
from imagelab.errors import CatalogError, OffloadedError
from imagelab.jobs.progress import Sight, progress
from imagelab.lab.engine import Engine
from imagelab.lab.stores import Store, address, fetched, name_of, store_at

_THREADS = 8  # they wait for the store, most of the time
_MOST_BYTES, _MOST_ROWS = 32_000_000, 100  # in flight at once, and of one step
_AT_ONCE_BYTES = 4_000_000  # of originals that are written back in one transaction
_NEEDED = "masks, and inputs of requests that may have to be sent again"
_ALTERED = "not as they came; lab.verify(deep=True) says more"
_LYING = "where they lie, as added with copy=False; lab.add(…) of them copies them in"
_LOST = "not in the store as they were; they stay noted there"

One = TypeVar("One")
Did = TypeVar("Did")


@frozen
class Offloaded:
    """What was moved, and where to; `url` is None where originals were taken back into the file.

    `freed` is by how much the file shrank. `left` counts what was not moved, by why.
    """

    url: str | None
    moved: int = 0
    size_bytes: int = 0
    freed: int = 0
    left: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a person reads it."""
        where = "back into the catalog" if self.url is None else f"to {shown(self.url)}"
        said = f"moved {counted(self.moved, 'original')} ({file_size(self.size_bytes)}) {where}"
        parts = [said if self.moved else f"nothing to move {where}"]
        parts += [f"the file shrank by {file_size(self.freed)}"] if self.freed > 0 else []
        parts += [f"{n:,} × left: {why}" for why, n in sorted(self.left.items())]
        return "; ".join(parts)

    def __repr__(self) -> str:
        return f"Offloaded({self})"

    def _repr_html_(self) -> str:
        return report(str(self))


def offload(engine: Engine, to: object) -> Offloaded:
    """Move what may go to the store that is named; with None, take everything that went back."""
    return _taken_back(engine) if to is None else _moved(engine, address(to))


def _moved(engine: Engine, url: str) -> Offloaded:
    store = store_at(url)
    _look_at_all(engine)
    number = engine.writer.transaction(lambda db: offloads.store(db, "moved", url))
    found = offloads.here(engine.catalog)
    movable = [one for one in found if not one.needed]
    done, altered, was = Tally(), 0, engine.catalog.path.stat().st_size
    with closing(progress()) as watched:
        for part in _parts(movable, lambda one: one.size_bytes):
            put = _at_once(lambda one: _put(engine, store, one), part)
            there = [(one.blob, name) for one, name in zip(part, put, strict=True) if name]
            altered += len(part) - len(there)
            killpoints.reach("offloaded")
            gone = _let_go(engine, number, there)
            done.add([one.size_bytes for one in part if one.blob in gone])
            watched.show(lambda: _sight("moving originals", done.count, len(movable)))
    trash.give_back(engine.catalog)
    left = {_NEEDED: len(found) - len(movable), _ALTERED: altered, _LYING: _lying(engine)}
    freed = was - engine.catalog.path.stat().st_size
    return Offloaded(url, done.count, done.size_bytes, freed, _counted(left))


def _taken_back(engine: Engine) -> Offloaded:
    every = offloads.places(engine.catalog, "moved")
    done, lost = Tally(), 0
    with closing(progress()) as watched:
        for part in _parts(every, lambda one: one[1].size_bytes):
            came = _at_once(lambda one: _got(one[1]), part)
            good = [
                (blob, data) for (blob, _), data in zip(part, came, strict=True) if data is not None
            ]
            lost += len(part) - len(good)
            done.add(_brought(engine, good))
            watched.show(lambda: _sight("taking originals back", done.count, len(every)))
    left = {_LOST: lost, _LYING: _lying(engine)}
    return Offloaded(None, done.count, done.size_bytes, 0, _counted(left))


def _lying(engine: Engine) -> int:
    return len(offloads.places(engine.catalog, "left"))


def _look_at_all(engine: Engine) -> None:
    """What stays is made first: small pictures, and how everything looks."""
    engine.writer.do(int).result()
    engine.looker.catch_up()
    engine.looker.wait()


def _put(engine: Engine, store: Store, one: Here) -> str | None:
    """What it is called in the store, where it is now as it should be; None if it is not so here."""
    try:
        with engine.catalog.reading() as db:
            data = blobs.read(db, one.sha256)
    except CatalogError:
        return None
    name = name_of(one.sha256, one.format)
    store.put(name, data)
    if store.get(name, len(data)) != data:
        raise OffloadedError(
            f"{name!r} did not come back from the store as it was written, so that nothing more was "
            "deleted here; see to that disk, then repeat it"
        )
    return name


def _let_go(engine: Engine, store: int, there: Named) -> set[int]:
    """Those whose bytes are here no more; a transaction that takes long is followed by another."""
    gone, left = set[int](), there
    while left:
        with engine.catalog.writing() as db:
            done, left = offloads.let_go(db, store, left)
            killpoints.reach("offloading")
        gone.update(done)
    return gone


def _got(place: Place) -> bytes | None:
    try:
        return fetched(place)
    except OffloadedError as error:
        if error.lost:  # the others may be there
            return None
        raise


def _brought(engine: Engine, good: Sequence[tuple[int, bytes]]) -> list[int]:
    """Write originals back, a few at a time; how many bytes each has."""
    sizes = []
    for part in _parts(good, lambda one: len(one[1]), _AT_ONCE_BYTES):
        with engine.catalog.writing() as db:
            sizes += [len(data) for blob, data in part if offloads.bring(db, blob, data)]
            killpoints.reach("bringing")
    return sizes


def _at_once(act: Callable[[One], Did], ones: Sequence[One]) -> list[Did]:
    """What comes of each, several at a time; the first error ends it, once all have ended."""
    with concurrent.futures.ThreadPoolExecutor(_THREADS, "imagelab-store") as pool:
        return list(pool.map(act, ones))


def _parts(
    ones: Sequence[One], size: Callable[[One], int], most: int = _MOST_BYTES
) -> Iterator[list[One]]:
    part: list[One] = []
    there = 0
    for one in ones:
        if part and (there + size(one) > most or len(part) >= _MOST_ROWS):
            yield part
            part, there = [], 0
        part.append(one)
        there += size(one)
    if part:
        yield part


def _counted(left: dict[str, int]) -> dict[str, int]:
    return {why: count for why, count in left.items() if count}


def _sight(doing: str, done: int, count: int) -> Sight:
    line = f"{doing}: {done:,} of {count:,}"
    return Sight(line, html.escape(line))


@dataclass(slots=True)
class Tally:
    """How many were moved so far, and of how many bytes."""

    count: int = 0
    size_bytes: int = 0

    def add(self, sizes: Sequence[int]) -> None:
        """Some more, by their sizes."""
        self.count += len(sizes)
        self.size_bytes += sum(sizes)
