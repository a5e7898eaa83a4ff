"""What a child process runs: the rows of a large frame, read through ADBC and told as an Arrow stream.

ADBC brings an SQLite of its own, which must not be in a process that holds the catalog: closing
any descriptor of the file would cancel the other's locks. Here it is the only one. Around every
read of some thousand rows stand the catalog's own locks, as in every process.

On stdin comes a line of JSON, then the assets' numbers as 64-bit integers; on stdout goes the
stream. Whatever is not as it should be ends the child, and the parent reads the rows itself.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from imagelab import clock
from imagelab.catalog.frame_sql import ADBC_SELECTED, FROM, SOME
from imagelab.catalog.locks import Locks
from imagelab.catalog.looking import left_hot
from imagelab.domain.columns import ASSET_COLUMNS, Kind

_FIRST, _MOST = 2_000, 16_000  # rows in a read, of about 4 µs each
_QUICK_SECONDS, _SLOW_SECONDS = 0.02, 0.05
_PRAGMAS = (
    "query_only=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    "busy_timeout=30000",
)
_SPARSE = 4  # times as many numbers between the ends as are wanted: they are looked up one by one
# One value that is there of each kind: ADBC types a column by its first rows, which may be null.
_FIRST_OF = {"text": "''", "word": "''", "words": "''", "real": "0.0"}
_ANNOTATED = "(SELECT value FROM annotation WHERE field = {} AND asset = a.id)"


def main() -> None:
    """Answer the one request on stdin."""
    told = json.loads(sys.stdin.buffer.readline())
    numbers = array("q", sys.stdin.buffer.read())
    more: list[tuple[int, Kind]] = [(int(field), kind) for field, kind in told["more"]]
    write(Path(told["path"]), numbers, more, sys.stdout.buffer)


def write(path: Path, numbers: array[int], more: Sequence[tuple[int, Kind]], to: Any) -> None:  # noqa: ANN401 - pyarrow takes any file
    """Write the stream of these assets, in this order; numbers that are not there are left out."""
    import adbc_driver_sqlite  # noqa: PLC0415 - an extra
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra
    from adbc_driver_manager import (  # noqa: PLC0415 - its `dbapi` loads pandas and polars
        AdbcConnection,
        AdbcStatement,
    )

    kinds = [*ASSET_COLUMNS.values(), *(kind for _, kind in more)]
    types = {"text": pa.string(), "word": pa.string(), "words": pa.string(), "real": pa.float64()}
    schema = pa.schema([(str(n), types.get(kind, pa.int64())) for n, kind in enumerate(kinds)])
    extra = [
        f"CAST({_ANNOTATED.format(field)} AS REAL)" if kind == "real" else _ANNOTATED.format(field)
        for field, kind in more
    ]
    selected = ", ".join([*ADBC_SELECTED, *extra])
    first = f"SELECT {', '.join(_FIRST_OF.get(kind, '0') for kind in kinds)}"
    with (
        adbc_driver_sqlite.connect(f"{path.absolute().as_uri()}?mode=rw") as file,
        AdbcConnection(file) as db,
        AdbcStatement(db) as asked,
        pa.ipc.new_stream(to, schema) as stream,
    ):
        with Locks(path).reading():
            for pragma in _PRAGMAS:
                _answer(asked, f"PRAGMA {pragma}")
        for part, found in _read(path, asked, numbers, f"{first} UNION ALL ", selected):
            table = found.slice(1).rename_columns(schema.names)
            if table.schema != schema:
                raise TypeError(f"a column holds what no imagelab wrote: {table.schema}")
            table.validate(full=True)  # text that is none
            stream.write_table(_in_order(table, part))


def _read(
    path: Path,
    asked: Any,  # noqa: ANN401 - ADBC's own
    numbers: array[int],
    first: str,
    selected: str,
) -> Iterator[tuple[array[int], Any]]:
    """What is there of so many at a time, as many as are read quickly."""
    locks, start, width = Locks(path), 0, _FIRST
    while start < len(numbers):
        part = numbers[start : start + width]
        asked.set_options(**{"adbc.sqlite.query.batch_rows": str(width + 1)})
        with locks.reading():
            if left_hot(path):
                raise BlockingIOError("a writer died; whoever may write sees to it")
            began = clock.monotonic()
            found = _answer(asked, first + _statement(part, selected))
            took = clock.monotonic() - began
        yield part, found
        start += len(part)
        if took > _SLOW_SECONDS:
            width = max(_FIRST // 4, width // 2)
        elif took < _QUICK_SECONDS:
            width = min(_MOST, width * 2)


def _answer(asked: Any, sql: str) -> Any:  # noqa: ANN401 - ADBC's own
    """All of an answer, so that no statement holds the file when the lock is given back."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    asked.set_sql_query(sql)
    stream, _ = asked.execute_query()
    with pa.RecordBatchReader.from_stream(stream) as reader:
        return reader.read_all()


def _statement(part: array[int], selected: str) -> str:
    """The rows of these, in the order of their numbers; only our own constants and numbers are in it."""
    low, high = min(part), max(part)
    if high - low + 1 > _SPARSE * len(part):
        listed = f"json_each('{json.dumps(part.tolist())}') AS near"
        return f"SELECT * FROM (SELECT {selected} FROM {listed} {SOME} ORDER BY near.key)"  # noqa: S608 - see above
    way = "DESC" if part[0] > part[-1] else "ASC"
    inside = f"a.id BETWEEN {low} AND {high} ORDER BY a.id {way}"
    return f"SELECT * FROM (SELECT {selected} {FROM} WHERE {inside})"  # noqa: S608 - see above


def _in_order(table: Any, part: array[int]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The rows in the order wanted, without those that nobody asked for."""
    import numpy as np  # noqa: PLC0415 - heavy, and here wherever pandas is

    there, wanted = table.column(0).to_numpy(), np.frombuffer(part, "int64")
    if np.array_equal(there, wanted):
        return table
    order = np.argsort(there)
    places = np.searchsorted(there, wanted, sorter=order)
    places = order[np.minimum(places, len(there) - 1)] if len(there) else places[:0]
    return table.take(places[there[places] == wanted[: len(places)]])


if __name__ == "__main__":
    main()
