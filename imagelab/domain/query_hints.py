"""What the piece before the cursor could become, while a search is being typed.

The text may be unfinished anywhere: it is cut into tokens, and never read as a search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import get_args

from imagelab.domain.frozen import frozen
from imagelab.domain.query_chips import is_fit, written
from imagelab.domain.query_fields import FIELDS, FLAGS, OPEN, SORT_KEYS
from imagelab.domain.query_tokens import Item, Token, tokens
from imagelab.domain.records import Status
from imagelab.errors import QueryError

MOST = 8

_TAKES = {
    "model": "what drew it, such as gpt-image-2 or gpt*",
    "provider": "who made it, such as openai",
    "quality": "such as low, medium or high",
    "size": "1536x1024, square, portrait, landscape",
    "format": "png, jpeg or webp",
    "status": "of its generation, such as partial",
    "tag": "a tag",
    "prompt": "words of the prompt",
    "caption": "words of the caption",
    "note": "words of the note",
    "cost": "dollars, such as <0.05 or 0.01..0.05",
    "rating": "stars, such as 5, >=4 or 1..3",
    "width": "pixels, such as 1024 or >512",
    "height": "pixels, such as 1024 or >512",
    "n": "how many were asked for together",
    "seed": "the vendor's seed",
    "id": "numbers, such as #206 or 200..300",
    "date": "today, 7d, 2026-11 or >2026-11-01",
    "is": "edit, rejected, unrated, imported …",
    "from": "an asset and all made from it, such as #206",
    "like": "what looks like an asset, such as #206",
    "stack": "re-rolls of an asset, such as #206",
    "sort": "date, cost, rating or id; -cost falls",
    "param.": "a parameter, as in param.background:transparent",
    "col.": "a column from lab.annotate, as in col.aesthetic:>5",
}
_FLAG_HINTS = {
    "edit": "made from another image",
    "root": "made from words alone",
    "rejected": "hidden otherwise",
    "unrated": "without stars",
    "failed": "of a generation that failed",
    "transparent": "with see-through parts",
    "flagged": "by the provider",
    "imported": "from outside; hidden otherwise",
    "damaged": "does not decode",
    "trashed": "its original was emptied",
}
_SORT_HINTS = {
    "date": ("oldest first", "newest first"),
    "cost": ("cheapest first", "dearest first"),
    "rating": ("fewest stars first", "most stars first"),
    "id": ("first arrival first", "last arrival first"),
}
_USUAL = {
    "is": tuple((flag, _FLAG_HINTS[flag]) for flag in FLAGS),
    "sort": tuple(
        (sign + key, _SORT_HINTS[key][bool(sign)]) for key in SORT_KEYS for sign in ("-", "")
    ),
    "status": tuple((status, "") for status in get_args(Status)),
    "size": (("square", ""), ("portrait", ""), ("landscape", "")),
    "format": (("png", ""), ("jpeg", ""), ("webp", "")),
    "cost": (("<0.05", "under five cents"), (">0.1", "over ten cents"), ("0..0", "free")),
    "n": (("1", "one at a time"), (">1", "several")),
    "rating": (("5", "five stars"), (">=4", "four or five"), (">=3", "three or more")),
    "date": (("today", ""), ("yesterday", ""), ("7d", "the last week"), ("30d", "the last month")),
}
_IN_CATALOG = ("provider", "model", "quality", "size", "format", "tag", "width", "height")
_PARAM = re.compile(r"[A-Za-z0-9_.-]+")
_REST_OF_NAME = re.compile(r"[A-Za-z0-9_.-]*:?")
_REST_OF_BARE = re.compile(r'[^\s()"|,]*')
_REST_OF_QUOTED = re.compile(r'[^"]*"')

Values = Callable[[str, str], Sequence[str]]


@frozen
class Choice:
    """What is put in, what is shown, and a few words about it."""

    insert: str
    label: str
    hint: str = ""


@frozen
class Suggestions:
    """What could stand in place of the text from `start` to before `end`."""

    start: int
    end: int
    choices: tuple[Choice, ...] = ()


def suggestions(text: str, at: int, values: Values) -> Suggestions:
    """What could be meant at the cursor, at most `MOST`; nothing where that is anybody's guess.

    `values(field, prefix)` gives the values of a field that begin so. Positions count
    characters from 0.

    >>> [c.insert for c in suggestions("fox -qua", 8, lambda *_: []).choices]
    ['quality:']
    >>> [c.insert for c in suggestions("tag:re", 6, lambda *_: ["red fox"]).choices]
    ['"red fox"']
    """
    at = min(max(at, 0), len(text))
    last, before = _at_cursor(text[:at])
    if last is None:
        found = Suggestions(at, at)
    elif last.kind == "word":
        found = _names(text, at, last, values, sorts=_may_sort(before))
    elif last.kind == "field" and (last.text.lower() != "sort" or _may_sort(before)):
        found = _values(text, at, last, values)
    else:
        found = Suggestions(at, at)
    return found if found.choices else Suggestions(at, at)


def _at_cursor(head: str) -> tuple[Token | None, list[Token]]:
    """The token that the cursor stands at the end of, and those before it."""
    for ending in ("", '"'):  # a value's quotes may be open still
        try:
            found = tokens(head + ending)
        except QueryError:
            continue
        ends = bool(found) and found[-1].end == len(head + ending)
        return (found[-1] if ends else None), found[:-1]
    return None, []


def _may_sort(before: Sequence[Token]) -> bool:
    """`sort:` stands neither in brackets nor after a minus."""
    kinds = [token.kind for token in before]
    return kinds.count("(") <= kinds.count(")") and kinds[-1:] != ["not"]


def _names(text: str, at: int, word: Token, values: Values, *, sorts: bool) -> Suggestions:
    """The fields that begin like the word, or like its part before the cursor in a field."""
    rest = _rest(_REST_OF_NAME, text, at)
    begun = word.text if rest.endswith(":") else word.text + rest
    names = [f"{name}:" for name in FIELDS if sorts or name != "sort"]
    choices = [
        Choice(name, name, _TAKES[name.removesuffix(":")])
        for name in (*names, *OPEN)
        if name.startswith(begun.lower())
    ]
    for opening in OPEN:
        if begun.lower().startswith(opening):
            known = values(opening, begun[len(opening) :].removesuffix(":"))
            named = [f"{opening}{name}:" for name in known if _PARAM.fullmatch(name)]
            choices = [Choice(name, name) for name in named]
    return Suggestions(word.start, at + len(rest), tuple(choices[:MOST]))


def _values(text: str, at: int, field: Token, values: Values) -> Suggestions:
    """What the last of a field's values could become."""
    *others, item = field.items
    is_open = item.quoted and at < item.start + item.length
    if item.quoted and not is_open:
        return Suggestions(at, at)
    rest = _rest(_REST_OF_QUOTED if is_open else _REST_OF_BARE, text, at)
    name = field.text.lower()
    told = {other.text.lower() for other in (*others, item)}
    choices = [
        Choice(written(value), value, hint)
        for value, hint in _possible(name, item, values)
        if value.lower() not in told
    ]
    return Suggestions(item.start, at + len(rest), tuple(choices[:MOST]))


def _possible(name: str, item: Item, values: Values) -> Iterable[tuple[str, str]]:
    """Values that begin as the item does, those of the catalog first, each once."""
    begun = item.text.lower()
    found = list(values(name, item.text)) if name in _IN_CATALOG else []
    known = [(value, "") for value in found if is_fit(value)]
    usual = [pair for pair in _USUAL.get(name, ()) if pair[0].startswith(begun)]
    return dict([*known, *usual]).items()


def _rest(pattern: re.Pattern[str], text: str, at: int) -> str:
    """What follows the cursor and belongs to the same piece."""
    found = pattern.match(text, at)
    return found[0] if found else ""
