"""The lab's own calls of the system, watched: what is staged beside the catalog, and its folders.

The functions of `os` are replaced, which pathlib calls too. For a process of its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.faults.operations import Operation, Watcher, watched


def install(watcher: Watcher) -> None:
    """From now on, in this process, the watcher sees our own calls below its root."""
    shim = _Calls(watcher)
    for name in ("open", "close", "write", "pwrite", "fsync", "replace", "unlink", "mkdir"):
        setattr(os, name, getattr(shim, name))
    os.rename = os.replace  # on the systems we know they are one


class _Calls:
    """The functions that stand in for those of `os`, by their names."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._opened: dict[int, str] = {}
        self._at: dict[int, int] = {}  # where the next write goes
        self._os = {name: getattr(os, name) for name in dir(os) if callable(getattr(os, name))}

    def open(self, path: Any, flags: int, *args: Any, **options: Any) -> int:
        named = self._ours(path)
        new = bool(named) and bool(flags & os.O_CREAT) and not Path(named).exists()
        if new:
            self._may(Operation("create", named))
        descriptor = int(self._os["open"](path, flags, *args, **options))
        self._opened.pop(descriptor, None)
        if named:
            self._opened[descriptor], self._at[descriptor] = named, 0
            if new:
                self._watcher.done(Operation("create", named))
            elif flags & os.O_TRUNC:
                self._watcher.done(Operation("truncate", named))
        return descriptor

    def close(self, descriptor: int) -> None:
        self._opened.pop(descriptor, None)
        self._os["close"](descriptor)

    def write(self, descriptor: int, data: Any) -> int:
        named = self._opened.get(descriptor)
        if named is None:
            return int(self._os["write"](descriptor, data))
        written = Operation("write", named, self._at[descriptor], bytes(data))
        self._may(written, descriptor)
        amount = int(self._os["write"](descriptor, data))
        self._watcher.done(Operation("write", named, written.offset, written.data[:amount]))
        self._at[descriptor] += amount
        return amount

    def pwrite(self, descriptor: int, data: Any, offset: int) -> int:
        named = self._opened.get(descriptor)
        if named is None:
            return int(self._os["pwrite"](descriptor, data, offset))
        written = Operation("write", named, offset, bytes(data))
        self._may(written)
        amount = int(self._os["pwrite"](descriptor, data, offset))
        self._watcher.done(Operation("write", named, offset, written.data[:amount]))
        return amount

    def fsync(self, descriptor: int) -> None:
        named = self._opened.get(descriptor)
        if named is None:
            self._os["fsync"](descriptor)
            return
        self._do(
            "fsync", Operation("sync_folder" if Path(named).is_dir() else "sync", named), descriptor
        )

    def replace(self, source: Any, target: Any, **options: Any) -> None:
        named = self._ours(target)
        moved = Operation("rename", self._ours(source), target=named) if named else None
        self._do("replace", moved, source, target, **options)

    def unlink(self, path: Any, **options: Any) -> None:
        named = self._ours(path)
        there = bool(named) and Path(named).exists()
        self._do("unlink", Operation("delete", named) if there else None, path, **options)

    def mkdir(self, path: Any, *args: Any, **options: Any) -> None:
        named = self._ours(path)
        new = bool(named) and not Path(named).exists()
        self._do("mkdir", Operation("mkdir", named) if new else None, path, *args, **options)

    def _do(self, name: str, operation: Operation | None, *args: Any, **options: Any) -> None:
        if operation is not None:
            self._may(operation)
        self._os[name](*args, **options)
        if operation is not None:
            self._watcher.done(operation)

    def _may(self, operation: Operation, descriptor: int | None = None) -> None:
        failed = self._watcher.ask(operation)
        if not failed:
            return
        if descriptor is not None:  # half of it gets there, as on a disk that fills up
            self._os["write"](descriptor, operation.data[: len(operation.data) // 2])
        raise OSError(failed, os.strerror(failed), operation.path)

    def _ours(self, path: Any) -> str:
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        named = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - a link stays as it is written
        if named == str(self._watcher.root):
            return named
        return named if watched(self._watcher, named) else ""
