"""Catalogs near a notebook: the `.imagelab/` of its folder, and of those above it inside the root.

The path comes from a page, so it opens nothing: each folder is listed, and only names that
the file system gave are gone into. Links are not followed, and what belongs to somebody else,
or could be changed by anybody, is left alone.
"""

from __future__ import annotations

import os
import secrets
import stat
import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from imagelab.catalog.location import FOLDER, NAMES

MOST_LISTED = 50_000  # of one folder; in a larger one its subfolders may be missed
_DEEPEST = 64
_WRITABLE_BY_ANYBODY = 0o002


class Nearby:
    """Finds catalogs inside one root, and gives each a pointer that is good while the server runs."""

    def __init__(self, root: Path | None) -> None:
        self._root = root.resolve() if root else None
        self._paths: dict[str, Path] = {}
        self._pointers: dict[Path, str] = {}
        self._lock = threading.Lock()

    def beside(self, notebook: str) -> list[tuple[str, Path]]:
        """The catalogs of each folder from the notebook's upwards, with that folder inside the root."""
        if self._root is None:
            return []
        folders = [self._root]
        for name in notebook.split("/")[:-1][:_DEEPEST]:
            inner = _inner(folders[-1], name) if name else folders[-1]
            if inner is None:
                break
            folders.append(inner)
        unique = dict.fromkeys(reversed(folders))
        return [
            (_within(folder, self._root), path) for folder in unique for path in _catalogs(folder)
        ]

    def pointer(self, path: Path) -> str:
        """The pointer to one of those; the same each time."""
        with self._lock:
            if path not in self._pointers:
                given = secrets.token_hex(16)
                self._pointers[path], self._paths[given] = given, path
            return self._pointers[path]

    def path(self, pointer: str) -> Path | None:
        """Where a pointer of this server leads, while that is still ours; None for any other."""
        path = self._paths.get(pointer)
        return path if path and _is_ours(path, stat.S_ISREG) else None


def _inner(folder: Path, name: str) -> Path | None:
    """The folder of this name in another one, as the file system lists it."""
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, MOST_LISTED):
                if entry.name == name and entry.is_dir(follow_symlinks=False):
                    return Path(entry.path)
    except OSError:  # unreadable, or gone meanwhile
        return None
    return None


def _catalogs(folder: Path) -> list[Path]:
    """Real before sandbox, as `il.open()` prefers."""
    kept = folder / FOLDER
    if not _is_ours(kept, stat.S_ISDIR):
        return []
    return [kept / name for name in NAMES.values() if _is_ours(kept / name, stat.S_ISREG)]


def _is_ours(path: Path, is_kind: Callable[[int], bool]) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    alone = not stat.S_IMODE(found.st_mode) & _WRITABLE_BY_ANYBODY
    return is_kind(found.st_mode) and found.st_uid == os.geteuid() and alone


def _within(folder: Path, root: Path) -> str:
    told = folder.relative_to(root).as_posix()
    return "" if told == "." else told
