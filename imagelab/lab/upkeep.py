"""Checking a catalog and putting it right, over the parts that know how."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from imagelab.catalog import checkup, repair as repairing
from imagelab.catalog.reading import open_to_read
from imagelab.catalog.repair import Repairs
from imagelab.catalog.spares import Spares
from imagelab.domain.checkup import Checkup
from imagelab.errors import RequestError
from imagelab.lab.engine import Engine
from imagelab.lab.stores import fetched


def verify(engine: Engine, *, deep: bool) -> Checkup:
    """Look whether all is there and right, once what is being written now is written."""
    engine.writer.do(int).result()
    return checkup.check(engine.catalog, deep=deep, fetch=fetched)


def repair(engine: Engine, source: object, *, dry_run: bool) -> Repairs:
    """Put right what can be; a dry run only says it. Restored originals are looked at anew."""
    with ExitStack() as closing:
        reader = None
        if source is not None:
            reader = open_to_read(_backup(engine, source))
            closing.callback(reader.close)
        spares = Spares(reader, engine.catalog.staging)
        found = verify(engine, deep=True)
        done = repairing.repair(engine.catalog, found, spares, dry_run=dry_run)
    if not dry_run:
        engine.looker.catch_up()
    return done


def _backup(engine: Engine, source: object) -> Path:
    if not isinstance(source, str | os.PathLike) or not str(source):
        raise RequestError(f"source={source!r} is not a path; name the file of a backup")
    path = Path(source).expanduser().resolve()
    path = path / engine.catalog.path.name if path.is_dir() else path
    if path == engine.catalog.path:
        raise RequestError(
            f"source={str(source)!r} is this catalog itself; name the file of a backup"
        )
    return path
