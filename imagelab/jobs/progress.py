"""What one sees while waiting: a line in a terminal, a card in a notebook, nothing in a script.

Drawn by the waiting thread only, since output of other threads lands in the wrong cell.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol

from imagelab import clock
from imagelab.domain.frozen import frozen
from imagelab.handles.notebook import in_notebook

# At most four updates a second, and none for what is over at once.
PERIOD_SECONDS = 0.25


@frozen
class Sight:
    """How far it is, for a terminal and for a notebook."""

    line: str
    html: str


class Progress(Protocol):
    """Something that shows a sight, again and again, and then no more.

    `watched` says whether a person is there to read.
    """

    watched: bool

    def show(self, seen: Callable[[], Sight]) -> None:
        """Show this in place of the last one; it is only asked for when it is time."""
        ...

    def close(self) -> None:
        """Leave the place tidy; closing twice is no matter."""
        ...


class Silence:
    """A script's progress: nothing."""

    def __init__(self, *, watched: bool = False) -> None:
        self.watched = watched

    def show(self, seen: Callable[[], Sight]) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Leave nothing."""


class Line:
    """A terminal's progress: one line that is written over and wiped in the end."""

    watched = True

    def __init__(self) -> None:
        self._due = _Due()
        self._width = 0

    def show(self, seen: Callable[[], Sight]) -> None:
        """Write over the last line, unless that was a moment ago."""
        if not self._due.now():
            return
        # A line that wraps could not be written over.
        line = seen().line[: shutil.get_terminal_size().columns - 1]
        sys.stdout.write("\r" + line.ljust(self._width))
        sys.stdout.flush()
        self._width = len(line)

    def close(self) -> None:
        """Wipe the line."""
        if self._width:
            sys.stdout.write("\r" + " " * self._width + "\r")
            sys.stdout.flush()
            self._width = 0


class Card:
    """A notebook's progress: one output that is updated in place and emptied in the end."""

    watched = True

    def __init__(self, display: Any) -> None:  # noqa: ANN401 - IPython ships no types
        self._display = display
        self._handle: Any = None  # IPython's, once there is something to see
        self._due = _Due()

    def show(self, seen: Callable[[], Sight]) -> None:
        """Update the output, unless that was done a moment ago."""
        if not self._due.now():
            return
        sight = seen()
        self._draw({"text/plain": sight.line, "text/html": sight.html})

    def close(self) -> None:
        """Empty the output: an output cannot be taken back, and empty HTML takes no room."""
        if self._handle is not None:
            self._draw({"text/plain": "", "text/html": ""})
            self._handle = None

    def _draw(self, bundle: dict[str, str]) -> None:
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def progress(*, awaited: bool = False) -> Progress:
    """The kind that fits where this runs; several awaited ones would fight for a terminal's line."""
    if threading.current_thread() is not threading.main_thread():
        return Silence()
    display = _notebook_display()
    if display is not None:
        return Card(display)
    if not sys.stdout.isatty():
        return Silence()
    return Silence(watched=True) if awaited else Line()


class _Due:
    """When it is time to draw again."""

    def __init__(self) -> None:
        self._drawn_at = clock.monotonic()

    def now(self) -> bool:
        """Whether it is time, and then not again for a period."""
        if clock.monotonic() - self._drawn_at < PERIOD_SECONDS:
            return False
        self._drawn_at = clock.monotonic()
        return True


def _notebook_display() -> Any:  # noqa: ANN401 - IPython ships no types
    """IPython's display where a kernel is at work; IPython is never imported for it."""
    return sys.modules["IPython.display"].display if in_notebook() else None
