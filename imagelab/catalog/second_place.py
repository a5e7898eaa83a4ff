"""A second place for what was paid for: the system's temporary folder, often another disk.

It is read only where nobody else could have written there, for a reply is believed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path


def second_place(folder: Path) -> Path:
    """Where replies go that a folder beside a catalog does not take; it need not be there."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
    return Path(tempfile.gettempdir()) / f"imagelab-{os.getuid()}" / name


def places(folder: Path) -> list[Path]:
    """The folder, and its second place if there is one and it is ours alone."""
    second = second_place(folder)
    return [folder, second] if _is_ours(second.parent) and second.is_dir() else [folder]


def make_private(second: Path) -> None:
    """Make the folder that holds all second places; PermissionError if somebody else has."""
    second.parent.mkdir(mode=0o700, exist_ok=True)
    if not _is_ours(second.parent):
        raise PermissionError(f"{second.parent} can be written to by others")


def _is_ours(folder: Path) -> bool:
    """A folder, no link, of this user, that nobody else may write to."""
    try:
        told = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(told.st_mode) and told.st_uid == os.getuid() and not told.st_mode & 0o022
