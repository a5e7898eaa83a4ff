"""How a command speaks: lines that fit the terminal, in letters that it has."""

from __future__ import annotations

import codecs
import io
import os
import shutil
import sys
import textwrap

# Where the output is no terminal, and the bounds where it is one.
_USUAL_COLUMNS, _FEWEST_COLUMNS, _MOST_COLUMNS = 80, 40, 100
# What stands in for our own marks where the encoding has no such letter.
_PLAIN = {"★": "*", "×": "x", "→": "->", "…": "...", "·": "-", "≈": "~", "–": "-", "’": "'"}


def prepare() -> None:
    """Have letters that the output cannot take shown plainly, never as an error."""
    codecs.register_error("imagelab.plain", _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="imagelab.plain")


def say(text: str = "", *, indent: int = 0) -> None:
    """A paragraph on stdout, wrapped."""
    say_lines(wrapped(text, indent))


def say_lines(text: str) -> None:
    """Lines on stdout as they are, at once."""
    # One write: an interrupt between two would leave a line without its end.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_aside(text: str) -> None:
    """A paragraph on stderr: what is not the answer itself."""
    print(wrapped(text), file=sys.stderr, flush=True)


def wrapped(text: str, indent: int = 0) -> str:
    """A paragraph broken between words; paths and addresses stay whole."""
    margin = " " * indent
    lines = textwrap.wrap(
        text,
        columns(),
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def columns() -> int:
    """How wide a line may be."""
    wide = shutil.get_terminal_size((_USUAL_COLUMNS, 24)).columns
    return max(_FEWEST_COLUMNS, min(wide, _MOST_COLUMNS))


def hush() -> None:
    """Nobody reads any more: the rest goes nowhere, also what Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    missing = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter, "?") for letter in missing), error.end
