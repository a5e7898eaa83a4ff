"""`imagelab search`: what a query finds, a line an image."""

from __future__ import annotations

from pathlib import Path

import imagelab as il
from imagelab.errors import CatalogError


def run_search(query: str, *, limit: int, catalog: Path | None, sandbox: bool | None) -> int:
    """Print the newest hits and how many there are; nothing is made where no catalog is."""
    if catalog is not None and not catalog.exists():
        raise CatalogError(f"there is no catalog {str(catalog)!r}")
    with il.open(catalog, sandbox=sandbox) as lab:
        found = lab.search(query)
        for asset in found[:limit]:
            print(asset)  # noqa: T201 - a command talks
        more = f", the first {limit}" if len(found) > limit else ""
        print(f"{len(found):,} found{more}")  # noqa: T201 - a command talks
    return 0
