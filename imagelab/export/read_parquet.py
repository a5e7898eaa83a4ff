"""Pictures out of Parquet files that have them in a column, as `datasets` and our exports do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from imagelab.export.read_files import opened
from imagelab.export.read_sets import Packed

_AT_ONCE = 16
_MOST_GROUP = 4_000_000_000  # bytes of a row group; we write 100 MB, others up to 500 MB


def pictures_in_parquet(path: Path) -> Iterator[Packed]:
    """Every row that has a picture. OSError as `opened`; ValueError says what cannot be read."""
    if find_spec("pyarrow") is None:
        raise ValueError("it needs pyarrow, which is not installed; pip install 'imagelab[arrow]'")
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    with opened(path) as file:
        try:
            table = pq.ParquetFile(file)
            sizes = (
                table.metadata.row_group(n).total_byte_size for n in range(table.num_row_groups)
            )
            if max(sizes, default=0) > _MOST_GROUP:
                raise ValueError("it has row groups of gigabytes; write it in smaller ones")
            for batch in table.iter_batches(batch_size=_AT_ONCE):
                yield from filter(None, map(_picture, batch.to_pylist()))
        except (pa.ArrowException, OverflowError) as error:
            raise ValueError(f"it is no Parquet file that can be read: {error}") from error


def _picture(row: Mapping[str, Any]) -> Packed | None:
    """The first column that holds bytes: of a struct with `bytes` and `path`, or of itself."""
    for key, value in row.items():
        data = value.get("bytes") if isinstance(value, Mapping) else value
        if isinstance(data, bytes) and data:
            name = value.get("path") if isinstance(value, Mapping) else None
            rest = {other: said for other, said in row.items() if other != key}
            return Packed(str(name or row.get("id") or key), data, rest)
    return None
