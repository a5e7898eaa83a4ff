"""A prompt as the painter reads it: plain lower-case words, the plural taken off."""

from __future__ import annotations

import re
import unicodedata

MAX_READ_CHARACTERS = 4000  # a longer prompt has said by then what it is about
_WORD = re.compile(r"[a-z]+")
_NEGATIONS = frozenset({"no", "not", "without", "never"})
_KEEP_S = ("ss", "us", "is", "ous")


def words_of(prompt: str) -> tuple[str, ...]:
    """The words in order, without accents, plurals and what is ruled out by "no" or "without".

    >>> words_of("Two Teal foxes, no backdrop: a café's glass")
    ('two', 'teal', 'fox', 'a', 'cafe', 's', 'glass')
    """
    plain = unicodedata.normalize("NFKD", prompt[:MAX_READ_CHARACTERS]).lower()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    found = _WORD.findall(plain)
    pairs = zip(["", *found], found, strict=False)
    return tuple(_singular(word) for before, word in pairs if not {before, word} & _NEGATIONS)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(_KEEP_S):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    if word.endswith("lves"):
        return word[:-3] + "f"
    return {"leaves": "leaf", "canvas": "canvas"}.get(word, word[:-1])
