"""Text cut into the words that a search compares: case, accents and widths are all one.

Unicode's tables grow with Python, and a catalog outlives both; so what is a letter is asked
of the one table that never changes (3.2). What it does not know — newer scripts, emoji — is
a word of its own for each character.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from unicodedata import ucd_3_2_0 as unicode

MAX_WORD = 100  # characters; base64 that was pasted into a prompt is not worth more
# Scripts without spaces between words: kana, bopomofo, hangul and the Chinese characters.
_PAIRED = "\u3005-\u3007\u3041-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002a6df"
# Such sets take milliseconds to compile, and most labs hold no text that wants them.
_RUNS = functools.cache(lambda: re.compile(rf"[{_PAIRED}]+|[^{_PAIRED}\s]+"))
_IS_PAIRED = functools.cache(lambda: re.compile(rf"[{_PAIRED}]"))
_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Where an accent does not make another letter: Latin, Greek, and ё.
_ACCENTS = re.compile(r"(?<=[a-zα-ωе])[\u0300-\u036f]+")
_LEFT_OVER = re.compile(r"[\u0300-\u036f\ufe00-\ufe0f]")


def words(text: str) -> list[str]:
    """The words of a text, in order, folded; unspaced scripts as pairs and the last alone.

    >>> words("Café au lait, 日本語")
    ['cafe', 'au', 'lait', '日本', '本語', '語']
    """
    if text.isascii():
        return [word[:MAX_WORD] for word in _ASCII_WORD.findall(text.lower())]
    found: list[str] = []
    for run in _RUNS().findall(_folded(text)):
        if _only_marks(run):
            continue
        found += _pairs(run) if _IS_PAIRED().match(run) else [run[:MAX_WORD]]
    return found


def asked_words(text: str) -> tuple[list[str], bool]:
    """The same for what is looked for, and whether the last word may go on.

    In the index 日本語 is 日本, 本語, 語: asked for, 日本 is one pair, and 日 begins one.

    >>> asked_words("日本"), asked_words("日"), asked_words("fox")
    ((['日本'], False), (['日'], True), (['fox'], False))
    """
    found = words(text)
    if not found or not _IS_PAIRED().match(found[-1]):
        return found, False
    if len(found) > 1 and _ends_run(found[-2], found[-1]):
        return found[:-1], False
    return found, True


def folded_value(text: str) -> str:
    """A whole value as it is compared: `Runware ` is `runware`, `ＰＮＧ` is `png`."""
    return " ".join(unicode.normalize("NFKC", text).lower().split())


def _folded(text: str) -> str:
    apart = unicode.normalize("NFKD", text).translate(_LETTERS)
    whole = unicode.normalize("NFC", _ACCENTS.sub("", apart))
    return _LEFT_OVER.sub("", whole)


class _Letters(dict[int, str]):
    """What becomes of each character, worked out once: letters small, all else a space."""

    def __missing__(self, code: int) -> str:
        self[code] = letter = _letter(chr(code))
        return letter


_LETTERS = _Letters()


def _letter(character: str) -> str:
    small = character.lower()
    kind = unicode.category(small[0])
    if kind[0] in "LNM":
        return small
    if kind == "Cf":  # joiners and soft hyphens stand inside words
        return ""
    if kind in ("So", "Cn"):
        # The last 0 keeps the stemmer away from a code that ends like a word.
        return f" u{ord(character):x}0 "
    return " "


def _only_marks(run: str) -> bool:
    return all(unicode.category(character)[0] == "M" for character in run)


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)] + [run[-1]]


def _ends_run(pair: str, last: str) -> bool:
    return len(pair) == 2 and len(last) == 1 and pair[1] == last and bool(_IS_PAIRED().match(pair))
