"""The text index's three columns: stemmed words, whole words, and facets, each as safe tokens.

`words` is left to SQLite's stemmer. In `exact` every letter is followed by a 0, so that no
stemming rule ever fits, neither a word nor the beginning of one: `painti*` finds painting.
`facets` has one token for each field and value, and one that every row has.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from string import ascii_lowercase
from typing import TypeAlias

from imagelab.catalog.folding import asked_words, folded_value, words
from imagelab.domain.frozen import frozen

EVERY_ROW = "all0"
HIDDEN = "hidden0"
HIDING = ("rejected", "imported", "trashed")  # left out of a search that does not ask for them
MAX_VALUE_BYTES = 64  # of a facet's value; the rest is hashed
# Stands between the texts, so that no phrase reaches over their border. Nobody can ask for
# it: it is for private use, and folding turns those into spaces.
_BORDER = "\ue000"
_GUARDS = {ord(letter): f"{letter}0" for letter in ascii_lowercase}
# No stemming rule of English ends in one of these sixteen.
_HEX = str.maketrans("cde", "xzk")


@frozen
class IndexEntry:
    """One row of the index. It is a function of the asset alone: removing takes it again."""

    words: str
    exact: str
    facets: str


Texts: TypeAlias = tuple[str, str]  # the words of an asset, and the same guarded


def texts(prompt: str, caption: str | None, note: str | None, tags: Iterable[str]) -> Texts:
    """The words of an asset, each text apart from the next: most of the work of an index row."""
    found = [words(text) for text in (prompt, caption or "", note or "", *sorted(tags))]
    plain = f" {_BORDER} ".join(" ".join(text) for text in found if text)
    return plain, guarded(plain)


def index_entry(
    *,
    prompt: str = "",
    caption: str | None = None,
    note: str | None = None,
    tags: Iterable[str] = (),
    provider: str | None = None,
    model: str | None = None,
    quality: str | None = None,
    format: str | None = None,  # noqa: A002 - the field's name
    width: int = 0,
    height: int = 0,
    rating: int | None = None,
    flags: Iterable[str] = (),
    ready: Texts | None = None,
) -> IndexEntry:
    """The index row of an asset; `ready` are its words where they were worked out before.

    `flags` are words of `is:` that are so (edit, root, transparent, flagged, imported,
    damaged, rejected) and `trashed`; `unrated` follows from the rating.
    """
    names = sorted(tags)
    plain, exact = ready or texts(prompt, caption, note, names)
    choices = [("provider", provider), ("model", model), ("quality", quality), ("format", format)]
    pairs = [(field, value) for field, value in choices if value is not None]
    pairs += [("size", size) for size in sizes(width, height)]
    pairs += [("tag", name) for name in names]
    pairs += [("rating", str(rating or 0))]
    return IndexEntry(plain, exact, _facets(tuple(pairs), tuple(sorted(flags))))


def sizes(width: int, height: int) -> tuple[str, str]:
    """The names an image's size goes by.

    >>> sizes(1536, 1024)
    ('1536x1024', 'landscape')
    """
    shape = "square" if width == height else "landscape" if width > height else "portrait"
    return f"{width}x{height}", shape


def guarded(text: str) -> str:
    """Words in which no stemming rule finds its letters.

    >>> guarded("fox 日本")
    'f0o0x0 日本'
    """
    return text.translate(_GUARDS)


@lru_cache(maxsize=4096)
def facet(field: str, value: str) -> str:
    """The token of a field and value; two different pairs never share one.

    >>> facet("quality", "high")
    'quality068696768'
    """
    data = folded_value(value).encode("utf-8", "surrogatepass")
    if len(data) > MAX_VALUE_BYTES:
        # Longer than any unhashed one by its 64 digits, so the two kinds cannot meet.
        rest = hashlib.sha256(data).hexdigest()
        return f"{field}0{_digits(data[:MAX_VALUE_BYTES])}{rest.translate(_HEX)}"
    return f"{field}0{_digits(data)}"


def facet_match(field: str, value: str, *, prefix: bool = False) -> str:
    """The search of the index for a facet, or for all whose values begin so."""
    return f'facets : "{facet(field, value)}"{" *" if prefix else ""}'


def every_row() -> str:
    """The search that finds all rows, from which a lone negation takes its own."""
    return f'facets : "{EVERY_ROW}"'


def hidden(flags: Iterable[str] = HIDING) -> str:
    """The search that finds the rows a default search leaves out, or some kinds of them."""
    kinds = tuple(flags)
    if kinds == HIDING:
        return f'facets : "{HIDDEN}"'
    return " OR ".join(facet_match("is", kind) for kind in kinds)


def word_match(text: str, *, prefix: bool = False) -> str | None:
    """The search of the index for a bare word by its stem; None where it holds no word.

    >>> word_match("Foxes"), word_match("a-b"), word_match("painti", prefix=True)
    ('words : "foxes"', 'words : "a b"', 'exact : "p0a0i0n0t0i0" *')
    """
    found, open_end = asked_words(text)
    if not found:
        return None
    if prefix:
        return exact_match(text, prefix=True)
    return f'words : "{" ".join(found)}"{" *" if open_end else ""}'


def exact_match(text: str, *, prefix: bool = False) -> str | None:
    """The search of the index for exactly these words in this order; None without a word."""
    found, open_end = asked_words(text)
    if not found:
        return None
    star = " *" if prefix or open_end else ""
    return f'exact : "{guarded(" ".join(found))}"{star}'


def needle(text: str, *, prefix: bool = False) -> str | None:
    """What `holds` looks for in a text; None where it holds no word."""
    found, open_end = asked_words(text)
    if not found:
        return None
    return f" {' '.join(found)}{'' if prefix or open_end else ' '}"


def holds(text: str | None, wanted: str) -> bool:
    """Whether a text has the words of a needle in their order.

    >>> holds("A red fox.", needle("Red Fox")), holds("A red foxglove", needle("red fox"))
    (True, False)
    """
    return text is not None and wanted in f" {' '.join(words(text))} "


def add(db: sqlite3.Connection, asset: int, entry: IndexEntry) -> None:
    """Put an asset into the index, where it must not be yet."""
    db.execute(
        "INSERT INTO text_index (rowid, words, exact, facets) VALUES (?, ?, ?, ?)",
        (asset, entry.words, entry.exact, entry.facets),
    )


def add_many(db: sqlite3.Connection, entries: Iterable[tuple[int, IndexEntry]]) -> None:
    """The same for many, in the order of their numbers."""
    db.executemany(
        "INSERT INTO text_index (rowid, words, exact, facets) VALUES (?, ?, ?, ?)",
        [(asset, entry.words, entry.exact, entry.facets) for asset, entry in entries],
    )


def replace(db: sqlite3.Connection, asset: int, old: IndexEntry, new: IndexEntry) -> None:
    """Change an asset's row; `old` must be exactly what was put in."""
    if old != new:
        remove(db, asset, old)
        add(db, asset, new)


def remove(db: sqlite3.Connection, asset: int, entry: IndexEntry) -> None:
    """Take an asset out; the index keeps no text, so it must be told what was put in."""
    db.execute(
        "INSERT INTO text_index (text_index, rowid, words, exact, facets) "
        "VALUES ('delete', ?, ?, ?, ?)",
        (asset, entry.words, entry.exact, entry.facets),
    )


@lru_cache(maxsize=4096)  # many images differ in their words alone
def _facets(pairs: tuple[tuple[str, str], ...], flags: tuple[str, ...]) -> str:
    hiding = (HIDDEN,) if any(flag in HIDING for flag in flags) else ()
    # Tags that differ only in case are one token, told once.
    told = dict.fromkeys(facet(field, value) for field, value in pairs)
    return " ".join((EVERY_ROW, *hiding, *told, *(facet("is", flag) for flag in flags)))


def _digits(data: bytes) -> str:
    return data.hex().translate(_HEX)
