"""Adding pictures from elsewhere: read and hashed by several threads, kept a few at a time.

A transaction holds what was read before it began, and is kept so short that nobody waits
for it. Whatever ends it early, the same again goes on: what is here is known by its content.
"""

from __future__ import annotations

import concurrent.futures
import glob
import html
import os
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from PIL import Image

from imagelab import killpoints
from imagelab.catalog import brought, offloads
from imagelab.catalog.brought import Arrived
from imagelab.domain.text import counted
from imagelab.errors import InputImageError, RequestError
from imagelab.export.read_sets import TABLES
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.imaging.accept import read_image
from imagelab.jobs.progress import Sight, progress
from imagelab.lab.added import Added
from imagelab.lab.adding_leads import Broken, Found, Lead, Search
from imagelab.lab.adding_stories import arrived
from imagelab.lab.engine import Engine

_THREADS = 4  # they read and hash, for which Python lets go of the interpreter
_MOST_IN_FLIGHT, _MOST_FILES = 64_000_000, 256
# Of a transaction: so much is written in a third of the time that others may be held up.
_BATCH_BYTES, _BATCH_ROWS = 8_000_000, 100


Kept: TypeAlias = tuple[int, bool, str]  # an asset's number, whether it is new, its hash
Flying: TypeAlias = deque[tuple["concurrent.futures.Future[Arrived | Broken | None]", int]]


def add(engine: Engine, backing: Backing, source: object, *, recursive: bool, copy: bool) -> Added:
    """Add what `source` is or holds; RequestError or InputImageError where that is nothing."""
    adding = _Adding(engine, copy)
    for one in source if isinstance(source, list | tuple) else (source,):
        adding.take(one, recursive=recursive)
    return adding.done(backing)


@dataclass
class _Adding:
    """What was found so far, and the batch that waits to be written."""

    engine: Engine
    copy: bool
    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    batch: list[Arrived] = field(default_factory=list)
    batch_bytes: int = 0
    writing: concurrent.futures.Future[list[Kept]] | None = None

    def take(self, source: object, *, recursive: bool) -> None:
        """One source of several, or the only one."""
        if isinstance(source, str | os.PathLike) and not str(source).startswith("data:"):
            self._take_path(os.fspath(source), recursive=recursive)
            return
        if isinstance(source, Assets):
            raise RequestError(f"{source!r} is in a catalog already; export it, and add that")
        if not self.copy:
            raise RequestError(
                f"copy=False leaves files where they lie, and {type(source).__name__} is no file; name a "
                "file, a folder or a glob, or leave copy away"
            )
        called = "the PIL image" if isinstance(source, Image.Image) else "what was given"
        ready = arrived(Lead(called, data=read_image(source)), lambda _: None)
        self._only(ready, called)

    def done(self, backing: Backing) -> Added:
        """Everything written; small pictures follow."""
        self._write()
        self._written()
        for sha256 in self.hashes:
            self.engine.looker.look_later(sha256)
        return Added(backing, self.new, self.known, self.broken)

    def _take_path(self, given: str | bytes, *, recursive: bool) -> None:
        text = os.fsdecode(given)
        if "://" in text[:12]:
            raise RequestError(
                f"{text[:80]!r} is an address; download it and add the file, or give it as images="
            )
        path = Path(text).expanduser()
        if path.is_dir():
            search = Search(path, recursive=recursive)
            self._take_all(search, search.found(), path.name)
        elif path.exists():
            self._take_file(path)
        elif glob.has_magic(text):
            self._take_glob(text, path, recursive=recursive)
        else:
            raise RequestError(
                f"there is nothing at {str(path)!r}; name a file, a folder or a glob"
            )

    def _take_file(self, path: Path) -> None:
        """A file by itself; one that holds many is read as a folder with it alone would be."""
        path = path.resolve()
        search = Search(path.parent, recursive=False)
        suffix = path.suffix.lower()
        if suffix in TABLES:
            self._take_all(search, search.rows_alone(path), path.name)
        elif suffix in (".parquet", ".tar"):
            self._take_all(search, search.in_folder(path.parent, [path]), path.name)
        else:
            side = next(
                (s for end in (".txt", ".caption") if (s := path.with_suffix(end)).is_file()), None
            )
            lead = Lead(path.name, path, sidecar=side, root=str(path.parent))
            self._only(arrived(lead, search.loose, copy=self.copy), path.name)

    def _take_glob(self, text: str, path: Path, *, recursive: bool) -> None:
        """Files that fit; a pattern leads into no folder by a link."""
        search = Search(_fixed_part(path), recursive=recursive)
        # `**` of pathlib follows no links: two that lead upwards would never end.
        fitting = sorted(search.given.glob(str(path.absolute().relative_to(search.given))))
        if not fitting:
            raise RequestError(f"nothing fits {text!r}; name a file, a folder or a glob")
        self._take_all(search, _fitting(search, fitting), text)

    def _only(self, ready: Arrived | Broken | None, called: str) -> None:
        """The one picture that was named: what is wrong with it is an error."""
        if not isinstance(ready, Arrived):
            reason = ready.reason if ready else "it is no PNG, JPEG or WebP"
            raise InputImageError(f"{called} cannot be added: {reason}")
        self._collect(ready)

    def _take_all(self, search: Search, leads: Iterator[Found], called: str) -> None:
        """Read so many at a time, and keep them in the order in which they were found."""
        flying: Flying = deque()
        in_flight = 0
        pool = concurrent.futures.ThreadPoolExecutor(_THREADS, "imagelab-add")
        with closing(progress()) as shown:
            try:
                for lead in leads:
                    if isinstance(lead, Broken):
                        self.broken.append(lead)
                        continue
                    if lead.path is None and lead.data is None:
                        self._row_alone(lead)
                        continue
                    flying.append(
                        (pool.submit(arrived, lead, search.loose, copy=self.copy), lead.size)
                    )
                    in_flight += lead.size
                    while in_flight > _MOST_IN_FLIGHT or len(flying) > _MOST_FILES:
                        in_flight -= self._land(flying)
                    shown.show(lambda: _sight(called, self))
                while flying:
                    self._land(flying)
                    shown.show(lambda: _sight(called, self))
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _land(self, flying: Flying) -> int:
        future, size = flying.popleft()
        ready = future.result()
        if isinstance(ready, Broken):
            self.broken.append(ready)
        elif ready is not None:
            self._collect(ready)
        return size

    def _row_alone(self, lead: Lead) -> None:
        """A row without a picture: it is of one that is here, or nothing can be done with it."""
        sha256 = str((lead.row or {}).get("sha256"))
        with self.engine.catalog.reading() as db:
            found = brought.known(db, [sha256])
        if found:
            self.known += found.values()
        else:
            self.broken.append(Broken(lead.called, "its picture is neither there nor here"))

    def _collect(self, image: Arrived) -> None:
        self.batch.append(image)
        self.batch_bytes += len(image.blob.data)
        if self.batch_bytes >= _BATCH_BYTES or len(self.batch) >= _BATCH_ROWS:
            self._write()

    def _write(self) -> None:
        """Hand the batch to the writer, and read on meanwhile."""
        self._written()
        batch, self.batch, self.batch_bytes = self.batch, [], 0
        if batch:
            self.writing = self.engine.writer.do(lambda: _kept(self.engine, batch))

    def _written(self) -> None:
        """Wait for the batch before."""
        if self.writing is None:
            return
        kept, self.writing = self.writing.result(), None
        for number, is_new, sha256 in kept:
            (self.new if is_new else self.known).append(number)
            if is_new:
                self.hashes.append(sha256)


