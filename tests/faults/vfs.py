"""A SQLite VFS that tells of every write, by ctypes, in the very library that `sqlite3` uses.

The default VFS is copied with `xOpen` and `xDelete` of our own; each file that is opened gets a
copy of its methods with `xWrite`, `xTruncate` and `xSync` of our own. They ask the watcher, call
the original, and tell. For a process of its own: it cannot be taken out again.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import os
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any

from tests.faults.operations import Kind, Operation, Watcher, watched

_OK, _FULL, _CANTOPEN = 0, 13, 14
_FAILED: dict[Kind, int] = {  # SQLITE_IOERR with what it was
    "write": 10 | 3 << 8,
    "truncate": 10 | 6 << 8,
    "sync": 10 | 4 << 8,
    "delete": 10 | 10 << 8,
    "sync_folder": 10 | 5 << 8,
    "create": _CANTOPEN,
}
_OPEN_CREATE = 0x4

_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
        ("others", c_void_p * 14),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("iVersion", c_int),
        ("xClose", c_void_p),
        ("xRead", c_void_p),
        ("xWrite", c_void_p),
        ("xTruncate", c_void_p),
        ("xSync", c_void_p),
        ("others", c_void_p * 13),
    )


def why_not() -> str:
    """Why there is no such VFS here; empty where there is."""
    try:
        _library().sqlite3_vfs_find(None)
    except (AttributeError, OSError) as error:
        return f"SQLite's library cannot be reached from Python here: {error}"
    return ""


def install(watcher: Watcher) -> None:
    """From now on, in this process, the watcher sees what SQLite does below its root."""
    library = _library()
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    shim = _Shim(watcher, library.sqlite3_vfs_find(None).contents)
    if library.sqlite3_vfs_register(ctypes.byref(shim.vfs), 1) != _OK:
        raise OSError("SQLite did not take the VFS")
    _kept.append(shim)


def _library() -> ctypes.CDLL:
    # Through the extension module itself, whose symbols are those it was linked with.
    return ctypes.CDLL(_sqlite3.__file__)


_kept: list[object] = []  # what C points to must not be collected


class _Shim:
    """The copy of the default VFS, and the files that were opened through it."""

    def __init__(self, watcher: Watcher, original: _Vfs) -> None:
        self._watcher = watcher
        self._original_open = _Open(original.xOpen)
        self._original_delete = _Delete(original.xDelete)
        self._callbacks = (_Open(self._open), _Delete(self._delete))
        self._files: dict[int, _File] = {}  # by address, which the next file there takes over
        self.vfs = _Vfs.from_buffer_copy(original)
        self.vfs.zName = b"watched"
        self.vfs.xOpen, self.vfs.xDelete = map(_address, self._callbacks)

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:
        path = os.fsdecode(ctypes.string_at(name)) if name else ""
        ours = bool(path) and watched(self._watcher, path)
        made = Operation("create", path)
        new = ours and bool(flags & _OPEN_CREATE) and not Path(path).exists()
        if new and self._watcher.ask(made):
            return _CANTOPEN
        result = self._original_open(vfs, name, file, flags, out)
        if result == _OK and ours:
            self._files[file] = _File(self._watcher, path, file, new=new)
            if new:
                self._watcher.done(made)
        return int(result)

    def _delete(self, vfs: int, name: bytes, sync_folder: int) -> int:
        path = os.fsdecode(name)
        if not watched(self._watcher, path) or not Path(path).exists():
            return int(self._original_delete(vfs, name, sync_folder))
        gone, synced = Operation("delete", path), _folder_of(path)
        if self._watcher.ask(gone):
            return _FAILED["delete"]
        kept_back = bool(sync_folder) and self._watcher.ask(synced)
        result = int(self._original_delete(vfs, name, 0 if kept_back else sync_folder))
        if result == _OK:
            self._watcher.done(gone)
            if kept_back:
                return _FAILED["sync_folder"]
            if sync_folder:
                self._watcher.done(synced)
        return result


class _File:
    """One open file with methods of our own; a new one has its folder synced at its first sync."""

    def __init__(self, watcher: Watcher, path: str, address: int, *, new: bool) -> None:
        self._watcher, self._path, self._new = watcher, path, new
        place = ctypes.cast(address, POINTER(c_void_p))
        original = _Methods.from_address(place[0] or 0)
        self._original_write = _Write(original.xWrite)
        self._original_truncate = _Truncate(original.xTruncate)
        self._original_sync = _Sync(original.xSync)
        self._callbacks = (_Write(self._write), _Truncate(self._truncate), _Sync(self._sync))
        self._methods = _Methods.from_buffer_copy(original)
        methods = map(_address, self._callbacks)
        self._methods.xWrite, self._methods.xTruncate, self._methods.xSync = methods
        place[0] = ctypes.addressof(self._methods)

    def _write(self, file: int, data: int, amount: int, offset: int) -> int:
        written = Operation("write", self._path, offset, ctypes.string_at(data, amount))
        failed = self._watcher.ask(written)
        if failed:  # half of it gets there, as on a disk that fills up
            self._original_write(file, data, amount // 2, offset)
            return _FULL if failed == errno.ENOSPC else _FAILED["write"]
        return self._told(self._original_write(file, data, amount, offset), written)

    def _truncate(self, file: int, length: int) -> int:
        cut = Operation("truncate", self._path, length)
        if self._watcher.ask(cut):
            return _FAILED["truncate"]
        return self._told(self._original_truncate(file, length), cut)

    def _sync(self, file: int, flags: int) -> int:
        synced = Operation("sync", self._path)
        if self._watcher.ask(synced):
            return _FAILED["sync"]
        result = self._told(self._original_sync(file, flags), synced)
        if result == _OK and self._new:
            self._new = False
            self._watcher.done(_folder_of(self._path))
        return result

    def _told(self, result: int, operation: Operation) -> int:
        if result == _OK:
            self._watcher.done(operation)
        return int(result)


def _folder_of(path: str) -> Operation:
    return Operation("sync_folder", str(Path(path).parent))


def _address(callback: Callable[..., int]) -> int:
    return ctypes.cast(callback, c_void_p).value or 0  # type: ignore[arg-type] # a C function
