"""Small files of JSON that are for their owner alone, written whole and believed only if they are."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

_MAX_BYTES = 65_536


def write(folder: Path, name: str, told: Mapping[str, object]) -> None:
    """Leave a file in a folder, in place of one of that name; OSError where that is not allowed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{secrets.token_hex(16)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(unfinished, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file)
    unfinished.replace(folder / name)


def read(file: Path) -> dict[str, object]:
    """What a file says that is ours alone; nothing where it is not, or says nothing."""
    try:
        # Neither a link nor a pipe: the one leads elsewhere, the other would wait.
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return {}
    with os.fdopen(opened, "rb") as kept:
        if not _is_private(os.fstat(opened)):
            return {}
        data = kept.read(_MAX_BYTES)
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_private(found: os.stat_result) -> bool:
    ours = found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
    return ours and stat.S_ISREG(found.st_mode)