def _kept(engine: Engine, batch: list[Arrived]) -> list[Kept]:
    """Each with its number, whether it is new, and its hash; what is known needs no transaction."""
    with engine.catalog.reading() as db:
        hashes = [image.blob.sha256 for image in batch]
        there, loose = brought.known(db, hashes), offloads.any_loose(db, hashes)
    if not loose and all(image.blob.sha256 in there for image in batch):
        return [(there[image.blob.sha256], False, image.blob.sha256) for image in batch]

    kept = engine.writer.transaction(lambda db: _keep(db, batch))
    killpoints.reach("added")
    return [(*one, image.blob.sha256) for one, image in zip(kept, batch, strict=True)]


def _keep(db: sqlite3.Connection, batch: list[Arrived]) -> list[tuple[int, bool]]:
    kept = brought.keep(db, batch)
    killpoints.reach("adding")
    return kept


def _fixed_part(path: Path) -> Path:
    """The folder above the first part with a star."""
    whole = Path(*path.absolute().parts)
    while glob.has_magic(str(whole)):
        whole = whole.parent
    return whole


def _fitting(search: Search, paths: Iterable[Path]) -> Iterator[Found]:
    """The files that fit a pattern; the way to each has no link in it."""
    for path in paths:
        inside = path.relative_to(search.given)
        real = search.top / inside
        if os.path.realpath(real.parent) != str(real.parent):
            yield Broken(inside.as_posix(), "a link leads to it, and none is followed")
        elif not real.is_dir():
            yield from search.in_folder(real.parent, [real])


def _sight(called: str, adding: _Adding) -> Sight:
    here = len(adding.new) + len(adding.known) + len(adding.batch)
    broken = f", {len(adding.broken):,} not added" if adding.broken else ""
    line = f"adding {called}: {counted(here, 'image')}{broken}"
    return Sight(line, html.escape(line))
