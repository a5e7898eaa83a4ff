"""The walk through a family: outwards from one asset, so many members a read.

A member that is reached from its parent comes with all that is told of it out of an index
alone; rows of assets, each on a page of its own, are looked at only for who has to be looked
for upwards. So a walk goes down first wherever it can: most parents are met on the way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from imagelab.catalog.slices import rows
from imagelab.domain.lineage import Edge, Kin

_AT_ONCE = 1_000
_NARROW, _FAR = 8, 300  # from so few at once so many are looked for ahead

LISTED = "SELECT id, generation FROM asset WHERE id IN (SELECT value FROM json_each(?))"
# CROSS JOIN keeps SQLite to the order of the walk.
_ABOVE = """
    FROM near CROSS JOIN input AS i
    ON i.generation = near.generation CROSS JOIN asset AS parent ON parent.id = i.asset
"""
_BELOW = """
    FROM near CROSS JOIN input AS i ON i.asset = near.id
    CROSS JOIN asset AS child ON child.generation = i.generation
"""
UP = f"SELECT parent.id, parent.generation {_ABOVE}"
DOWN = f"SELECT child.id, child.generation {_BELOW}"
WHOLE = (
    "WITH RECURSIVE near (id, generation) AS ({} UNION {} LIMIT ?) SELECT id, generation FROM near"
)


def _columns(of: str) -> str:
    names = ("id", "kind", "generation", "rejected", "cost_nano", "cost_unit", "cost_source")
    return ", ".join(f"{of}.{name}" for name in names)


_NUMBERS = "(SELECT value FROM json_each(?))"
_ROWS = f"SELECT {_columns('asset')} FROM asset WHERE id IN {_NUMBERS}"  # noqa: S608 - the names above
_FARTHER_UP, _FARTHER_DOWN = (
    f"SELECT {_columns('parent')} {_ABOVE}",
    f"SELECT {_columns('child')} {_BELOW}",
)
_AHEAD = """
    WITH RECURSIVE near (id, kind, generation, rejected, cost_nano, cost_unit, cost_source)
    AS ({} UNION {} LIMIT ?) SELECT * FROM near
"""
# A row for each input and each image that came of it; whether it was masked is known of all together.
_EDGES = """
    SELECT i.asset, child.id, i.role, i.generation FROM json_each(?) AS made
    CROSS JOIN input AS i ON i.generation = made.value
    CROSS JOIN asset AS child ON child.generation = i.generation
    ORDER BY i.generation, i.position
"""
_CHILDREN = f"WITH near (id) AS {_NUMBERS} {_FARTHER_DOWN}"


class Walk:
    """What is known of a family so far; `nearest` goes on evenly to both sides."""

    def __init__(self, asset: int, *, nearest: bool = False) -> None:
        self.members: list[int] = []
        """As they were reached."""
        self.kin: dict[int, Kin] = {}
        """What is told of each member, and of some that are yet to be reached."""
        self.edges: list[Edge] = []
        """Who was used for whom; of one child, in the order they were given."""
        self.masked: set[int] = set()
        """The children for whom a mask said which part of something else may change."""
        self._nearest = nearest
        self._waiting = [asset]
        self._above: dict[int, None] = {}
        self._known = {asset}
        self._looked: set[int | None] = {None}  # generations whose inputs were

    @property
    def ended(self) -> bool:
        """Whether all were reached."""
        return not (self._waiting or self._above.keys() - self._known)

    def step(self, db: sqlite3.Connection) -> None:
        """Take in those that wait, or as many as are good for one read, and whom they lead to."""
        if not self._waiting:
            self._wait(self._above)
            self._above = {}
        near, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        near = self._found(db, near)
        self.members += near
        parents = self._parents(db, {self.kin[number].generation for number in near})
        children = self._told(db, _CHILDREN, json.dumps(sorted(near)))
        self._wait(children)
        if self._nearest:
            self._wait(parents)
        else:
            self._above |= dict.fromkeys(parents)

    def _wait(self, numbers: Iterable[int]) -> None:
        fresh = dict.fromkeys(number for number in numbers if number not in self._known)
        self._known.update(fresh)
        self._waiting += fresh

    def _found(self, db: sqlite3.Connection, near: Sequence[int]) -> list[int]:
        """Those that there are, with what is told of them; of a few, also what follows them."""
        if len(near) <= _NARROW:
            ahead = self._ahead(db, json.dumps(near))
            near = [*near, *(number for number in ahead if number not in self._known)]
            self._known.update(near)
        elif unknown := [number for number in near if number not in self.kin]:
            self._told(db, _ROWS, json.dumps(unknown))
        return [number for number in near if number in self.kin]

    def _ahead(self, db: sqlite3.Connection, near: str) -> list[int]:
        both = f"{_FARTHER_UP} UNION {_FARTHER_DOWN}"
        ways = (both,) if self._nearest else (_FARTHER_UP, _FARTHER_DOWN)
        found = [self._told(db, _AHEAD.format(_ROWS, way), near, _FAR) for way in ways]
        return list(dict.fromkeys(number for numbers in found for number in numbers))

    def _told(self, db: sqlite3.Connection, sql: str, *values: object) -> list[int]:
        """The numbers of those that a statement tells of; the rest is noted."""
        found = {kin[0]: kin for kin in map(Kin._make, rows(db, sql, *values))}
        self.kin |= found
        return list(found)

    def _parents(self, db: sqlite3.Connection, made: set[int | None]) -> list[int]:
        """What went into some generations that were not yet looked at."""
        fresh = made - self._looked
        self._looked |= fresh
        looked = json.dumps(sorted(n for n in fresh if n is not None))
        told: list[tuple[int | None, int, str, int]] = rows(db, _EDGES, looked)
        masks = {child for _, child, role, *_ in told if role == "mask"}
        if masks:
            self.masked |= masks & {child for _, child, role, *_ in told if role != "mask"}
        found = [
            Edge(parent, child, role, made_by, masked=False)
            for parent, child, role, made_by in told
            if parent is not None
        ]
        self.edges += found
        return [edge[0] for edge in found]
