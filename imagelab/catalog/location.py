"""Which file: where a catalog is looked for, and where a new one is made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from imagelab.catalog import folders
from imagelab.catalog.catalog import Mode
from imagelab.domain.frozen import frozen
from imagelab.errors import CatalogError, RequestError

FOLDER = ".imagelab"
VARIABLE = "IMAGELAB_CATALOG"
NAMES: dict[Mode, str] = {"real": "catalog.db", "sandbox": "sandbox.db"}


@frozen
class Location:
    """A catalog's path, and its mode; None follows the file that is there."""

    path: Path
    mode: Mode | None


def locate(path: object, sandbox: bool | None, *, any_key: Callable[[], bool]) -> Location:  # noqa: FBT001 - il.open's own word
    """The file that `il.open(path, sandbox=…)` means.

    `any_key` is asked where nothing else decides between real and sandbox.
    """
    mode: Mode | None = None if sandbox is None else "sandbox" if sandbox else "real"
    named = _named(path, mode)
    if named is not None and named.name != FOLDER:
        return Location(named, mode or (None if _has_content(named) else _by_keys(any_key)))
    folder = named or _nearest() or here() / FOLDER
    if mode is None:
        mode = _mode_there(folder) or _by_keys(any_key)
    return Location(folder / NAMES[mode], mode)


def here() -> Path:
    """The notebook's folder where Jupyter says which it is, else the working folder."""
    session = os.environ.get("JPY_SESSION_NAME", "")
    notebook = Path(session)
    return notebook.parent if notebook.is_absolute() and notebook.parent.is_dir() else Path.cwd()


def make_folder(folder: Path) -> None:
    """Make an `.imagelab/` that git leaves alone."""
    ignore = folder / ".gitignore"
    try:
        folders.make(folder)
        if folder.name == FOLDER and not ignore.exists():
            ignore.write_text("*\n")
    except OSError as error:
        raise CatalogError(
            f"the folder {str(folder)!r} cannot be made: {error.strerror}; name another place"
        ) from error


def _named(path: object, mode: Mode | None) -> Path | None:
    """The path given, absolute, so that a later change of folder changes nothing."""
    if path is None:
        variable = os.environ.get(VARIABLE)
        return Path(variable).expanduser().resolve() if variable and mode != "sandbox" else None
    if not isinstance(path, str | os.PathLike) or not str(path):
        raise RequestError(f"path={path!r} is not a path; name a file, such as 'catalog.db'")
    # A link would have lock files of its own, and two openers would not see each other.
    return Path(path).expanduser().resolve()


def _nearest() -> Path | None:
    start = here().resolve()
    return next((f / FOLDER for f in (start, *start.parents) if (f / FOLDER).is_dir()), None)


def _mode_there(folder: Path) -> Mode | None:
    modes: tuple[Mode, ...] = ("real", "sandbox")
    return next((m for m in modes if (folder / NAMES[m]).exists()), None)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _by_keys(any_key: Callable[[], bool]) -> Mode:
    return "real" if any_key() else "sandbox"
