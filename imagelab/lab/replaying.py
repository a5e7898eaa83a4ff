"""Making a path again: each step as it was asked, from what the step before gave this time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from imagelab.catalog import requests, rows
from imagelab.catalog.slices import Reads
from imagelab.domain.lineage import Family, walked
from imagelab.domain.quote import Quote
from imagelab.domain.request import Request
from imagelab.errors import RequestError
from imagelab.handles.asset import Asset
from imagelab.handles.backing import Backing
from imagelab.imaging.mask import Mask
from imagelab.lab.making import Maker
from imagelab.lab.wording import as_imagelab

_OF_A_STEP = ("prompt", "images", "mask", "n")


def code(reads: Reads, family: Family) -> str:
    """The calls of a path as lines of Python, each naming what the next one starts from."""
    names: dict[str, str] = {}
    lines: list[str] = []
    for number, uuid, request in _path(reads, family, data=False):
        names[uuid] = f"a{number}"
        call = f"lab.asset({number})"
        if request:
            call = f"{as_imagelab(replace(request, n=1, tags=()), names)}[0]"
        lines.append(f"a{number} = {call}")
    return "\n".join(lines)


def quotes(
    reads: Reads, backing: Backing, maker: Maker, family: Family, given: Mapping[str, Any]
) -> list[Quote]:
    """What each step would cost, with the pictures of the first time, whose sizes will be alike.

    RequestError where a step cannot be taken so.
    """
    _check(given)
    return [
        maker.quote(
            backing, request.prompt, _asked(request, given, _first_time(reads, backing, request))
        )
        for _, _, request in _path(reads, family)
        if request
    ] or _nothing_made(family)


def replay(
    reads: Reads, backing: Backing, maker: Maker, family: Family, given: Mapping[str, Any]
) -> Asset:
    """Take each step and wait for it; what the last one gave.

    The price of all of them is asked first, so that what is refused is refused before anything
    is sent. An error in between leaves what was made.
    """
    quotes(reads, backing, maker, family, given)
    made: dict[str, Asset] = {}
    last: Asset | None = None
    for _, uuid, request in _path(reads, family):
        if request:
            before = _first_time(reads, backing, request)
            images = [made.get(asset.uuid, asset) for asset in before]
            asked = {"reuse": False, **_asked(request, given, images)}
            last = made[uuid] = maker.submit(backing, request.prompt, asked).wait()[0]
    assert last is not None, "a path of which nothing was made has no quote"
    return last


def _path(
    reads: Reads, family: Family, *, data: bool = True
) -> Iterator[tuple[int, str, Request | None]]:
    """The assets of a path, each after what it was made from, with what was asked for it.

    None for an imported one. What something is only another go at is left out.
    """
    ways: dict[int, list[int]] = {}
    for edge in family.edges:
        if edge.role != "reroll":
            ways.setdefault(edge.child, []).append(edge.parent)
    for number in _parents_first(walked([family.focus], ways), ways):
        kin = family.kin[number]
        with reads.reading() as db:
            uuid = db.execute("SELECT uuid FROM asset WHERE id = ?", (number,)).fetchone()[0]
            made, masks = kin.generation is not None, requests.MASKS if data else ()
            request = requests.request_of(db, kin.generation, data=masks) if made else None  # type: ignore[arg-type] # it is not None
        yield number, uuid, request


def _parents_first(numbers: list[int], ways: Mapping[int, list[int]]) -> list[int]:
    """In an order in which one can make them; a circle, which nobody can make, is refused."""
    order: dict[int, None] = {}
    waiting = sorted(numbers)
    while waiting:
        before = len(order)
        for number in waiting:
            if all(parent in order for parent in ways.get(number, ())):
                order[number] = None
        if len(order) == before:
            raise RequestError(
                f"#{waiting[0]} is among what it was made from, which this catalog did not record; "
                "such a path cannot be made again"
            )
        waiting = [n for n in waiting if n not in order]
    return list(order)


def _asked(request: Request, given: Mapping[str, Any], pictures: list[Asset]) -> dict[str, Any]:
    """The request in the lab's words, with what is named for every step in place of its own."""
    offer = {"provider": request.provider, "model": request.model}
    own = {} if given.get("provider") or given.get("model") else offer
    extra = {"extra": request.extra} if request.extra and own else {}
    asked = {**own, **request.asked, **extra, **given}
    if pictures:
        asked["images"] = pictures
    if request.mask:
        asked["mask"] = _fitting(Mask.alpha(request.mask.data), pictures[0])
    return asked


def _first_time(reads: Reads, backing: Backing, request: Request) -> list[Asset]:
    """The pictures that the request started from."""
    with reads.reading() as db:
        found = [rows.asset_by_uuid(db, image.asset)[0] for image in request.images if image.asset]
    return [Asset(backing, row) for row in found]


def _fitting(mask: Mask, picture: Asset) -> Mask:
    """The mask at the size its picture has this time."""
    size = (picture.width, picture.height)
    if size == (mask.width, mask.height):
        return mask
    return Mask(*size, mask.image.resize(size).tobytes())


def _check(given: Mapping[str, Any]) -> None:
    own = [name for name in _OF_A_STEP if name in given]
    if own:
        raise RequestError(
            f"{own[0]}= is each step's own; replay takes provider=, model= and what holds for all"
        )


def _nothing_made(family: Family) -> list[Quote]:
    raise RequestError(f"asset #{family.focus} was imported; there is no request to repeat")
