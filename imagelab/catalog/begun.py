"""Words that have only begun, `pre*`: where they are common, rows are read instead of the index.

For what begins so the index puts together every row there is before it gives the first, which
takes the longer the more there are. Of the rows that come first, the more are such ones.
"""

from __future__ import annotations

from imagelab.catalog import words
from imagelab.catalog.conditions import condition
from imagelab.catalog.judging import PREFIX
from imagelab.catalog.parts import Part, Where, either, negated
from imagelab.domain.query_tree import And, Everything, Node, Not, Or, Word

_HOLDS = f"{PREFIX}holds(a.{{}}, ?)"
_TAGGED = f"EXISTS (SELECT 1 FROM tag WHERE asset = a.id AND {PREFIX}holds(name, ?))"  # noqa: S608 - a constant
_BEGINS = " OR ".join([*(_HOLDS.format(name) for name in ("prompt", "caption", "note")), _TAGGED])


def parted(tree: Node) -> tuple[Node, tuple[Node, ...]]:
    """A search without the terms that have only begun, and those terms."""
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    begun = tuple(node for node in nodes if _is_begun(node))
    rest = tuple(node for node in nodes if node not in begun)
    return (And(rest) if len(rest) > 1 else rest[0] if rest else Everything()), begun


def wheres(begun: tuple[Node, ...]) -> tuple[Where, ...]:
    """The terms as conditions on a row."""
    parts = (_part(node) for node in begun)
    return tuple(part for part in parts if isinstance(part, Where))


def _is_begun(node: Node) -> bool:
    match node:
        case Word(text, prefix):
            return prefix and words.needle(text) is not None
        case Not(inner):
            return _is_begun(inner)
        case Or(nodes):
            return any(map(_is_begun, nodes)) and all(isinstance(one, Word) for one in nodes)
        case _:
            return False


def _part(node: Node) -> Part | None:
    match node:
        case Word(text, prefix) if prefix:
            needle = words.needle(text, prefix=True)
            return Where(_BEGINS, (needle,) * 4) if needle else None
        case Word():
            return condition(node)
        case Not(inner):
            return negated(_part(inner))
        case Or(nodes):
            return either(map(_part, nodes))
        case _:
            return None
