"""What was found out elsewhere, as columns of the assets: read from a frame, checked, and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from imagelab import clock
from imagelab.catalog import annotation
from imagelab.catalog.annotation import ColumnKind, Given, Value
from imagelab.catalog.catalog import Catalog
from imagelab.domain.dataset_columns import is_own, is_reserved
from imagelab.domain.frozen import frozen
from imagelab.domain.text import counted, one_line
from imagelab.errors import RequestError

_KEYS = ("uuid", "id")
_MOST_INTEGER = 2**63 - 1
_MOST_CHARACTERS = 100_000
_MISSING = ("NAType", "NaTType")  # pandas', by name: to know one it need not be loaded
_HELD = "numbers, text, true or false, moments with a time zone, and nothing"


@frozen
class Annotated:
    """What was kept: of how many assets, and in which columns."""

    assets: int
    columns: tuple[str, ...]
    dropped: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As a person reads it."""
        told = []
        if self.columns:
            names = ", ".join(self.columns)
            told = [f"{counted(self.assets, 'asset')} annotated: {names}; found by col.name:…"]
        return "; ".join([*told, *(f"{name} dropped" for name in self.dropped)])

    def __repr__(self) -> str:
        return f"Annotated({self})"


def annotate(catalog: Catalog, frame: Any, drop: Sequence[str]) -> Annotated:  # noqa: ANN401 - any library's frame
    """Take columns away, then keep those of the frame; all is checked before anything is done."""
    dropped = _dropped(catalog, drop)
    if frame is None:
        annotation.annotate(catalog, [], [], dropped)
        return Annotated(0, (), dropped)
    frame = _pandas(frame)
    named, by = _named(frame)
    given = [_given(str(name), frame[name]) for name in _names(frame, by)]
    numbers = annotation.numbers_of(catalog, named, by)
    annotation.annotate(catalog, numbers, given, dropped)
    return Annotated(len(numbers), tuple(column.name for column in given), dropped)


