"""Pointers: how Jupyter's server learns which file a view means, without a path in any page.

A pointer is a file that only its owner can read, named by 128 random bits. The kernel that
opened the catalog writes it into a folder the server knows, and takes it away at the end.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from imagelab.domain.life import Owner

FOLDER = "imagelab"  # in Jupyter's runtime folder
_NAME = re.compile(r"[0-9a-f]{32}")
_MAX_BYTES = 65_536


def write(folder: Path, catalog: Path, owner: Owner) -> str:
    """Leave word of a catalog; the pointer to it. OSError where the folder does not allow it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pointer = secrets.token_hex(16)
    told = {"catalog": str(catalog.absolute()), **asdict(owner)}
    unfinished = folder / f".{pointer}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(unfinished, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file)
    unfinished.rename(_file(folder, pointer))
    return pointer


def read(folder: Path, pointer: str) -> Path | None:
    """The catalog that is pointed to; None for anything that is not plainly one of ours."""
    if not _NAME.fullmatch(pointer):
        return None
    told = _told(_file(folder, pointer))
    match told:
        case {"catalog": str(named)} if _is_catalog(Path(named)):
            return Path(named)
        case _:
            return None


def remove(folder: Path, pointer: str) -> None:
    """Take a pointer away; one that is gone already is no matter."""
    if _NAME.fullmatch(pointer):
        _file(folder, pointer).unlink(missing_ok=True)


def sweep(folder: Path, alive: Callable[[Owner], bool]) -> None:
    """Take away the pointers of processes that are gone."""
    for file in folder.glob("*.json"):
        if _NAME.fullmatch(file.stem) and not _is_owned(_told(file), alive):
            with contextlib.suppress(OSError):  # another process sweeps too
                file.unlink()


def _file(folder: Path, pointer: str) -> Path:
    return folder / f"{pointer}.json"


def _told(file: Path) -> dict[str, object]:
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


def _is_catalog(path: Path) -> bool:
    """Whether a catalog could be there; no link, whose lock files would be others."""
    try:
        return path.is_absolute() and stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):  # a name no file can have
        return False


def _is_owned(told: dict[str, object], alive: Callable[[Owner], bool]) -> bool:
    match told:
        case {"boot": str(boot), "pid": int(pid), "start": int(start)}:
            return alive(Owner(boot, pid, start))
        case _:
            return False
