"""Foreign text made fit for one line: no control characters, no tricks with direction."""

from __future__ import annotations

import unicodedata

# Control, format (bidi, zero-width), surrogate and private-use characters, line separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def one_line(text: str, most: int = 80) -> str:
    r"""The text on one line, at most so many characters.

    >>> one_line("A fox\n\x1b[31mreading", 40), one_line("a long prompt", 8)
    ('A fox [31mreading', 'a long…')
    """
    head = text[: most * 4]
    seen = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in head)
    flat = " ".join(seen.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def file_size(count: int) -> str:
    """Bytes as a person writes them.

    >>> file_size(512), file_size(1_340_000)
    ('512 B', '1.3 MB')
    """
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "asset"), counted(4212, "asset")
    ('1 asset', '4,212 assets')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
