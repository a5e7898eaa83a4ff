"""Where assets are from: generations, parents, masks and looks, and which are of one line."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from imagelab.catalog import annotation
from imagelab.catalog.slices import Reads, rows
from imagelab.domain.origin import Origin

_AT_ONCE = 500

Parent: TypeAlias = tuple[int, str]  # an asset's number, and its role

_MADE = """
    SELECT a.id, g.uuid, g.extra, t.likeness FROM json_each(?) AS near
    CROSS JOIN asset AS a ON a.id = near.value
    LEFT JOIN generation AS g ON g.id = a.generation LEFT JOIN thumbnail AS t ON t.blob = a.blob
"""
_INPUTS = """
    SELECT a.id, i.role, i.asset, parent.uuid, b.sha256 FROM json_each(?) AS near
    CROSS JOIN asset AS a ON a.id = near.value CROSS JOIN input AS i ON i.generation = a.generation
    JOIN blob AS b ON b.id = i.blob LEFT JOIN asset AS parent ON parent.id = i.asset
    ORDER BY a.id, i.position
"""
_PARENTS = """
    SELECT a.id, i.asset, i.role FROM json_each(?) AS near CROSS JOIN asset AS a ON a.id = near.value
    CROSS JOIN input AS i ON i.generation = a.generation
    WHERE i.asset IS NOT NULL AND i.role <> 'mask' ORDER BY a.id, i.position
"""

_UUIDS = "SELECT id, uuid FROM asset WHERE id IN (SELECT value FROM json_each(?))"


def origins(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Origin]:
    """Where each of these is from; few, for it is one read."""
    listed = json.dumps(list(numbers))
    given: defaultdict[int, list[Any]] = defaultdict(list)
    for number, *about in rows(db, _INPUTS, listed):
        given[number].append(about)
    said = annotation.of_assets(db, numbers)
    return {
        number: _origin(given[number], generation, extra, likeness, said[number])
        for number, generation, extra, likeness in rows(db, _MADE, listed)
    }


def parents(reads: Reads, numbers: Iterable[int]) -> dict[int, list[Parent]]:
    """Whom each was made from and in which role, and those in turn, to where every line began.

    Masks are no parents. A circle, which only a foreign catalog can hold, is walked once.
    """
    found: dict[int, list[Parent]] = {}
    near = list(dict.fromkeys(numbers))
    while near:
        found.update((number, []) for number in near)
        for start in range(0, len(near), _AT_ONCE):
            with reads.reading() as db:
                edges = rows(db, _PARENTS, json.dumps(near[start : start + _AT_ONCE]))
            for child, parent, role in edges:
                found[child].append((parent, role))
        above = (parent for child in near for parent, _ in found[child])
        near = list(dict.fromkeys(number for number in above if number not in found))
    return found


def uuids(reads: Reads, numbers: Sequence[int]) -> dict[int, str]:
    """What each is called in every catalog."""
    found: dict[int, str] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        with reads.reading() as db:
            found.update(rows(db, _UUIDS, json.dumps(numbers[start : start + _AT_ONCE])))
    return found


def _origin(
    given: Sequence[Any],
    generation: str | None,
    extra: str | None,
    likeness: int | None,
    said: Mapping[str, Any],
) -> Origin:
    inputs = [asset for role, asset, *_ in given if role == "input" and asset is not None]
    looked_at = [asset for role, asset, *_ in given if role == "reference" and asset is not None]
    return Origin(
        generation=generation,
        extra=json.loads(extra) if extra else {},
        parent_uuids=tuple(uuid for role, _, uuid, _ in given if role != "mask" and uuid),
        source=inputs[0] if inputs else None,
        references=(*inputs[1:], *looked_at),
        mask=next((sha256 for role, _, _, sha256 in given if role == "mask"), None),
        likeness=likeness,
        annotations=said,
    )
