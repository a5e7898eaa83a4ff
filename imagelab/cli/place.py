"""Which catalog a command means: the nearest, or the one that its options name."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from imagelab.catalog.location import VARIABLE, locate
from imagelab.errors import CatalogError

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no other name for it


def add_place(parser: argparse.ArgumentParser) -> None:
    """The two options by which a command is told which catalog it is about."""
    parser.add_argument(
        "--catalog", type=Path, metavar="FILE", help="the catalog's file (default: the nearest)"
    )
    parser.add_argument("--sandbox", action="store_true", help="the sandbox's catalog")


def place_of(said: argparse.Namespace) -> tuple[Path, bool | None]:
    """The catalog's file and its mode, as `il.open` takes them; CatalogError where none is."""
    sandbox = True if said.sandbox else None
    path = locate(said.catalog, sandbox, any_key=lambda: False).path
    if path.exists():
        return path, sandbox
    if said.catalog is not None:
        raise CatalogError(f"there is no catalog {str(said.catalog)!r}; --catalog names a file")
    if os.environ.get(VARIABLE) and not sandbox:
        raise CatalogError(f"there is no catalog {str(path)!r}, which ${VARIABLE} names")
    kind = "sandbox catalog" if sandbox else "catalog"
    raise CatalogError(
        f"there is no {kind} in this folder or above it; go to a folder with an .imagelab/, name "
        "one with --catalog, or run `imagelab demo`, which makes one to try"
    )
