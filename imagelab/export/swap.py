"""One move by which what was written aside takes its place, and what was there leaves it."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_CWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2(2), RENAME_SWAP of macOS's renamex_np(2)


def put(written: Path, dest: Path) -> None:
    """Give `written` the name `dest`, durably; what had it before is gone then.

    A reader, also after a kill, finds the old or the new. Where the file system cannot
    exchange two names there is a moment between with neither: the old is then beside it,
    named as `set_aside` says.
    """
    if not dest.is_dir():  # a file is replaced by a rename, and nothing by anything
        written.replace(dest)
    elif _exchanged(written, dest):
        shutil.rmtree(written)
    else:
        old = set_aside(dest)
        dest.rename(old)
        written.rename(dest)
        shutil.rmtree(old)
    sync_names(dest.parent)


def set_aside(dest: Path) -> Path:
    """Where what stood at `dest` is for that moment."""
    return dest.with_name(f".{dest.name}.imagelab-old")


def restore(dest: Path) -> None:
    """Put back what a kill in that moment left."""
    old = set_aside(dest)
    if old.is_dir() and not dest.exists():
        old.rename(dest)
    elif old.is_dir():
        shutil.rmtree(old)


def sync_names(folder: Path) -> None:
    """Names are durable when the folder that holds them is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchanged(a: Path, b: Path) -> bool:
    """Whether the system has exchanged the two names; Python has no word for it."""
    system = ctypes.CDLL(None, use_errno=True)
    one, other = os.fsencode(a), os.fsencode(b)
    try:
        if sys.platform == "darwin":
            return bool(system.renamex_np(one, other, _EXCHANGE) == 0)
        return bool(system.renameat2(_AT_CWD, one, _AT_CWD, other, _EXCHANGE) == 0)
    except AttributeError:  # an older C library
        return False
