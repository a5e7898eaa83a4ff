"""What SQL cannot say by itself, as functions a search lends it: texts, patterns, likeness."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from imagelab.catalog.folding import folded_value
from imagelab.catalog.words import holds

PREFIX = "imagelab_"
_ALL_BITS = 2**64 - 1


def lend(db: sqlite3.Connection) -> None:
    """Give a connection the functions, once: to give them anew fails while anything is read."""
    try:
        db.execute(f"SELECT {PREFIX}distance(0, 0)").fetchall()
    except sqlite3.OperationalError:
        _lend(db)


def _lend(db: sqlite3.Connection) -> None:
    db.create_function(f"{PREFIX}holds", 2, holds, deterministic=True)
    db.create_function(f"{PREFIX}fits", 2, fits, deterministic=True)
    db.create_function(f"{PREFIX}distance", 2, distance, deterministic=True)


def pattern_text(pieces: Sequence[str]) -> str:
    """A pattern as one SQL value, as `fits` takes it."""
    return json.dumps([folded_value(piece) for piece in pieces])


def fits(value: str | None, pattern: str) -> bool:
    """Whether a value is of a pattern, by its folded form; an unknown value is of none.

    >>> fits("GPT-Image-1.5", pattern_text(["gpt", "1.5"])), fits(None, pattern_text(["", ""]))
    (True, False)
    """
    if value is None:
        return False
    pieces, folded = _pieces(pattern), _folded(value)
    if len(pieces) == 1:
        return folded == pieces[0]
    first, *between, last = pieces
    if len(folded) < len(first) + len(last):
        return False
    if not folded.startswith(first) or not folded.endswith(last):
        return False
    return _in_order(folded[len(first) : len(folded) - len(last)], between)


def distance(one: int, other: int) -> int:
    """In how many of their 64 bits two perceptual hashes differ.

    >>> distance(0, -1)
    64
    """
    return ((one ^ other) & _ALL_BITS).bit_count()


def _in_order(text: str, pieces: Sequence[str]) -> bool:
    """Leftmost is always right: a star never needs what lies before its next piece."""
    at = 0
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


@lru_cache(maxsize=64)
def _pieces(pattern: str) -> tuple[str, ...]:
    return tuple(json.loads(pattern))


@lru_cache(maxsize=4096)
def _folded(value: str) -> str:
    return folded_value(value)
