"""What one sees while waiting: a line in a terminal, a card in a notebook, nothing in a script.

Drawn by the waiting thread only, since output of other threads lands in the wrong cell.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol

from imagelab import clock

# At most four updates a second.
PERIOD_SECONDS = 0.25


class Progress(Protocol):
    """Something that shows a line, again and again, and then no more."""

    def show(self, line: str) -> None:
        """Show this line in place of the last one."""
        ...

    def close(self) -> None:
        """Leave the place tidy."""
        ...


class Silence:
    """A script's progress: nothing."""

    def show(self, line: str) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Leave nothing."""


class Line:
    """A terminal's progress: one line that is written over and wiped in the end."""

    def __init__(self) -> None:
        self._shown_at = float("-inf")
        self._width = 0

    def show(self, line: str) -> None:
        """Write over the last line, unless that was a moment ago."""
        if clock.monotonic() - self._shown_at < PERIOD_SECONDS:
            return
        self._shown_at = clock.monotonic()
        sys.stdout.write("\r" + line.ljust(self._width))
        sys.stdout.flush()
        self._width = len(line)

    def close(self) -> None:
        """Wipe the line."""
        if self._width:
            sys.stdout.write("\r" + " " * self._width + "\r")
            sys.stdout.flush()


class Card:
    """A notebook's progress: one output that is updated in place and emptied in the end."""

    def __init__(self, display: Any) -> None:  # noqa: ANN401 - IPython ships no types
        self._display = display
        self._handle: Any = None
        self._shown_at = float("-inf")

    def show(self, line: str) -> None:
        """Update the output, unless that was done a moment ago."""
        if clock.monotonic() - self._shown_at < PERIOD_SECONDS:
            return
        self._shown_at = clock.monotonic()
        bundle = {"text/plain": line}
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def close(self) -> None:
        """Empty the output."""
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)


def progress() -> Progress:
    """The kind that fits where this runs."""
    display = _notebook_display()
    if display is not None:
        return Card(display)
    return Line() if sys.stdout.isatty() else Silence()


def _notebook_display() -> Any:  # noqa: ANN401 - IPython ships no types
    """IPython's display where a kernel is at work; IPython is never imported for it."""
    ipython = sys.modules.get("IPython")
    shell = (
        ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    )
    if shell is None or not hasattr(shell, "kernel"):
        return None
    return sys.modules["IPython.display"].display
