"""Opening a lab: which file, which mode, which keys, and one line that says so."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from imagelab.catalog.catalog import open_catalog
from imagelab.catalog.location import here, locate, make_folder
from imagelab.lab.accounts import any_key
from imagelab.lab.engine import Engine
from imagelab.lab.lab import Lab
from imagelab.lab.leaving import close_at_exit
from imagelab.lab.limits import Limit
from imagelab.providers.keys import Secret


def open_lab(
    path: str | os.PathLike[str] | None = None,
    *,
    sandbox: bool | None = None,
    model: str | None = None,
    budget: float | Limit | None = None,
    reuse: bool = False,
    keys: Mapping[str, str | Secret] | None = None,
) -> Lab:
    """Open the lab of this folder, or make it.

    `path=None` means `$IMAGELAB_CATALOG`, else the nearest `.imagelab/` upwards, else a
    new one here. `sandbox=None` follows the file; a new one is real if any key is found.
    `model` is the offer to use where none is named, `budget` a limit in dollars for the
    whole catalog, `reuse` whether an equal request is handed back instead of sent again,
    `keys` keys by provider or by the name of their variable.
    """
    place = locate(path, sandbox, any_key=any_key(keys, here()))
    fresh = not place.path.exists()
    make_folder(place.path.parent)
    catalog = open_catalog(place.path, place.mode)
    engine = Engine(catalog, keys)
    lab = Lab(engine, model=model, reuse=reuse)
    if budget is not None:
        lab.budget(total=budget)
    resumed = engine.take_up()
    close_at_exit(engine)
    print(_first_line(engine, fresh=fresh, resumed=len(resumed)))  # noqa: T201 - design: a lab says where it is
    return lab


def _first_line(engine: Engine, *, fresh: bool, resumed: int) -> str:
    catalog = engine.catalog
    with catalog.reading() as db:
        count = db.execute("SELECT count(*) FROM asset").fetchone()[0]
    parts = [f"imagelab: {_shown(catalog.path)}, {'new' if fresh else f'{count:,} assets'}"]
    parts.append(
        "sandbox: nothing is sent, nothing is paid" if catalog.mode == "sandbox" else _keys(engine)
    )
    if resumed:
        parts.append(f"taking up {resumed} that a closed kernel left")
    if fresh:
        parts += _dangers(catalog.path)
    return "; ".join(parts)


def _keys(engine: Engine) -> str:
    found = engine.accounts.endings()
    named = ", ".join(f"{name} {ending}" for name, ending in found.items())
    return f"keys: {named}" if found else "no keys, so nothing can be paid for"


def _shown(path: Path) -> str:
    """The path as short as it stays true: from here, or from home."""
    for start, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.resolve().is_relative_to(start.resolve()):
            return prefix + str(path.resolve().relative_to(start.resolve()))
    return str(path)


def _dangers(path: Path) -> list[str]:
    """What would delete a new catalog without meaning to; said once."""
    folder = path.resolve().parent
    if any((above / ".git").exists() for above in folder.parents):
        return ["it lies in a git work tree, where `git clean -x` deletes it"]
    if folder.is_relative_to(Path(tempfile.gettempdir()).resolve()):
        return ["it lies on a throw-away disk; another path keeps it"]
    return []
