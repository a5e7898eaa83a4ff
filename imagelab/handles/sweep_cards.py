"""How a sweep looks: its facts, and tables of its cells that read well without their styling."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from imagelab.domain.batch import BatchStatus, Standing
from imagelab.domain.frozen import frozen
from imagelab.domain.markup import PLAIN
from imagelab.domain.money import Cost
from imagelab.domain.records import AssetRow
from imagelab.domain.sweep import Axis, Grid
from imagelab.domain.text import one_line
from imagelab.handles.cards import picture_tag
from imagelab.handles.lines import quoted
from imagelab.handles.pictures import Picture, fitting
from imagelab.handles.sweep_cell import SweepCell

MOST_PICTURES = 36  # more would be too small to see in what a saved notebook can bear
_COUNTS = (MOST_PICTURES, 24, 16)  # fewer where they are large even when they are small
PICTURE_BYTES = 54_000  # so that 100 kB hold the words of the cells as well
_MOST_CELLS = 200
_PIXELS = 96
_REASON_CHARACTERS = 120

_CARD = "margin:2px 0 6px;line-height:1.5;text-align:left"
_QUIET = "opacity:.72;font-size:12px;font-variant-numeric:tabular-nums"
_TD = "padding:6px;text-align:left;vertical-align:top"
_NOT_OFFERED = f"{_TD};max-width:14em;opacity:.55;background:rgba(128,128,128,.12)"


@frozen
class Shown:
    """A cell as it is drawn, by the first of its images."""

    status: str
    reason: str
    cost: Cost | None
    numbers: tuple[int, ...] = ()
    picture: tuple[AssetRow, Picture | None] | None = None


def shown_cell(cell: SweepCell, seen: Mapping[int, tuple[AssetRow, Picture | None]]) -> Shown:
    """A cell with the picture of its first image, where that is among those that are seen."""
    picture = seen.get(cell.numbers[0]) if cell.numbers else None
    return Shown(cell.status, cell.reason, cell.cost, cell.numbers, picture)


def sweep_facts(grid: Grid, standing: Standing, refused: int, name: str) -> list[str]:
    """How far it is, what is in the way, how large it is, what it cost, what was asked."""
    facts = [f"{name} {standing.status} {standing.ended:,}/{standing.rows:,}"]
    counts = {**standing.amiss, "not offered": refused}
    facts += [f"{count:,} {word}" for word, count in counts.items() if count]
    sides = " × ".join(f"{len(axis.values)} {axis.name}" for axis in grid.varied)
    facts += [sides] if sides else []
    return [*facts, f"{standing.spent}{' so far' if standing.open else ''}", quoted(grid.template)]


def advice(status: BatchStatus) -> str:
    """What can be done with it now."""
    match status:
        case "running":
            return "it goes on in the background; .wait() waits, .cancel() drops what was not sent"
        case "stopped":
            return "nobody sends the cells that wait; the same call goes on with them"
        case _:
            return ".cell(…) has one cell, .rerun(…) and .rate(stars, …) a cell, a row or a column"


def sweep_card(
    grid: Grid,
    facts: Sequence[str],
    cells: Sequence[Shown],
    said: str,
    *,
    picture_bytes: int = PICTURE_BYTES,
) -> str:
    """The first two axes as rows and columns, and a table for each value of the others.

    An axis of one value is said once, above them.
    """
    drawn = dict(zip(grid.cells(), _fitted(cells, picture_bytes), strict=True))
    rows, columns, *others = [*grid.varied, None, None][: max(2, len(grid.varied))]
    tables, left = [], _MOST_CELLS
    for values in itertools.product(*(range(len(axis.values)) for axis in others if axis)):
        held = {axis.name: at for axis, at in zip(others, values, strict=False) if axis}
        if left > 0:
            tables.append(_table(grid, rows, columns, held, drawn))
        left -= _count(rows) * _count(columns)
    more = []
    if left < 0:
        more.append(f"{len(tables)} of the tables are shown, .to_pandas() has every cell")
    pictured = sum(cell.picture is not None for cell in drawn.values())
    if pictured < sum(bool(cell.numbers) for cell in cells):
        more.append(f"pictures of the first {pictured} cells, .assets.gallery() has all")
    return (
        f'<div {PLAIN} style="{_CARD}"><div>{html.escape(" · ".join(facts))}</div>{_alike(grid)}'
        f"{''.join(tables)}"
        f'<div style="{_QUIET};margin-top:4px">{html.escape("; ".join([*more, said]))}</div></div>'
    )


def _table(
    grid: Grid,
    rows: Axis | None,
    columns: Axis | None,
    held: dict[str, int],
    drawn: dict[tuple[int, ...], Shown],
) -> str:
    """One table; `held` says where it stands on the axes that are neither its rows nor columns."""

    def cell(row: int, column: int) -> str:
        at = dict(held)
        at |= {rows.name: row} if rows else {}
        at |= {columns.name: column} if columns else {}
        return _cell(drawn[tuple(at.get(axis.name, 0) for axis in grid.axes)])

    corner = " \\ ".join(axis.name for axis in (rows, columns) if axis)
    head = f"<tr>{_th(corner)}{''.join(map(_th, columns.labels if columns else ['']))}</tr>"
    lines = [
        f"<tr>{_th(rows.labels[row] if rows else '')}"
        f"{''.join(cell(row, column) for column in range(_count(columns)))}</tr>"
        for row in range(_count(rows))
    ]
    names = {axis.name: axis for axis in grid.axes}
    said = ", ".join(f"{name}: {names[name].labels[at]}" for name, at in held.items())
    above = f'<div style="margin-top:8px"><b>{html.escape(said)}</b></div>' if said else ""
    return (
        f'{above}<table border="1" style="border-collapse:collapse">{head}{"".join(lines)}</table>'
    )


def _cell(shown: Shown) -> str:
    if shown.status == "not offered":
        reason = html.escape(one_line(shown.reason, _REASON_CHARACTERS))
        return f'<td style="{_NOT_OFFERED}"><small>not offered<br>{reason}</small></td>'
    facts = [f"#{shown.numbers[0]}"] if shown.numbers else []
    facts += [f"{len(shown.numbers)} images"] if len(shown.numbers) > 1 else []
    stars = shown.picture[0].rating if shown.picture else None
    facts += ["★" * stars] if stars else []
    facts += [shown.status] if shown.status != "succeeded" else []
    facts += [str(shown.cost)] if shown.cost else []
    facts += [one_line(shown.reason, _REASON_CHARACTERS)] if shown.reason else []
    picture = f"{picture_tag(*shown.picture, _PIXELS)}<br>" if shown.picture else ""
    said = html.escape(" · ".join(facts))
    return f'<td style="{_TD}">{picture}<small>{said}</small></td>'


def _fitted(cells: Sequence[Shown], most_bytes: int) -> list[Shown]:
    """The cells with as many pictures as there is room for, from the first on."""
    places = [place for place, cell in enumerate(cells) if cell.picture]
    shown = [replace(cell, picture=None) for cell in cells]
    for most in _COUNTS:
        first = places[:most]
        small = fitting([p[1] for place in first if (p := cells[place].picture)], most_bytes)
        if all(small) or most == _COUNTS[-1]:
            for place, picture in zip(first, small, strict=True):
                shown[place] = _with(cells[place], picture)
            break
    return shown


def _with(cell: Shown, picture: Picture | None) -> Shown:
    return replace(cell, picture=(cell.picture[0], picture) if cell.picture else None)


def _alike(grid: Grid) -> str:
    said = [f"{a.name}: {a.labels[0]}" for a in grid.axes if len(a.values) == 1]
    return f'<div style="{_QUIET}">{html.escape(" · ".join(said))}</div>' if said else ""


def _count(axis: Axis | None) -> int:
    return len(axis.values) if axis else 1


def _th(text: str) -> str:
    return f'<th style="{_TD};max-width:14em;overflow-wrap:anywhere">{html.escape(text)}</th>'
