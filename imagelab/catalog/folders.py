"""Folders that are there after a power loss, like what will be kept in them."""

from __future__ import annotations

import contextlib
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


def _make(folder: Path, mode: int) -> None:
    if folder.is_dir():
        return
    _make(folder.parent, 0o777)
    folder.mkdir(mode=mode, exist_ok=True)
    try:
        sync(folder.parent)
    except OSError:  # so that whoever tries again does not take it for durable
        with contextlib.suppress(OSError):
            folder.rmdir()
        raise
