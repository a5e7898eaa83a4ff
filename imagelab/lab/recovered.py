"""What became of everything that was asked for again, as a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from imagelab.domain.cost_words import money
from imagelab.domain.frozen import frozen
from imagelab.domain.markup import report
from imagelab.domain.records import Status
from imagelab.domain.text import counted
from imagelab.handles.generation import Generation


@frozen
class Taken:
    """One generation that was not settled, as it was; `why` is what is still in the way."""

    generation: Generation
    was: Status
    had: int
    waits: bool = False
    why: str = ""
    status: Status = "running"
    images: int = 0

    def begun(self) -> Taken:
        """It is being asked for."""
        return replace(self, waits=True)

    def but(self, why: str) -> Taken:
        """It could not be taken up."""
        return replace(self, why=why)

    def now(self, why: str) -> Taken:
        """As it has become."""
        status, images = self.generation.status, len(self.generation)
        return replace(self, status=status, images=images, why=self.why or why)

    @property
    def line(self) -> str:
        """What became of it, in a sentence."""
        number, new = f"g{self.generation.id}", self.images - self.had
        came = f", {counted(new, 'image')} came" if new else ""
        if self.status == self.was and not new:
            return f"{number} is {self.status} still: {self.why or 'nothing more is known of it'}"
        cost = money(self.generation.cost)
        why = f": {self.why}" if self.why and self.status in ("unknown", "running") else ""
        return f"{number} was {self.was} and is {self.status}{came}, {cost}{why}"


class Recovered(Sequence[Taken]):
    """A sentence for each generation that was not settled."""

    def __init__(self, taken: Sequence[Taken]) -> None:
        self._taken = tuple(taken)

    def __len__(self) -> int:
        return len(self._taken)

    def __iter__(self) -> Iterator[Taken]:
        return iter(self._taken)

    def __getitem__(self, index: int) -> Taken:  # type: ignore[override] # nobody slices a report
        return self._taken[index]

    @property
    def images(self) -> int:
        """How many images came."""
        return sum(each.images - each.had for each in self._taken)

    def __repr__(self) -> str:
        if not self._taken:
            return "nothing to recover: every generation is settled"
        return "\n".join(each.line for each in self._taken)

    def _repr_html_(self) -> str:
        return report(repr(self))
