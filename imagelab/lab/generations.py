"""The generations a search finds, in a table: also those that were refused or brought nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, overload

from imagelab.catalog.asked import asked_ids
from imagelab.catalog.catalog import Catalog
from imagelab.domain.cost_words import price
from imagelab.domain.query_asked import parse_asked
from imagelab.domain.records import GenerationRow
from imagelab.domain.text import counted, one_line
from imagelab.errors import CatalogError
from imagelab.handles.generation import Generation
from imagelab.handles.lines import offer_name, quoted
from imagelab.handles.tables import html_table, text_table

_HEAD = ("generation", "asked at", "model", "status", "images", "price", "prompt", "what was said")
_WRAPS = {"asked at": 5.5, "model": 7, "price": 7, "prompt": 10, "what was said": 18}
_MOST_SHOWN = 50
_PROMPT, _REASON = 40, 160  # characters
_PROMPT_IN_CELL = 200


class Backing(Protocol):
    """What the handles ask of the lab, and rows by number."""

    def generation(self, number: int) -> Generation:
        """The handle of one."""
        ...

    def generation_rows(self, numbers: Sequence[int]) -> list[GenerationRow]:
        """The rows of these, in this order."""
        ...


class Generations(Sequence[Generation]):
    """Generations as a search found them, newest first; a table when shown."""

    def __init__(self, backing: Backing, numbers: Sequence[int], query: str = "") -> None:
        self._backing, self._numbers, self.query = backing, tuple(numbers), query

    @property
    def ids(self) -> list[int]:
        """Their numbers, in order."""
        return list(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Generation]:
        return map(self._backing.generation, self._numbers)

    @overload
    def __getitem__(self, index: int) -> Generation: ...

    @overload
    def __getitem__(self, index: slice) -> Generations: ...

    def __getitem__(self, index: int | slice) -> Generation | Generations:
        if isinstance(index, slice):
            return Generations(self._backing, self._numbers[index], self.query)
        if not -len(self) <= index < len(self):
            raise IndexError(
                f"there is no generation at {index} among {counted(len(self), 'generation')}"
            )
        return self._backing.generation(self._numbers[index])

    def __repr__(self) -> str:
        if not self._numbers:
            asked = f", {quoted(self.query)}; lab.generations() shows all" if self.query else ""
            return f"Generations(0 generations{asked})"
        try:
            table = text_table(_HEAD, self._lines(_PROMPT))
        except CatalogError as error:  # a closed lab; whoever prints a variable wants no traceback
            return f"Generations({error})"
        return f"{table}\n{self._rest}" if self._rest else table

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        shown = {"text/plain": repr(self)}
        if not self._numbers:
            return shown
        try:
            table = html_table(_HEAD, self._lines(_PROMPT_IN_CELL), _WRAPS)
        except CatalogError:
            return shown
        return shown | {"text/html": table + (f"<p>{self._rest}</p>" if self._rest else "")}

    @property
    def _rest(self) -> str:
        more = len(self) - _MOST_SHOWN
        return f"and {more:,} more, older" if more > 0 else ""

    def _lines(self, prompt: int) -> list[tuple[str, ...]]:
        rows = self._backing.generation_rows(self._numbers[:_MOST_SHOWN])
        return [_line(row, prompt) for row in rows]


def found(catalog: Catalog, backing: Backing, query: str) -> Generations:
    """The generations a search finds; QueryError where it cannot be read, or asks of pictures."""
    return Generations(backing, asked_ids(catalog, parse_asked(query)), query)


def _line(row: GenerationRow, prompt: int) -> tuple[str, ...]:
    return (
        f"g{row.id}",
        row.created_at.astimezone().strftime("%Y-%m-%d %H:%M"),
        offer_name(row.provider, row.model),
        row.status,
        f"{row.arrived} of {row.n}",
        price(row),
        one_line(row.prompt, prompt),
        one_line(row.error or "", _REASON),
    )