def _dropped(catalog: Catalog, drop: Sequence[str]) -> tuple[str, ...]:
    """The columns to drop; RequestError for one that is not there."""
    if isinstance(drop, str):
        raise RequestError(f"drop={drop!r} is one text; give a list, as in drop=[{drop!r}]")
    with catalog.reading() as db:
        there = [column.name for column in annotation.columns(db)]
    for name in drop:
        if name not in there:
            near = get_close_matches(str(name), there, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {there or 'none'}"
            raise RequestError(f"drop={name!r} is no column that lab.annotate brought; {hint}")
    return tuple(dict.fromkeys(drop))


def _pandas(frame: Any) -> Any:  # noqa: ANN401 - any library's frame
    """The frame as pandas has it; what polars and pyarrow make is turned into that."""
    if not hasattr(frame, "iloc") and hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if not hasattr(frame, "iloc") or not hasattr(frame, "columns"):
        raise RequestError(
            f"lab.annotate takes a DataFrame with a column uuid, not {type(frame).__name__}"
        )
    return frame


def _named(frame: Any) -> tuple[list[Any], str]:  # noqa: ANN401 - as `annotate`
    """What the rows name their assets by, and whether that is their uuid or their number."""
    column = next((name for name in _KEYS if name in frame.columns), None)
    if column is None and frame.index.name not in _KEYS:
        raise RequestError(
            "lab.annotate finds assets by a column or an index named uuid or id, and there is "
            f"neither among {[*map(str, frame.columns)]}; take it along from lab.to_pandas()"
        )
    named = (frame.index if column is None else frame[column]).tolist()
    by = "id" if named and all(type(name) is int for name in named) else "uuid"
    for name in named:
        if not isinstance(name, str if by == "uuid" else int):
            raise RequestError(f"{name!r} is no uuid of an asset; nothing was annotated")
    if len(set(named)) < len(named):
        [(twice, _)] = Counter(named).most_common(1)
        raise RequestError(
            f"two rows are of the asset {twice!r}, and nothing was annotated; keep one of them, as "
            "by df.drop_duplicates('uuid')"
        )
    return named, by


def _names(frame: Any, by: str) -> list[Any]:  # noqa: ANN401 - as `annotate`
    """The columns that are brought; RequestError for a name that cannot be one."""
    key = next((name for name in _KEYS if name in frame.columns), by)
    names = [name for name in frame.columns if name != key]
    if not names:
        raise RequestError(f"there is no column beside {key}; nothing was annotated")
    for name in names:
        _check_name(name)
    if len({str(name).casefold() for name in names}) < len(names):
        raise RequestError(f"two columns have one name among {names}; rename one of them")
    return names


def _check_name(name: object) -> None:
    if is_reserved(str(name)):
        raise RequestError(
            f"{name!r} is a column of the catalog's own or of its exports, which lab.annotate does "
            f"not change; take only your own along, as in lab.annotate(df[['uuid', …]])"
        )
    if not is_own(name):
        raise RequestError(
            f"the column {one_line(repr(name))} cannot be found by that name; rename it to letters, "
            "digits and _, beginning with a letter, at most 63, and not ending in _file_name"
        )


def _given(name: str, series: Any) -> Given:  # noqa: ANN401 - as `annotate`
    """The column with its kind, which is that of all its values; RequestError for a mixture."""
    values = [None if _is_missing(value) else value for value in series.tolist()]
    kinds = {_kind(name, value) for value in values if value is not None}
    if kinds == {"whole", "real"}:
        kinds = {"real"}
    if len(kinds) > 1:
        said = " and ".join(sorted(annotation.SAID[kind] for kind in kinds))
        raise RequestError(f"the column {name!r} has {said}; a column holds one kind")
    kind: ColumnKind = next(iter(kinds), _empty_kind(series))
    return Given(name, kind, [_kept(name, kind, value) for value in values])


def _is_missing(value: Any) -> bool:  # noqa: ANN401 - a cell holds anything
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 - only NaN is not itself
    return value is None or type(value).__name__ in _MISSING


def _empty_kind(series: Any) -> ColumnKind:  # noqa: ANN401 - as `annotate`
    """Of a column that says nothing, what it could have said."""
    kinds: dict[str, ColumnKind] = {
        "f": "real",
        "i": "whole",
        "u": "whole",
        "b": "flag",
        "M": "moment",
    }
    return kinds.get(getattr(series.dtype, "kind", "O"), "text")


def _kind(name: str, value: object) -> ColumnKind:
    match value:
        case bool():
            return "flag"
        case int():
            return "whole"
        case float():
            return "real"
        case str():
            return "text"
        case datetime():
            return "moment"
        case _:
            raise RequestError(
                f"the column {name!r} has {one_line(repr(value), 40)}, a {type(value).__name__}; a "
                f"column holds {_HELD}. What is larger is better kept in a file beside it"
            )


def _kept(name: str, kind: ColumnKind, value: Any) -> Value:  # noqa: ANN401 - a cell holds anything
    """As it is written; RequestError for what the catalog cannot hold."""
    if value is None:
        return None
    if kind == "moment":
        if value.tzinfo is None:
            raise RequestError(
                f"the column {name!r} has moments without a time zone, {value} for one; say which, "
                "as in .dt.tz_localize('UTC')"
            )
        return clock.to_us(value)
    if kind == "text":
        return _text(name, value)
    if kind == "real":
        return float(value)
    if abs(value) > _MOST_INTEGER:
        raise RequestError(f"the column {name!r} has {value}, which is beyond 63 bits")
    return int(value)


def _text(name: str, value: str) -> str:
    if len(value) > _MOST_CHARACTERS:
        raise RequestError(
            f"the column {name!r} has a text of {len(value):,} characters; {_MOST_CHARACTERS:,} are "
            "the most"
        )
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
