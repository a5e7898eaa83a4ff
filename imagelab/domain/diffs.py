"""What differs between two requests: word by word in the prompt, name by name in the parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

from imagelab.domain.frozen import frozen

Kind = Literal["same", "gone", "new"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing takes time by the product of both lengths: beyond, all between is taken as changed.
_MOST_COMPARED = 2_000_000


@frozen
class Piece:
    """A stretch of text that both have, or only the one before, or only the one after."""

    kind: Kind
    text: str


@frozen
class Change:
    """A parameter before and after; None where it was left to the vendor."""

    name: str
    before: Any
    after: Any

    @property
    def same(self) -> bool:
        """Whether it was left as it was."""
        return type(self.before) is type(self.after) and bool(self.before == self.after)


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in one order, each with whether it stayed.

    >>> word_diff("A red fox, oil", "A blue fox, oil")[1:3]
    (Piece(kind='gone', text='red'), Piece(kind='new', text='blue'))
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = (old[head : len(old) - tail], new[head : len(new) - tail])
    pieces = [
        Piece("same", "".join(old[:head])),
        *_middle(*middle),
        Piece("same", "".join(old[len(old) - tail :])),
    ]
    return tuple(_joined(piece for piece in pieces if piece.text))


def param_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Each parameter that either has: those that changed first, then by name.

    >>> [change.name for change in param_diff({"n": 1, "quality": "low"}, {"n": 1, "quality": "high"})]
    ['quality', 'n']
    """
    names = sorted({*before, *after})
    changes = [Change(name, before.get(name), after.get(name)) for name in names]
    return tuple(sorted(changes, key=lambda change: change.same))


def in_words(pieces: Sequence[Piece]) -> str:
    """A diff on one line: `[-gone-]` and `{+new+}`, as Git marks words.

    >>> in_words(word_diff("A red fox", "A blue fox"))
    'A [-red-]{+blue+} fox'
    """
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) * len(new) > _MOST_COMPARED:
        yield from (Piece("gone", "".join(old)), Piece("new", "".join(new)))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i:i_end]))
        else:
            yield Piece("gone", "".join(old[i:i_end]))
            yield Piece("new", "".join(new[j:j_end]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of a kind in one; a lone space between two changes belongs to them."""
    gone, new, same = "", "", ""
    for piece in pieces:
        if piece.kind == "same" and (piece.text.strip() or not (gone or new)):
            yield from _told(gone, new)
            gone, new, same = "", "", same + piece.text
        elif piece.kind == "same":
            gone, new = gone + piece.text, new + piece.text
        else:
            if same:
                yield Piece("same", same)
                same = ""
            gone += piece.text if piece.kind == "gone" else ""
            new += piece.text if piece.kind == "new" else ""
    yield from _told(gone, new)
    if same:
        yield Piece("same", same)


def _told(gone: str, new: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)
