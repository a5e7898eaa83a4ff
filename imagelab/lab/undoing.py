"""Taking back what was said of images, step by step, and a report that reads as a sentence."""

from __future__ import annotations

from imagelab.catalog import undo
from imagelab.catalog.catalog import Catalog
from imagelab.domain.acts import Done
from imagelab.domain.frozen import frozen
from imagelab.errors import RequestError


@frozen
class Undone:
    """The acts that were taken back, or done again; `next` is the one that would be now."""

    again: bool
    steps: tuple[Done, ...]
    next: Done | None

    @property
    def ids(self) -> tuple[int, ...]:
        """The assets concerned, a thousand of each act at most."""
        return tuple(dict.fromkeys(number for done in self.steps for number in done.ids))

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __str__(self) -> str:
        if not self.steps:
            return f"nothing to {'do again' if self.again else 'take back'}"
        done = "did again" if self.again else "took back"
        left = f"; next would be: {self.next}" if self.next else ""
        return f"{done}: {', '.join(map(str, self.steps))}{left}"

    def __repr__(self) -> str:
        return f"Undone({self})"


def exchange(catalog: Catalog, steps: object, *, again: bool) -> Undone:
    """Take back so many acts, or do them again, as far as there are any."""
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise RequestError(f"steps={steps!r} is not a whole number of acts from 1 up")
    done: list[Done] = []
    while len(done) < steps:
        one = undo.redo(catalog) if again else undo.undo(catalog)
        if one is None:
            break
        done.append(one)
    with catalog.reading() as db:
        return Undone(again, tuple(done), undo.upcoming(db, again=again))
