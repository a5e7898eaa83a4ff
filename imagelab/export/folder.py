"""The folder a dataset is written into: plain names only, each file's hash noted, all of it synced."""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from imagelab.errors import RequestError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}(?<!\.)")
_THREADS, _MOST_WAITING = 8, 64
_MOST_UNSYNCED = 16_000_000  # bytes of one file: the disk begins with a large one before its end


class Folder:
    """New files below a folder; `files` are their names and the hashes of what was written."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.files: dict[str, str] = {}
        self._open: list[Noting] = []
        # A disk syncs several files at once in little more time than one, and meanwhile the next
        # are read.
        self._pool = ThreadPoolExecutor(_THREADS, "imagelab-sync")
        self._syncing: deque[Future[None]] = deque()

    def write(self, name: str, data: bytes, sha256: str | None = None) -> None:
        """A whole file; a name that is there already, or leads elsewhere, is an error.

        `sha256` is the hash of these bytes, where the caller has just held them against it.
        """
        if sha256 is None:
            with self.opened(name) as file:
                file.write(data)
            return
        with self._new(name).open("xb") as plain:
            plain.write(data)
        self._ended(name, sha256)

    @contextmanager
    def opened(self, name: str) -> Iterator[Noting]:
        """A file to be written bit by bit."""
        noting = self.begun(name)
        try:
            yield noting
        finally:
            self.ended(name, noting)

    def begun(self, name: str) -> Noting:
        """A file that stays open, until `ended` has its name."""
        path = self._new(name)
        noting = Noting(path.open("xb"), lambda: self._sync_soon(path))
        self._open.append(noting)
        return noting

    def ended(self, name: str, file: Noting) -> None:
        """Close a file that was begun."""
        file.close()
        self._open.remove(file)
        self._ended(name, file.sha256)

    def close(self) -> None:
        """Close what is still open where something went wrong."""
        for file in self._open:
            file.close()
        self._pool.shutdown(cancel_futures=True)

    def sync(self) -> None:
        """Have everything on the disk, so that a rename can follow."""
        while self._syncing:
            self._syncing.popleft().result()
        for top, _, _ in os.walk(self._root):
            _sync(Path(top))

    def _new(self, name: str) -> Path:
        path = self._root / _inside(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _ended(self, name: str, sha256: str) -> None:
        """Have a file synced soon; what is not on the disk yet stays little."""
        self.files[name] = sha256
        self._sync_soon(self._root / name)

    def _sync_soon(self, path: Path) -> None:
        self._syncing.append(self._pool.submit(_sync, path))
        while len(self._syncing) > _MOST_WAITING or (self._syncing and self._syncing[0].done()):
            self._syncing.popleft().result()


class Noting:
    """A file being written, with the hash of what it has so far; `full` is called now and then."""

    def __init__(self, file: BinaryIO, full: Callable[[], None]) -> None:
        self._file, self._hash = file, hashlib.sha256()
        self._full, self._since = full, 0

    @property
    def sha256(self) -> str:
        """The hash of everything written."""
        return self._hash.hexdigest()

    @property
    def closed(self) -> bool:
        """Whether it is."""
        return self._file.closed

    def flush(self) -> None:
        """Hand on what is held back."""
        self._file.flush()

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self._hash.update(data)
        written = self._file.write(data)
        self._since += written
        if self._since > _MOST_UNSYNCED:
            self._file.flush()
            self._full()
            self._since = 0
        return written

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _inside(name: str) -> str:
    parts = name.split("/")
    if not all(_NAME.fullmatch(part) for part in parts):
        raise RequestError(f"{name!r} is not a name that a dataset's file can have")
    return name


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
