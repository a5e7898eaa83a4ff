"""What a user gives as rows, read into the words of one request each."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.params import NAMES, WHOLE
from imagelab.domain.text import counted, one_line
from imagelab.errors import RequestError
from imagelab.providers.choosing import meant

WORDS = ("prompt", "provider", "model", "n", *NAMES, "images", "mask", "tags", "extra")
_WHOLE = ("n", *WHOLE)  # a frame with gaps has these as floats


@frozen
class Table:
    """Rows as they were given: `index` is a frame's own, None for a list; `said` its words."""

    index: Any
    names: Sequence[object]
    said: tuple[dict[str, Any], ...]
    common: Mapping[str, Any]

    def words(self, position: int) -> dict[str, Any]:
        """What one row asks for, with what is common to all."""
        return {**self.common, **self.said[position]}


def read_rows(rows: object, common: Mapping[str, Any]) -> Table:
    """The rows of a frame, or of dicts or prompts; RequestError says which of them is none."""
    _check(common, "")
    index, names, dicts = _parts(rows)
    if not dicts:
        raise RequestError("rows is empty: there is nothing to ask for")
    said = []
    for name, row in zip(names, dicts, strict=True):
        where = f"row {name!r}: " if index is None or len(dicts) == 1 else ""
        _check(row, where)
        said.append({word: _plain(word, value) for word, value in row.items() if _is_said(value)})
    everywhere = {word: value for word, value in common.items() if _is_said(value)}
    return Table(index, names, tuple(said), everywhere)


def refused(wrong: Sequence[tuple[object, Exception]], rows: int) -> RequestError:
    """One sentence for all the rows that cannot be sent, by name; the first stands for them."""
    name, error = wrong[0]
    first = f"row {name!r}: {error}"
    if len(wrong) == 1:
        return RequestError(first)
    return RequestError(
        f"{len(wrong):,} of {counted(rows, 'row')} cannot be sent, so none was; the first is {first}"
    )


def _parts(rows: object) -> tuple[Any, Sequence[object], list[dict[Any, Any]]]:
    """The index, the names of the rows, and the rows as dicts."""
    pandas = sys.modules.get("pandas")  # whoever has a frame has loaded it
    if pandas is not None and isinstance(rows, pandas.DataFrame):
        return rows.index, rows.index.tolist(), _of_frame(rows)
    if pandas is not None and isinstance(rows, pandas.Series):
        return rows.index, rows.index.tolist(), [{"prompt": prompt} for prompt in rows.tolist()]
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise RequestError(
            f"rows={one_line(repr(rows), 60)} is not rows; give a DataFrame, a list of dicts, or a "
            "list of prompts"
        )
    given = list(rows)
    return None, range(len(given)), [_as_dict(place, row) for place, row in enumerate(given)]


def _of_frame(frame: Any) -> list[dict[Any, Any]]:  # noqa: ANN401 - a DataFrame
    columns = list(frame.columns)
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise RequestError(f"column {twice!r} is there twice; rename or drop one")
    _check(columns, "column ")
    values = [frame[column].tolist() for column in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _as_dict(place: int, row: object) -> dict[Any, Any]:
    if isinstance(row, str):
        return {"prompt": row}
    if isinstance(row, Mapping):
        return dict(row)
    raise RequestError(f"row {place}: {one_line(repr(row), 60)} is neither a dict nor a prompt")


def _check(words: Collection[object], where: str) -> None:
    unknown = next((word for word in words if word not in WORDS), None)
    if unknown is not None:
        raise RequestError(
            f"{where}{unknown!r} is not a parameter; there are {', '.join(sorted(WORDS))}"
            f"{meant(str(unknown), WORDS)}"
        )


def _is_said(value: object) -> bool:
    """Whether a cell holds something: None and the several kinds of nothing of a frame do not."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return False
    return not (isinstance(value, float) and value != value)  # noqa: PLR0124 - not a number


def _plain(word: str, value: object) -> object:
    if word in _WHOLE and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
