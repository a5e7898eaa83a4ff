"""One asset or one generation by what a user calls it."""

from __future__ import annotations

from imagelab.catalog import rows
from imagelab.errors import AssetNotFoundError, GenerationNotFoundError
from imagelab.handles.asset import Asset
from imagelab.handles.generation import Generation
from imagelab.lab.engine import Engine
from imagelab.lab.numbers import number_of
from imagelab.lab.shelf import Shelf


def asset(engine: Engine, shelf: Shelf, called: int | str | None, uuid: str | None) -> Asset:
    """One asset by its number, `"#206"`, or the beginning of its uuid, which wins."""
    number = number_of(called) if uuid is None else None
    if number is not None:
        return Asset(shelf, shelf.asset_row(number))
    wanted = str(uuid if uuid is not None else called)
    with engine.catalog.reading() as db:
        found = rows.asset_by_uuid(db, wanted.lower())
    if len(found) != 1:
        raise AssetNotFoundError(_not_one("asset", wanted, len(found)))
    return Asset(shelf, found[0])


def generation(engine: Engine, shelf: Shelf, called: int | str) -> Generation:
    """One generation by its number, `"g57"`, or the beginning of its uuid."""
    number = number_of(called, mark="g")
    if number is not None:
        return Generation(shelf, shelf.generation_row(number).id)
    with engine.catalog.reading() as db:
        found = rows.generation_by_uuid(db, str(called).lower())
    if len(found) != 1:
        raise GenerationNotFoundError(_not_one("generation", str(called), len(found)))
    return Generation(shelf, found[0].id)


def _not_one(what: str, wanted: str, found: int) -> str:
    if found == 0:
        return f"no {what} {wanted!r} in this catalog"
    return f"several {what}s begin with {wanted!r}; give more of the uuid"
