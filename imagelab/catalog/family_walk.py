"""The walk through a family: outwards from one asset, so many members a read.

A member that is reached from its parent comes with its generation out of an index alone; rows
of assets, each on a page of its own, are looked at only for parents, and for what ends up
in the family.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from imagelab.catalog.slices import rows

_AT_ONCE = 1_000
_NARROW, _FAR = 8, 300  # from so few at once so many are looked for ahead

LISTED = "SELECT id, generation FROM asset WHERE id IN (SELECT value FROM json_each(?))"
# CROSS JOIN keeps SQLite to the order of the walk.
UP = """
    SELECT parent.id, parent.generation FROM near CROSS JOIN input AS i
    ON i.generation = near.generation CROSS JOIN asset AS parent ON parent.id = i.asset
"""
DOWN = """
    SELECT child.id, child.generation FROM near CROSS JOIN input AS i ON i.asset = near.id
    CROSS JOIN asset AS child ON child.generation = i.generation
"""
WHOLE = (
    "WITH RECURSIVE near (id, generation) AS ({} UNION {} LIMIT ?) SELECT id, generation FROM near"
)
_AHEAD = WHOLE.format(LISTED, f"{UP} UNION {DOWN}")
_INPUTS = """
    SELECT i.generation, i.asset, i.role FROM json_each(?) AS made
    CROSS JOIN input AS i ON i.generation = made.value ORDER BY i.generation, i.position
"""
_CHILDREN = """
    SELECT child.id, child.generation FROM json_each(?) AS near
    CROSS JOIN input AS i ON i.asset = near.value
    CROSS JOIN asset AS child ON child.generation = i.generation
"""


class Walk:
    """What is known of a family so far."""

    def __init__(self, asset: int) -> None:
        self.members: list[int] = []
        """Nearest first."""
        self.inputs: dict[int, list[tuple[int | None, str]]] = {}
        """What went into each generation, in order; nothing where nothing did."""
        self.waiting = [asset]
        """To whom it goes on."""
        self._known = {asset}
        self._made: dict[int, int | None] = {}

    def step(self, db: sqlite3.Connection) -> None:
        """Take in those that wait, or as many as are good for one read, and whom they lead to."""
        near, self.waiting = self.waiting[:_AT_ONCE], self.waiting[_AT_ONCE:]
        near = self._told(db, near)
        self.members += near
        parents = self._parents(db, {self._made[n] for n in near})
        children = dict(rows(db, _CHILDREN, json.dumps(sorted(near))))
        self._made |= children
        fresh = [n for n in (*children, *parents) if n not in self._known]
        self._known.update(fresh)
        self.waiting += dict.fromkeys(fresh)

    def _told(self, db: sqlite3.Connection, near: Sequence[int]) -> list[int]:
        """Those that there are, with their generations; of a few, also what follows them."""
        if len(near) <= _NARROW:
            ahead = dict(rows(db, _AHEAD, json.dumps(near), _FAR))
            self._made |= ahead
            near = [*near, *(n for n in ahead if n not in self._known)]
            self._known.update(near)
        elif unknown := [n for n in near if n not in self._made]:
            self._made |= dict(rows(db, LISTED, json.dumps(unknown)))
        return [n for n in near if n in self._made]

    def _parents(self, db: sqlite3.Connection, made: set[int | None]) -> list[int]:
        """What went into some generations that were not yet looked at."""
        fresh = sorted(n for n in made if n is not None and n not in self.inputs)
        self.inputs |= {generation: [] for generation in fresh}
        found = rows(db, _INPUTS, json.dumps(fresh))
        for generation, asset, role in found:
            self.inputs[generation].append((asset, role))
        return [asset for _, asset, _ in found if asset is not None]
