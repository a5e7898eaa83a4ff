"""DataFrames: assets, spending and answers to SQL, with types that do not lie.

Money is exact (`Decimal`), numbers that may be missing are nullable, moments are aware UTC. The
types turn on the columns and never on the rows, so that frames of any two queries fit together.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from imagelab.domain.columns import Told

if TYPE_CHECKING:  # pandas is heavy: it is loaded when the first frame is made
    import pandas as pd

_EXACT_IN_FLOAT = 2**53
_THUMBNAIL = "thumbnail"

Small = Callable[[str], tuple[bytes, str] | None]


def assets_frame(told: Told, small: Small | None = None) -> pd.DataFrame:
    """A row an asset, in the order told; `known` says how its cost is known.

    `small` gives the small picture of an original by its hash: with it there is a column
    `thumbnail` before the others, whose bytes are shown as pictures in a notebook.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, see above

    from imagelab.export.picture_frame import PictureFrame, Thumbnail  # noqa: PLC0415 - as pandas
    from imagelab.export.series import growing  # noqa: PLC0415 - as pandas

    columns = {name: growing(kind, arrow=told.arrow) for name, kind in told.columns.items()}
    more = True
    while more:
        with _uncollected():
            part = next(told.parts, ())
            more = bool(part)
            for column, values in zip(columns.values(), part, strict=more):
                column.add(values)
    frame = pd.DataFrame({name: column.series() for name, column in columns.items()}, copy=False)
    if small is None:
        return frame
    pictures = [found and Thumbnail(*found) for found in map(small, frame["sha256"])]
    frame.insert(0, _THUMBNAIL, pd.Series(pictures, dtype="object"))
    return PictureFrame(frame)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Some thousand rows without a search for circles, which they have none of.

    It took a third of the time of a large frame. Another thread's end of such a stretch may
    begin the search again early, and does no more.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def table_frame(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Columns and rows as they are: text as text, whole numbers whole where some are missing."""
    import pandas as pd  # noqa: PLC0415 - heavy, see above

    frame = pd.DataFrame(list(rows), columns=list(columns), dtype="object")
    for place in range(len(columns)):
        kind = _type_of([row[place] for row in rows])
        if kind:
            frame.isetitem(place, frame.iloc[:, place].astype(kind).array)
    return frame


def _type_of(values: Sequence[Any]) -> Any:  # noqa: ANN401 - pandas takes a few names it does not name
    """The type that holds all of these exactly; None where they are best left as they are."""
    found = set(map(type, values))
    some = "none" if type(None) in found else "all"
    match sorted(kind.__name__ for kind in found - {type(None)}):
        case ["int"]:
            return {"all": "int64", "none": "Int64"}[some]
        case ["bool"]:
            return {"all": "bool", "none": "boolean"}[some]
        case ["str"]:
            return "string"
        case ["float"]:
            return "float64"
        case ["float", "int"] if all(_fits_float(value) for value in values):
            return "float64"
        case _:
            return None


def _fits_float(value: object) -> bool:
    return not isinstance(value, int) or abs(value) <= _EXACT_IN_FLOAT
