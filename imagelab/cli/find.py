"""`imagelab search`: what a query finds, a line an image."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout
from pathlib import Path

import imagelab as il
from imagelab.catalog.location import VARIABLE, locate
from imagelab.cli.table import clipped, table
from imagelab.cli.voice import columns, say_aside, say_lines
from imagelab.domain.cost_words import money
from imagelab.domain.text import one_line
from imagelab.errors import CatalogError
from imagelab.handles.asset import Asset

_FEWEST_OF_A_PROMPT = 20  # columns; below that it is no use, and the line may wrap


def run_search(query: str, *, limit: int, catalog: Path | None, sandbox: bool | None) -> int:
    """Print the first hits and how many there are; nothing is made where no catalog is.

    The hits go to stdout, what catalog they are from to stderr.
    """
    path = _there(catalog, sandbox)
    with redirect_stdout(io.StringIO()) as first_line:
        lab = il.open(path, sandbox=sandbox)
    with lab:
        say_aside(first_line.getvalue())
        found = lab.search(query)
        if len(found):
            say_lines(_table(list(found[:limit])))
        say_lines(_count(len(found), limit))
    return 0


def _there(catalog: Path | None, sandbox: bool | None) -> Path:  # noqa: FBT001 - il.open's own word
    """The catalog's file; CatalogError where there is none."""
    path = locate(catalog, sandbox, any_key=lambda: False).path
    if path.exists():
        return path
    if catalog is not None:
        raise CatalogError(f"there is no catalog {str(catalog)!r}; --catalog names a file")
    if os.environ.get(VARIABLE) and not sandbox:
        raise CatalogError(f"there is no catalog {str(path)!r}, which ${VARIABLE} names")
    kind = "sandbox catalog" if sandbox else "catalog"
    raise CatalogError(
        f"there is no {kind} in this folder or above it; go to a folder with an .imagelab/, name "
        "one with --catalog, or run `imagelab demo`, which makes one to try"
    )


def _table(assets: list[Asset]) -> str:
    rows = [_facts(asset) for asset in assets]
    facts = table((), rows, right=[0], indent=0).splitlines()
    width = max(len(line) for line in facts) + 2
    left = max(columns() - width, _FEWEST_OF_A_PROMPT)
    return "\n".join(
        f"{line:{width}}{clipped(_said(asset), left)}".rstrip()
        for line, asset in zip(facts, assets, strict=True)
    )


def _facts(asset: Asset) -> tuple[str, ...]:
    stars = "rejected" if asset.rejected else "★" * (asset.rating or 0)
    if asset.model is None:
        return f"#{asset.id}", stars, "imported", ""
    return f"#{asset.id}", stars, f"{asset.provider}/{asset.model}", money(asset.cost)


def _said(asset: Asset) -> str:
    return one_line(asset.caption or asset.prompt, 400)


def _count(found: int, limit: int) -> str:
    if found == 0:
        return "nothing found"
    more = f", the first {limit:,} shown; --limit shows more" if found > limit else ""
    return f"{found:,} found{more}"
