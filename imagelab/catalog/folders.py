"""Folders and files that are there after a power loss, whole."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path


def make(folder: Path) -> None:
    """Make a folder that only its owner can read, and those above it, each durable; OSError."""
    _make(folder, 0o700)


def sync(folder: Path) -> None:
    """A new or changed name is durable only when the folder that holds it is."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except PermissionError:  # a folder may let us in, and not be read
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def aside(folder: Path, name: str, *parts: bytes) -> Path:
    """A file written and synced under a name that nobody reads yet, for `put` to give its own."""
    make(folder)
    path = folder / f"{name}.part"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        for part in parts:
            _write_all(descriptor, part)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return path


def put(written: Path, name: str) -> None:
    """Give a file that was written aside its own name, durably."""
    written.replace(written.with_name(name))
    sync(written.parent)


def write_at(path: Path, at: int, data: bytes, *, durable: bool) -> None:
    """Write bytes at a place of a file that grows, made at first; its name is not made durable."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.lseek(descriptor, at, os.SEEK_SET)
        _write_all(descriptor, data)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    """The system may take less than it is given, and says how much it took."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _make(folder: Path, mode: int) -> None:
    if folder.is_dir():
        return
    if folder.parent.exists() and not folder.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    _make(folder.parent, 0o777)
    folder.mkdir(mode=mode, exist_ok=True)
    try:
        sync(folder.parent)
    except OSError:  # so that whoever tries again does not take it for durable
        with contextlib.suppress(OSError):
            folder.rmdir()
        raise
