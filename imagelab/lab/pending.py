"""What waits for an answer, in a table, with what can be done about each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from imagelab.domain.frozen import frozen
from imagelab.domain.text import one_line
from imagelab.handles.generation import Generation
from imagelab.handles.lines import offer_name
from imagelab.handles.tables import html_table, text_table

_HEAD = ("generation", "asked at", "model", "price", "what is open", "what can be done", "prompt")
_WRAPS = {
    "asked at": 5.5,
    "model": 7,
    "price": 7,
    "what is open": 11,
    "what can be done": 15,
    "prompt": 8,
}
_PROMPT = 40  # characters


@frozen
class Waiting:
    """One generation that is not settled: what is open of it, and what can be done."""

    generation: Generation
    asked_at: str
    price: str
    matter: str
    remedy: str

    @property
    def line(self) -> tuple[str, ...]:
        """It as the cells of a row."""
        generation = self.generation
        return (
            f"g{generation.id}",
            self.asked_at,
            offer_name(generation.provider, generation.model),
            self.price,
            self.matter,
            self.remedy,
            one_line(generation.prompt, _PROMPT),
        )


class Pending(Sequence[Generation]):
    """The generations that are not settled, oldest first; a table when shown."""

    def __init__(self, waiting: Sequence[Waiting]) -> None:
        self._waiting = tuple(waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Generation]:
        return iter([waiting.generation for waiting in self._waiting])

    @overload
    def __getitem__(self, index: int) -> Generation: ...

    @overload
    def __getitem__(self, index: slice) -> list[Generation]: ...

    def __getitem__(self, index: int | slice) -> Generation | list[Generation]:
        return list(self)[index]

    def __repr__(self) -> str:
        if not self._waiting:
            return "Pending(nothing: every generation is settled)"
        return text_table(_HEAD, self._lines)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        if not self._waiting:
            return {"text/plain": repr(self)}
        return {"text/plain": repr(self), "text/html": html_table(_HEAD, self._lines, _WRAPS)}

    @property
    def _lines(self) -> list[tuple[str, ...]]:
        return [waiting.line for waiting in self._waiting]
