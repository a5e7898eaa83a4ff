"""Opening a lab: which file, which mode, which keys, and one line that says so."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from imagelab.catalog import unsettled
from imagelab.catalog.catalog import open_catalog
from imagelab.catalog.location import here, locate, make_folder
from imagelab.catalog.looking import what_is_read_only
from imagelab.catalog.surroundings import disk_of, locks_hold
from imagelab.domain.text import counted, file_size
from imagelab.errors import MissingKeyError, RequestError
from imagelab.export.exported import path_from_here
from imagelab.handles.spelled import spelled
from imagelab.lab.accounts import any_key, check_keys
from imagelab.lab.backing_up import keep_up, told
from imagelab.lab.engine import Engine
from imagelab.lab.everywhere import remember
from imagelab.lab.lab import Lab
from imagelab.lab.leaving import close_at_exit
from imagelab.lab.limits import Limit, limit_of
from imagelab.providers.choosing import choose
from imagelab.providers.keys import Secret
from imagelab.providers.registry import look_again

# Hosted notebooks whose disk goes with the machine, known by what they set.
_MOST_BYTES = 20_000_000_000  # of a file that copies and checks as quickly as it should
_HOSTED = {"COLAB_RELEASE_TAG": "/content", "KAGGLE_KERNEL_RUN_TYPE": "/kaggle"}


@spelled(called="il.open")
def open_lab(
    path: str | os.PathLike[str] | None = None,
    *,
    sandbox: bool | None = None,
    model: str | None = None,
    budget: Decimal | float | Limit | None = None,
    reuse: bool = False,
    keys: Mapping[str, str | Secret] | None = None,
) -> Lab:
    """Open the lab of this folder, or make it.

    `path=None` means `$IMAGELAB_CATALOG`, else the nearest `.imagelab/` upwards, else a
    new one here. `sandbox=None` follows the file; a new one is real if any key is found.
    `model` is the offer to use where none is named, `budget` a limit in dollars for the
    whole catalog, `reuse` whether an equal request is handed back instead of sent again,
    `keys` keys by provider or by the name of their variable.

    A catalog whose file, folder or disk is read-only is opened for looking: search, views,
    frames, exports elsewhere, verify and backup work, and whatever would be written, paying
    above all, is a CatalogError that says so.

    >>> with il.open("owls.db", sandbox=True, budget=20, reuse=True) as lab:
    ...     lab.budget().total
    imagelab: owls.db, new; sandbox: nothing is sent, nothing is paid...
    Decimal('20')
    """
    look_again()
    check_keys(keys)
    if sandbox not in (None, True, False):
        raise RequestError(
            f"sandbox={sandbox!r} is not True, False or None, which follows the file"
        )
    if budget is not None:
        limit_of("budget", budget)
    place = locate(path, sandbox, any_key=lambda: any_key(keys, here()))
    fresh = not place.path.exists()
    if not what_is_read_only(place.path):
        make_folder(place.path.parent)
    engine = Engine(open_catalog(place.path, place.mode), keys)
    try:
        _check_model(engine, model)
        lab = Lab(engine, model=model, reuse=reuse)
        if budget is not None:
            lab.budget(total=budget)
        close_at_exit(engine)
        remember(place.path, engine.catalog.mode)
        engine.pointer()  # a sidebar shows the catalog before there is any view of it
        resumed = engine.take_up()
        keep_up(engine)
        print(_first_line(engine, fresh=fresh, resumed=len(resumed)))  # noqa: T201 - design: a lab says where it is
    except BaseException:
        engine.close()
        raise
    return lab


def _check_model(engine: Engine, model: str | None) -> None:
    """A name that means nothing is told at once; a missing key only when it is to pay."""
    if model is not None:
        with suppress(MissingKeyError):
            accounts = engine.accounts
            choose(
                engine.offering.all(),
                model=model,
                usable=accounts.usable(),
                opened=accounts.opened(),
            )


def _first_line(engine: Engine, *, fresh: bool, resumed: int) -> str:
    catalog = engine.catalog
    with catalog.reading() as db:
        count = db.execute("SELECT count(*) FROM asset").fetchone()[0]
        unknown = unsettled.count_unknown(db)
    parts = [
        f"imagelab: {path_from_here(catalog.path)}, {'new' if fresh else counted(count, 'asset')}"
    ]
    if catalog.read_only:
        parts.append(f"for looking only, since its {catalog.read_only} is read-only")
    else:
        sandbox = catalog.mode == "sandbox"
        parts.append("sandbox: nothing is sent, nothing is paid" if sandbox else _keys(engine))
        parts += _network(catalog.path)
    if resumed:
        parts.append(f"taking up {resumed} that a closed kernel left")
    if unknown:
        said = "outcome is" if unknown == 1 else "outcomes are"
        parts.append(f"{unknown} whose {said} unknown: lab.pending()")
    parts += _heavy(catalog.path.stat().st_size)
    overdue = told(engine)
    parts += [overdue] if overdue else []
    if fresh:
        parts += _dangers(catalog.path)
    return "; ".join(parts)


def _keys(engine: Engine) -> str:
    found = engine.accounts.endings()
    named = ", ".join(f"{name} {ending}" for name, ending in found.items())
    return f"keys: {named}" if found else "no keys, so nothing can be paid for"


def _network(path: Path) -> list[str]:
    """One line on a network disk, tried out each time it is opened."""
    kind = disk_of(path)
    if kind is None:
        return []
    held = "locks hold here" if locks_hold(path) else "locks do not hold, so nothing is paid for"
    return [f"on a network disk ({kind}): {held}"]


def _heavy(size: int) -> list[str]:
    """What a file is told that outgrows what one is made for.

    >>> _heavy(19_000_000_000), _heavy(25_000_000_000)
    ([], ['25.0 GB in one file: lab.offload(folder) moves originals out of it'])
    """
    told = f"{file_size(size)} in one file: lab.offload(folder) moves originals out of it"
    return [told] if size > _MOST_BYTES else []


def _dangers(path: Path) -> list[str]:
    """What would delete a new catalog without meaning to; said once."""
    folders = path.resolve().parents
    passing = next((name for name in _throw_away() if Path(name).resolve() in folders), None)
    dangers = []
    if any((folder / ".git").exists() for folder in folders):
        dangers.append("in a git work tree, where `git clean -dfx` deletes it")
    if passing:
        dangers.append(f"on a throw-away disk: {passing} is emptied, and another path keeps it")
    return dangers


def _throw_away() -> list[str]:
    """Places that last as long as this machine is up, or as a hosted notebook runs."""
    hosted = [place for variable, place in _HOSTED.items() if variable in os.environ]
    return [tempfile.gettempdir(), "/tmp", "/dev/shm", *hosted]  # noqa: S108 - looked for, never used
