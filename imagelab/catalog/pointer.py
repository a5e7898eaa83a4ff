"""Pointers: how Jupyter's server learns which file a view means, without a path in any page.

A pointer is a file that only its owner can read, named by 128 random bits. The kernel that
opened the catalog writes it into a folder the server knows, and takes it away at the end.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from imagelab.catalog import private_files
from imagelab.domain.frozen import frozen
from imagelab.domain.life import Owner

FOLDER = "imagelab"  # in Jupyter's runtime folder
_NAME = re.compile(r"[0-9a-f]{32}")


@frozen
class Word:
    """What a pointer says: a catalog, and by which name Jupyter knows the kernel that opened it."""

    pointer: str
    catalog: Path
    kernel: str


def write(folder: Path, catalog: Path, owner: Owner, kernel: str = "") -> str:
    """Leave word of a catalog; the pointer to it. OSError where the folder does not allow it."""
    pointer = secrets.token_hex(16)
    told = {"catalog": str(catalog.absolute()), "kernel": kernel, **asdict(owner)}
    private_files.write(folder, f"{pointer}.json", told)
    return pointer


def read(folder: Path, pointer: str) -> Path | None:
    """The catalog that is pointed to; None for anything that is not plainly one of ours."""
    if not _NAME.fullmatch(pointer):
        return None
    told = private_files.read(_file(folder, pointer))
    match told:
        case {"catalog": str(named)} if _is_catalog(Path(named)):
            return Path(named)
        case _:
            return None


def words(folder: Path, alive: Callable[[Owner], bool]) -> list[Word]:
    """Every word that a living process has left, whoever asks."""
    found = []
    for file in sorted(folder.glob("*.json")):
        catalog = read(folder, file.stem)
        told = private_files.read(file)
        if catalog is not None and _is_owned(told, alive):
            found.append(Word(file.stem, catalog, str(told.get("kernel", ""))))
    return found


def remove(folder: Path, pointer: str) -> None:
    """Take a pointer away; one that is gone already is no matter."""
    if _NAME.fullmatch(pointer):
        _file(folder, pointer).unlink(missing_ok=True)


def sweep(folder: Path, alive: Callable[[Owner], bool]) -> None:
    """Take away the pointers of processes that are gone."""
    for file in folder.glob("*.json"):
        if _NAME.fullmatch(file.stem) and not _is_owned(private_files.read(file), alive):
            with contextlib.suppress(OSError):  # another process sweeps too
                file.unlink()


def _file(folder: Path, pointer: str) -> Path:
    return folder / f"{pointer}.json"


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
