"""The table of offers: what can be asked for, what each takes and costs."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Sequence
from typing import Any, overload

from imagelab.domain.offer import Offer
from imagelab.handles.cards import PLAIN
from imagelab.providers.choosing import price_range

_HEAD = ("offer", "native", "sizes", "quality", "n", "inputs", "mask", "price", "ends", "key")
_TABLE = "font-size:12px;margin:2px 0 6px;table-layout:auto;border-collapse:collapse"
_CELL = "text-align:left;vertical-align:top;padding:4px 10px 4px 4px;white-space:nowrap;"
_WRAP = "white-space:normal;min-width:9em;"


class Models(Sequence[Offer]):
    """Every offer, in a table when shown; an `Offer` has where and when each fact was read."""

    def __init__(self, offers: Sequence[Offer], usable: Collection[str]) -> None:
        self._offers, self._usable = tuple(offers), frozenset(usable)

    def __len__(self) -> int:
        return len(self._offers)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self._offers)

    @overload
    def __getitem__(self, index: int) -> Offer: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Offer, ...]: ...

    def __getitem__(self, index: int | slice) -> Offer | tuple[Offer, ...]:
        return self._offers[index]

    def __repr__(self) -> str:
        table = [_HEAD, *(self._line(offer) for offer in self)]
        widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        head = "".join(f'<th style="{_CELL}">{name}</th>' for name in _HEAD)
        rows = "".join(f"<tr>{_cells(offer, self._line(offer))}</tr>" for offer in self)
        table = f'<table {PLAIN} style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        return {"text/plain": repr(self), "text/html": table}

    def _line(self, offer: Offer) -> tuple[str, ...]:
        sizes = ", ".join(s for s in offer.choices.get("size", ()) if s[0].isdigit())
        return (
            offer.name,
            offer.native,
            sizes if offer.size_rule is None else "any within bounds",
            ", ".join(offer.choices.get("quality", ())),
            f"1–{offer.n_max}" if offer.n_max > 1 else "1",
            f"0–{offer.inputs_max}" if offer.inputs_max else "none",
            "yes" if offer.mask else "no",
            price_range(offer),
            offer.ends.isoformat() if offer.ends else "",
            "yes" if offer.provider in self._usable else "no",
        )


def _cells(offer: Offer, line: Sequence[str]) -> str:
    """One row; lists and prices may wrap; a native id is only told where it is another name."""
    told = [*line]
    told[_HEAD.index("native")] = "" if offer.native == offer.model else offer.native
    styles = [_CELL + _WRAP if name in ("sizes", "quality", "price") else _CELL for name in _HEAD]
    return "".join(
        f'<td style="{style}">{html.escape(cell)}</td>'
        for style, cell in zip(styles, told, strict=True)
    )
