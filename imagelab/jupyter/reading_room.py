"""The reading room: catalogs that pointers lead to, each opened once, closed when nobody reads it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagelab import clock
from imagelab.catalog import pointer as pointers
from imagelab.catalog.location import FOLDER
from imagelab.catalog.pages import Pages
from imagelab.catalog.reading import Reader, open_to_read
from imagelab.errors import CatalogBusyError, CatalogError
from imagelab.jobs.owner import may_live
from imagelab.jupyter.desk import NotServedError
from imagelab.jupyter.nearby import Nearby

CATALOGS_AT_ONCE = 4

# A file that took the place of another is another catalog.
_Identity = tuple[Path, int, int]


@dataclass(slots=True)
class _Kept:
    reader: Reader
    pages: Pages
    readers: int = 0
    used: float = 0.0


class ReadingRoom:
    """Catalogs open for reading, found by pointers in Jupyter's runtime folder, or beside notebooks.

    `root` is the server's: nothing outside is looked for. For any thread.
    """

    def __init__(self, runtime: Path, root: Path | None = None) -> None:
        self._folder = runtime / pointers.FOLDER
        self._nearby = Nearby(root)
        self._kept: dict[_Identity, _Kept] = {}  # the one not used for longest first
        self._lock = threading.Lock()

    def path(self, pointer: str) -> Path:
        """The catalog that a pointer leads to; NotServedError where it leads nowhere."""
        found = self._nearby.path(pointer) or pointers.read(self._folder, pointer)
        if found is None:
            raise NotServedError("no catalog goes by this pointer")
        return found

    def answer(self, pointer: str, name: str, asked: Mapping[str, Any]) -> bytes:
        """The parcel that answers a question; the errors of `Pages.answer`, and NotServedError."""
        with self._lent(self.path(pointer)) as pages:
            return pages.answer(name, asked).packed()

    def catalogs(self, notebook: str) -> list[dict[str, Any]]:
        """Those in the folders from a notebook's up to the root, the nearest first; then the others.

        `kernels` are those that have one open, by Jupyter's names.
        """
        words = pointers.words(self._folder, may_live)
        near = self._nearby.beside(notebook)
        told = [
            {
                "pointer": self._nearby.pointer(path),
                "name": path.name,
                "folder": folder or ".",
                "near": True,
                "kernels": [word.kernel for word in words if word.catalog == path],
            }
            for folder, path in near
        ]
        known = {path for _, path in near}
        others: dict[Path, dict[str, Any]] = {}
        for word in words:
            if word.catalog in known:
                continue
            one = others.setdefault(word.catalog, _announced(word))
            one["kernels"].append(word.kernel)
        return told + list(others.values())

    @property
    def has_open(self) -> bool:
        """Whether any catalog is open."""
        return bool(self._kept)

    def close_idle(self, seconds: float) -> None:
        """Close what nobody asked about for so long."""
        before = clock.monotonic() - seconds
        with self._lock:
            idle = [
                key for key, kept in self._kept.items() if not kept.readers and kept.used <= before
            ]
            closing = [self._kept.pop(key) for key in idle]
        _close(closing)

    @contextmanager
    def _lent(self, path: Path) -> Iterator[Pages]:
        key = _identity(path)
        kept = self._taken(key) or self._opened(key)
        try:
            yield kept.pages
        finally:
            self._put_back(kept)

    def _taken(self, key: _Identity) -> _Kept | None:
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None:
                kept.readers += 1
                self._kept[key] = kept
        return kept

    def _opened(self, key: _Identity) -> _Kept:
        """Opened outside the lock, as it may wait for a writer; the first of two that do is kept."""
        reader = _opened_to_read(key[0])
        with self._lock:
            kept = self._kept.setdefault(key, _Kept(reader, Pages(reader, reader.path)))
            kept.readers += 1
            closing = self._surplus()
        _close(closing)
        if kept.reader is not reader:
            reader.close()
        return kept

    def _surplus(self) -> list[_Kept]:
        """Taken out, for there are more than there should be: those unused for longest."""
        idle = [key for key, kept in self._kept.items() if not kept.readers]
        return [self._kept.pop(key) for key in idle[: max(0, len(self._kept) - CATALOGS_AT_ONCE)]]

    def _put_back(self, kept: _Kept) -> None:
        with self._lock:
            kept.readers -= 1
            kept.used = clock.monotonic()


def _announced(word: pointers.Word) -> dict[str, Any]:
    """One that a kernel opened elsewhere; of its place the folder's name is told, and no more."""
    folder = word.catalog.parent
    named = folder.parent if folder.name == FOLDER else folder
    name = word.catalog.name
    told = {"pointer": word.pointer, "name": name, "folder": named.name, "near": False}
    return {**told, "kernels": []}


def _identity(path: Path) -> _Identity:
    try:
        found = path.stat()
    except OSError as error:
        raise NotServedError("the catalog of this pointer is gone") from error
    return path, found.st_dev, found.st_ino


def _opened_to_read(path: Path) -> Reader:
    try:
        return open_to_read(path)
    except CatalogBusyError:
        raise
    except CatalogError as error:  # another version's, perhaps: its kernel can read it
        raise NotServedError("the catalog of this pointer cannot be read here") from error


def _close(closing: list[_Kept]) -> None:
    for kept in closing:
        kept.reader.close()
