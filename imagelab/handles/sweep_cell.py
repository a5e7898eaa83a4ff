"""One cell of a sweep as it stood when it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from imagelab.domain.batch import BatchRow, RowStatus
from imagelab.domain.money import Cost
from imagelab.domain.sweep import Axis
from imagelab.domain.text import one_line
from imagelab.handles.assets import Assets
from imagelab.handles.backing import Backing
from imagelab.handles.generation import Generation

CellStatus = RowStatus | Literal["not offered"]


class SweepCell:
    """Where it stands on each axis, and what became of it.

    `row` is its row of the batch; None where it is not offered.
    """

    def __init__(
        self,
        backing: Backing,
        axes: Sequence[Axis],
        where: Sequence[int],
        row: BatchRow | None,
        refused: str,
    ) -> None:
        self._backing, self._axes, self._where = backing, axes, where
        self.row, self._refused = row, refused

    @property
    def axes(self) -> dict[str, object]:
        """Its value on each axis."""
        pairs = zip(self._axes, self._where, strict=True)
        return {axis.name: axis.values[at] for axis, at in pairs}

    @property
    def shown_axes(self) -> list[object]:
        """The same for a table: words and numbers as they are, anything else as it is labelled."""
        pairs = zip(self._axes, self._where, strict=True)
        return [_plain(axis.values[at], axis.labels[at]) for axis, at in pairs]

    @property
    def labels(self) -> list[tuple[str, str]]:
        """The same in words, of the axes that vary."""
        pairs = zip(self._axes, self._where, strict=True)
        return [(axis.name, axis.labels[at]) for axis, at in pairs if len(axis.values) > 1]

    @property
    def status(self) -> CellStatus:
        """waiting, unsent, queued, running, succeeded, partial, failed, … or not offered."""
        return self.row.status if self.row else "not offered"

    @property
    def reason(self) -> str:
        """Why it is not offered, or what went wrong; empty where nothing did."""
        return (self.row.error or "") if self.row else self._refused

    @property
    def generation(self) -> Generation | None:
        """What it became; None where it has not begun."""
        number = self.row.generation if self.row else None
        return None if number is None else self._backing.generation(number)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its images."""
        return self.row.assets if self.row else ()

    @property
    def assets(self) -> Assets:
        """Its images."""
        return Assets(self._backing, numbers=list(self.numbers))

    @property
    def cost(self) -> Cost | None:
        """What it cost; None where that is not known, or nothing was sent."""
        return self.row.cost if self.row else None

    def __repr__(self) -> str:
        pairs = zip(self._axes, self._where, strict=True)
        facts = [f"{axis.name}={axis.labels[at]!r}" for axis, at in pairs]
        facts += [f"{self.status}: {one_line(self.reason)}" if self.reason else self.status]
        facts += [", ".join(f"#{number}" for number in self.numbers)] if self.numbers else []
        facts += [str(self.cost)] if self.cost else []
        return f"SweepCell({', '.join(facts)})"


def _plain(value: object, label: str) -> object:
    return value if value is None or isinstance(value, str | int | float) else label
