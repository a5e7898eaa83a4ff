"""Taking in another catalog, from the lab's side: which file is meant, and small pictures after."""

from __future__ import annotations

import os
from pathlib import Path

from imagelab.catalog.merge import Merged, merge
from imagelab.errors import RequestError
from imagelab.lab.engine import Engine


def take_in(engine: Engine, other: object) -> Merged:
    """Merge the catalog that `other` names; originals without a small picture get one."""
    merged = merge(engine.catalog, file_of(other))
    if merged.originals:
        engine.looker.catch_up()
    return merged


def file_of(other: object) -> Path:
    """The file that is meant: a folder's catalog is the one that lies in it, or in its .imagelab/.

    RequestError for what names none, or several.
    """
    if not isinstance(other, str | os.PathLike) or not str(other):
        raise RequestError(f"other={other!r} is not a path; name the file of a catalog")
    path = Path(os.fspath(other)).expanduser().absolute()
    if not path.is_dir():
        return path
    folders = (path, path / ".imagelab")
    names = ("catalog.db", "sandbox.db")
    found = [folder / name for folder in folders for name in names if (folder / name).is_file()]
    if len(found) != 1:
        told = "no catalog" if not found else f"{found[0].name} and {found[1].name}"
        raise RequestError(f"the folder {str(other)!r} has {told}; name the file of one")
    return found[0]
