"""The file by which an export is known as ours: of which catalog and query, and every file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.errors import RequestError

NAME = "imagelab-export.json"
_SCHEMA = 1
_MOST_BYTES = 500_000_000
# What a person may have edited is compared; the bulk of a dataset is taken by its names.
_WRITTEN_BY_HAND = {".md", ".txt", ".toml", ".yaml", ".json", ".jsonl", ".csv", ".db"}


@frozen
class Whose:
    """What makes an export the same one again: the catalog, what was asked of it, the format."""

    catalog: str
    query: str
    format: str


def written(whose: Whose, options: Mapping[str, Any], files: Mapping[str, str]) -> bytes:
    """The marker as bytes; equal exports have equal ones, so there is no moment in it."""
    said = {
        "imagelab_export": _SCHEMA,
        "catalog": whose.catalog,
        "query": whose.query,
        "format": whose.format,
        "options": dict(options),
        "files": dict(sorted(files.items())),
    }
    return json.dumps(said, ensure_ascii=True, indent=1).encode() + b"\n"


def check_place(dest: Path, marker: Path, whose: Whose, *, overwrite: bool) -> None:
    """Whether an export may take this place; RequestError says what is in the way.

    Free, an empty folder, or our own earlier export of the same query, as it was written.
    With `overwrite` also one of another query, and one that was edited; never anything else.
    """
    if dest.is_symlink():
        raise RequestError(f"{str(dest)!r} is a link; export to the place it leads to")
    if not dest.exists() or (dest.is_dir() and not any(dest.iterdir())):
        return
    known = _read(marker)
    if known is None:
        raise RequestError(
            f"{str(dest)!r} is there already and was not exported by imagelab; name another place"
        )
    foreign = _foreign(dest, marker, known)
    if foreign:
        raise RequestError(
            f"{str(dest)!r} holds {foreign!r}, which imagelab did not write; move it, or name "
            "another place"
        )
    theirs = Whose(*(str(known.get(name)) for name in ("catalog", "query", "format")))
    if not overwrite and theirs != whose:
        raise RequestError(
            f"{str(dest)!r} is an export of {theirs.query!r} as {theirs.format}"
            f"{'' if theirs.catalog == whose.catalog else ' from another catalog'}; name another "
            "place, or pass overwrite=True to replace it"
        )
    edited = None if overwrite else _edited(dest, known)
    if edited:
        raise RequestError(
            f"{edited!r} in {str(dest)!r} was changed since it was exported; name another place, "
            "or pass overwrite=True to replace it"
        )


def _read(marker: Path) -> dict[str, Any] | None:
    """What a marker of ours says; None for what is none."""
    try:
        if marker.is_symlink() or marker.stat().st_size > _MOST_BYTES:
            return None
        known = json.loads(marker.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(known, dict) and known.get("imagelab_export") == _SCHEMA
    return known if ours and isinstance(known.get("files"), dict) else None


def _foreign(dest: Path, marker: Path, known: Mapping[str, Any]) -> str | None:
    """A file in the folder that the marker does not name."""
    if not dest.is_dir():
        return None
    inside = (path for path in sorted(dest.rglob("*")) if not path.is_dir() or path.is_symlink())
    names = (path.relative_to(dest).as_posix() for path in inside if path != marker)
    return next((name for name in names if name not in known["files"]), None)


def _edited(dest: Path, known: Mapping[str, Any]) -> str | None:
    for name, sha256 in known["files"].items():
        path = dest / name if dest.is_dir() else dest
        written_by_hand = Path(name).suffix in _WRITTEN_BY_HAND
        if written_by_hand and path.is_file() and _hash(path) != sha256:
            return str(name)
    return None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
