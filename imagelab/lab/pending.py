"""What waits for an answer, in a table, with what can be done about each."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from imagelab.domain.text import one_line
from imagelab.handles.cards import PLAIN
from imagelab.handles.generation import Generation

_HEAD = ("generation", "asked at", "model", "price", "what is open", "what can be done", "prompt")
_TABLE = "font-size:12px;margin:2px 0 6px;table-layout:auto;border-collapse:collapse"
_CELL = "text-align:left;vertical-align:top;padding:4px 12px 4px 4px;"
_PROMPT = 40  # characters


@dataclass(frozen=True, slots=True)
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
            f"{generation.provider}/{generation.model}",
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
        table = [_HEAD, *(waiting.line for waiting in self._waiting)]
        widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        if not self._waiting:
            return {"text/plain": repr(self)}
        head = _row("th", _HEAD)
        rows = "".join(_row("td", waiting.line) for waiting in self._waiting)
        table = (
            f'<table {PLAIN} style="{_TABLE}"><thead>{head}</thead><tbody>{rows}</tbody></table>'
        )
        return {"text/plain": repr(self), "text/html": table}


def _row(tag: str, cells: Sequence[str]) -> str:
    told = "".join(f'<{tag} style="{_CELL}">{html.escape(cell)}</{tag}>' for cell in cells)
    return f"<tr>{told}</tr>"
