"""A search as one MATCH of the text index and the SQL conditions beside it."""

from __future__ import annotations

from imagelab.catalog import words
from imagelab.catalog.conditions import condition, inside
from imagelab.catalog.judging import PREFIX
from imagelab.catalog.parts import Found, Part, Where, both, either, joined, negated
from imagelab.domain.frozen import frozen
from imagelab.domain.query_tree import And, Everything, From, Inside, Is, Node, Not, Or

_SHOWN = {
    "rejected": "a.rejected = 0",
    "imported": "a.kind <> 'imported'",
    "trashed": "a.trashed = 0",
}


@frozen
class Plan:
    """What must be matched, if any word or facet is asked for, what must hold, what is hidden.

    `also` holds for all that is matched: looking at a row is faster than asking the index of it.
    """

    match: str | None
    wheres: tuple[Where, ...]
    hiding: tuple[str, ...]
    also: tuple[Where, ...] = ()

    @property
    def judges(self) -> bool:
        """Whether it needs the functions of `judging`."""
        return any(PREFIX in where.sql for where in (*self.wheres, *self.also))

    @property
    def shown_match(self) -> str | None:
        """The match, less what is hidden."""
        if self.match is None or not self.hiding:
            return self.match
        return f"({self.match}) NOT ({words.hidden(self.hiding)})"

    @property
    def shown_wheres(self) -> tuple[Where, ...]:
        """The conditions, and those of not being hidden."""
        return (*self.wheres, *(Where(_SHOWN[kind]) for kind in self.hiding))


def compiled(tree: Node) -> Plan:
    """The plan of a search; hidden assets are left out unless it asks for their kind."""
    parts = _all_of(tree)
    found = [part for part in parts if isinstance(part, Found)]
    wheres = tuple(part for part in parts if isinstance(part, Where))
    match = joined(found) if found or not wheres else None
    asked = _asked(tree, wanted=True)
    hiding = tuple(kind for kind in words.HIDING if kind not in asked)
    return Plan(match, wheres, hiding, tuple(part.also for part in found if part.also))


def browsing() -> Plan:
    """The plan that shows everything by walking the rows: the fastest for a first page."""
    return Plan(None, (), words.HIDING)


def _all_of(node: Node) -> list[Part]:
    """The parts that must all hold; what has no letter to look for is left out."""
    match node:
        case Everything():
            return []
        case And(nodes):
            return [part for inner in nodes for part in _all_of(inner)]
        case Inside(field, (only,)):
            return inside(field, only)
        case _:
            part = _part(node)
            return [part] if part else []


def _part(node: Node) -> Part | None:
    match node:
        case Everything():
            return Found(words.every_row())
        case Not(inner):
            return negated(_part(inner))
        case Or(nodes):
            return either(_part(inner) for inner in nodes)
        case And():
            return both(_all_of(node))
        case Inside(field, parts):
            return either(both(inside(field, part)) for part in parts)
        case _:
            return condition(node)


def _asked(node: Node, *, wanted: bool) -> set[str]:
    """The kinds a search asks for; what it leaves out, it does not ask for.

    A family mostly begins with an imported picture, so `from:` asks for those; what was
    trashed had been rejected.
    """
    match node:
        case Is(flags) if wanted:
            return {*flags, "rejected"} if "trashed" in flags else set(flags)
        case From() if wanted:
            return {"imported"}
        case Not(inner):
            return _asked(inner, wanted=not wanted)
        case And(nodes) | Or(nodes):
            return {kind for inner in nodes for kind in _asked(inner, wanted=wanted)}
        case _:
            return set()
