"""Recipes: what to ask for to have more of an image that is there, in `generate`'s words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

from imagelab.catalog import requests
from imagelab.domain.records import AssetRow, GenerationRow
from imagelab.domain.request import Role
from imagelab.lab.inputs import Parent, sequence


class Recipe(NamedTuple):
    """A prompt and the parameters beside it."""

    prompt: str
    given: dict[str, Any]


def edited(row: AssetRow, prompt: str, params: Mapping[str, Any], role: Role = "input") -> Recipe:
    """From this image: its own offer and quality, unless others are named."""
    given = dict(params)
    if not given.get("model") and not given.get("provider") and row.kind == "made":
        given |= {"provider": row.provider, "model": row.model}
        given.setdefault("quality", row.params.get("quality"))
    given["images"] = [Parent(row.id, role), *sequence(given.pop("images", None))]
    return Recipe(prompt, given)


def repeated(
    db: sqlite3.Connection, row: GenerationRow, params: Mapping[str, Any], *parents: Parent
) -> Recipe:
    """The same request, but for what is named: its offer, parameters, images and mask."""
    request = requests.request_of(db, row.id, data=requests.MASKS)
    given: dict[str, Any] = {
        "n": row.n,
        "tags": row.tags,
        "extra": row.extra or None,
        "images": [
            Parent(number, image.role)
            for number, image in zip(row.inputs, request.images, strict=True)
        ],
        "mask": request.mask.data if request.mask and "images" not in params else None,
    }
    kept = {} if params.get("model") else {"provider": row.provider, "model": row.model}
    given |= {**kept, **row.params, **params}
    given["images"] = [*sequence(given["images"]), *parents] or None
    return Recipe(given.pop("prompt", row.prompt), given)
