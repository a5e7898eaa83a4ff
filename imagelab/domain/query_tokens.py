"""A search cut into the pieces its grammar is made of, each knowing where it stands."""

from __future__ import annotations

import re
from typing import Literal

from imagelab.domain.frozen import frozen
from imagelab.errors import QueryError

Kind = Literal["(", ")", "or", "and", "not", "phrase", "word", "field"]

MAX_CHARACTERS = 10_000
_SPACE = re.compile(r"\s+")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):")
_BARE = re.compile(r'[^\s()"|]+')
_BARE_ITEM = re.compile(r'[^\s()"|,]+')
_SIGNS: dict[str, Kind] = {"(": "(", ")": ")", "|": "or"}
_SPOKEN: dict[str, Kind] = {"OR": "or", "AND": "and", "NOT": "not"}
# SQLite takes no lone surrogate, and a NUL would end the text for half of its readers.
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")


@frozen
class Item:
    """One of a field's values; in quotes, a star is only a star."""

    text: str
    start: int
    quoted: bool = False

    @property
    def length(self) -> int:
        """How many characters an error should mark."""
        return len(self.text) + 2 * self.quoted


@frozen
class Token:
    """A piece of the search: `text` without its quotes; a field's name, with its values."""

    kind: Kind
    text: str
    start: int
    end: int
    items: tuple[Item, ...] = ()

    @property
    def length(self) -> int:
        """How many characters it covers."""
        return self.end - self.start


def tokens(text: str) -> list[Token]:
    """Cut a search into its tokens; QueryError where a quote does not end.

    >>> [(t.kind, t.text) for t in tokens('-fox OR "red hound"')]
    [('not', '-'), ('word', 'fox'), ('or', 'OR'), ('phrase', 'red hound')]
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"a search takes at most {MAX_CHARACTERS} characters, and this has {len(text)}",
            MAX_CHARACTERS,
            len(text) - MAX_CHARACTERS,
        )
    fit = _UNFIT.sub("\ufffd", text)
    found: list[Token] = []
    at = _after_space(fit, 0)
    while at < len(fit):
        found.append(_token(fit, at))
        at = _after_space(fit, found[-1].end)
    return found


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _token(text: str, at: int) -> Token:
    sign = text[at]
    if sign in _SIGNS:
        return Token(_SIGNS[sign], sign, at, at + 1)
    if sign == '"':
        inner, end = _quoted(text, at)
        return Token("phrase", inner, at, end)
    if sign == "-":
        return Token("not", sign, at, at + 1)
    field = _FIELD.match(text, at)
    if field:
        items, end = _items(text, field.end())
        return Token("field", field[1], at, end, items)
    word = _BARE.match(text, at)
    assert word is not None
    return Token(_SPOKEN.get(word[0], "word"), word[0], at, word.end())


def _items(text: str, at: int) -> tuple[tuple[Item, ...], int]:
    """The values after a field's colon: bare or quoted, with commas between them."""
    items: list[Item] = []
    while True:
        item, at = _item(text, at)
        items.append(item)
        if text[at : at + 1] != ",":
            return tuple(items), at
        at += 1


def _item(text: str, at: int) -> tuple[Item, int]:
    if text[at : at + 1] == '"':
        inner, end = _quoted(text, at)
        return Item(inner, at, quoted=True), end
    bare = _BARE_ITEM.match(text, at)
    return (Item(bare[0], at), bare.end()) if bare else (Item("", at), at)


def _quoted(text: str, at: int) -> tuple[str, int]:
    end = text.find('"', at + 1)
    if end < 0:
        raise QueryError('this quotation does not end; close it with another "', at, len(text) - at)
    return text[at + 1 : end], end + 1
