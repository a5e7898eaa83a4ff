"""What a search says, as a tree of frozen nodes; every number in it is already exact."""

from __future__ import annotations

from typing import Literal, TypeAlias

from imagelab.domain.frozen import frozen

ChoiceField = Literal["model", "provider", "quality", "size", "format", "status", "tag"]
TextField = Literal["prompt", "caption", "note"]
NumberField = Literal["cost", "rating", "width", "height", "n", "seed", "id", "date"]
SortKey = Literal["date", "cost", "rating", "id"]


@frozen
class Everything:
    """All that is not hidden: the search that says nothing."""


@frozen
class Word:
    """A bare word, found by its stem; with `prefix`, every word that begins so."""

    text: str
    prefix: bool = False


@frozen
class Phrase:
    """Words in quotes: exactly these, in this order."""

    words: tuple[str, ...]


@frozen
class Pattern:
    """A value cut at its stars: `("gpt",)` is gpt itself, `("gpt", "")` all that begin so."""

    pieces: tuple[str, ...]


@frozen
class Span:
    """Both ends belong to it; None is without end. Above its `high`, it holds nothing."""

    low: float | None
    high: float | None


@frozen
class Choice:
    """One of the values of a field whose values are words."""

    field: ChoiceField
    patterns: tuple[Pattern, ...]


@frozen
class Inside:
    """Words looked for in one text only."""

    field: TextField
    parts: tuple[Word | Phrase, ...]


@frozen
class Number:
    """A field within any of the spans: nano-dollars for cost, microseconds for date."""

    field: NumberField
    spans: tuple[Span, ...]


@frozen
class Is:
    """Any of these is so."""

    flags: tuple[str, ...]


@frozen
class From:
    """Any of these assets, and all that was made from them."""

    ids: tuple[int, ...]


@frozen
class Like:
    """What looks like any of these assets."""

    ids: tuple[int, ...]


@frozen
class Stack:
    """What was asked for as any of these assets were, whatever the seed."""

    ids: tuple[int, ...]


@frozen
class Param:
    """A parameter as it was asked, by the name it was asked under; dots lead inwards."""

    name: str
    tests: tuple[Pattern | Span, ...]


@frozen
class Column:
    """A column from outside; what it holds is for the catalog to say, and so which test is meant."""

    name: str
    wholes: tuple[Span, ...] = ()
    reals: tuple[Span, ...] = ()
    moments: tuple[Span, ...] = ()
    patterns: tuple[Pattern, ...] = ()


@frozen
class Not:
    """All but these, also where nothing is known."""

    node: Node


@frozen
class And:
    """What all of them say."""

    nodes: tuple[Node, ...]


@frozen
class Or:
    """What any of them says."""

    nodes: tuple[Node, ...]


Leaf: TypeAlias = (
    Everything
    | Word
    | Phrase
    | Choice
    | Inside
    | Number
    | Is
    | From
    | Like
    | Stack
    | Param
    | Column
)
Node: TypeAlias = Leaf | Not | And | Or
