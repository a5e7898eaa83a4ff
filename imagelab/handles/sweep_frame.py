"""The cells of a sweep as a table: a row a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imagelab.domain.sweep import Axis
from imagelab.export.frame import table_frame
from imagelab.handles.sweep_cell import SweepCell

if TYPE_CHECKING:  # pandas is heavy; only the frame needs it
    import pandas as pd

_COLUMNS = ("status", "images", "generation", "assets", "cost", "unit", "seconds", "reason")


def sweep_frame(axes: Sequence[Axis], cells: Sequence[SweepCell]) -> pd.DataFrame:
    """Where each stands on each axis, and what became of it; an axis gives way to a name of ours."""
    names = [f"{axis.name}_given" if axis.name in _COLUMNS else axis.name for axis in axes]
    table = [(*cell.shown_axes, *_told(cell)) for cell in cells]
    return table_frame([*names, *_COLUMNS], table).astype({"generation": "Int64"})


def _told(cell: SweepCell) -> tuple[object, ...]:
    row, cost = cell.row, cell.cost
    return (
        cell.status,
        len(cell.numbers),
        row.generation if row else None,
        list(cell.numbers),
        cost.amount if cost else None,
        cost.unit if cost else None,
        row.seconds if row else None,
        cell.reason,
    )
