"""A page of tiles as it is sent: what each shows, and their pictures in one piece."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from imagelab.catalog.answer import Answer
from imagelab.catalog.tiles import Picture, pictures, tiles
from imagelab.domain.frozen import frozen


@frozen
class Shown:
    """Tiles as a header has them, and the pictures they point to."""

    tiles: list[dict[str, Any]]
    pictures: list[Picture]


def shown_tiles(
    db: sqlite3.Connection, ids: Sequence[int], sizes: Sequence[int] | None, *, shows: bool
) -> Shown:
    """The tiles of some assets, with how large their stacks are where that is told."""
    small = pictures(db, ids) if shows else []
    places = places_of(small)
    stacks = dict(zip(ids, sizes, strict=True)) if sizes is not None else {}
    found = [
        {**asdict(tile), "picture": places.get(tile.id), "stack": stacks.get(tile.id)}
        for tile in tiles(db, ids)
    ]
    return Shown(found, small)


def places_of(found: list[Picture]) -> dict[int, dict[str, Any]]:
    """Where each picture lies in all of them joined."""
    places, at = {}, 0
    for picture in found:
        places[picture.id] = {"type": picture.type, "at": at, "size": len(picture.data)}
        at += len(picture.data)
    return places


def paged(shown: Shown, start: int, total: int, state: str, *, counted: bool) -> Answer:
    """A page of a list, from a place in it; `counted` says that its total is all there is."""
    header = {"start": start, "total": total, "counted": counted, "stamp": state}
    return Answer({**header, "tiles": shown.tiles}, tuple(p.data for p in shown.pictures))
