"""Parquet shards with the pictures in them, as Hugging Face's `datasets` writes its own.

Shards of about 500 MB, row groups of 100 MB at most, a page index, pages cut by content so
that uploading again is cheap, and pictures left uncompressed, which they are already
(datasets 5.2, `config.py` and `arrow_writer.py`). pyarrow is the extra `arrow`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from types import TracebackType
from typing import Any, Self

from imagelab.domain.columns import Kind
from imagelab.domain.dataset_columns import COLUMNS, MONEY
from imagelab.export.arrow import check_arrow
from imagelab.export.folder import Folder
from imagelab.export.imagefolder import parts_of
from imagelab.export.item import Format, Item, Plan

_SHARD_BYTES, _GROUP_BYTES, _GROUP_IMAGES = 500_000_000, 100_000_000, 100
_CHUNKING = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}
_NANO_DIGITS, _MOST_DIGITS = 9, 19  # whatever a catalog can hold, to the nano-unit
_INTEGERS = {
    "seed": 64,
    "size_bytes": 64,
    "width": 32,
    "height": 32,
    "batch_index": 32,
    "rating": 8,
}
_LISTS = ("tags", "parent_ids")
# Columns from outside, as `datasets` calls what they hold.
_JOINED: Mapping[Kind, str] = {
    "whole": "int64",
    "real": "float64",
    "flag": "bool",
    "moment": "timestamp[us, tz=UTC]",
}


def _write(folder: Folder, items: Iterator[Item], plan: Plan) -> None:
    with _Shards(folder, plan) as shards:
        for item in items:
            shards.add(item)


class _Shards:
    """The shard that is open of each split, and the rows that wait to be a row group of it."""

    def __init__(self, folder: Folder, plan: Plan) -> None:
        self._folder, self._plan = folder, plan
        self._schema = _schema(plan)
        self._open: dict[str, _Shard] = {}
        self._seen = dict.fromkeys(plan.parts, 0)

    def add(self, item: Item) -> None:
        split, size = item.split, max(1, self._plan.sizes[item.split])
        count = -(-size // _SHARD_BYTES)
        number = min(self._seen[split] * count // size, count - 1)
        self._seen[split] += item.row.size_bytes
        name = f"data/{split}-{number:05d}-of-{count:05d}.parquet"
        shard = self._open.get(split)
        if shard is None or shard.name != name:
            if shard:
                self._open.pop(split).close()
            shard = self._open[split] = _Shard(self._folder, name, self._schema, self._plan.joined)
        shard.add(item)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for shard in self._open.values():
            shard.close()


class _Shard:
    def __init__(
        self,
        folder: Folder,
        name: str,
        schema: Any,  # noqa: ANN401 - pyarrow has no types here
        joined: Mapping[str, Kind],
    ) -> None:
        import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra
        import pyarrow.parquet as pq  # noqa: PLC0415 - as above

        self.name, self._folder, self._schema, self._joined = name, folder, schema, joined
        self._file = folder.begun(name)
        texts = [_leaf(c) for c in schema.names if c != "image"]
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._file, mode="w"),
            schema,
            compression={**dict.fromkeys(texts, "zstd"), **_UNCOMPRESSED},
            use_dictionary=texts,  # no two pictures are equal, and none is less than another
            write_statistics=texts,
            write_page_index=True,
            use_content_defined_chunking=_CHUNKING,
        )
        self._waiting: list[Item] = []
        self._bytes = 0

    def add(self, item: Item) -> None:
        self._waiting.append(item)
        self._bytes += len(item.data)
        if self._bytes >= _GROUP_BYTES or len(self._waiting) >= _GROUP_IMAGES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()
        self._folder.ended(self.name, self._file)

    def _flush(self) -> None:
        import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

        waiting, self._waiting, self._bytes = self._waiting, [], 0
        if waiting:
            images = _images(waiting, self._schema.field("image").type)
            rest = self._schema.remove(0)
            records = [{**item.record, **item.joined(self._joined)} for item in waiting]
            rows = pa.Table.from_pylist(records, schema=rest)
            self._writer.write_table(pa.table([images, *rows.columns], schema=self._schema))


def _images(items: Sequence[Item], kind: Any) -> Any:  # noqa: ANN401 - pyarrow has no types here
    """The pictures as one array, of bytes that are moved once: pyarrow's own way takes tenfold."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    ends = array("i", accumulate((len(item.data) for item in items), initial=0))
    data = pa.py_buffer(b"".join(item.data for item in items))
    pictures = pa.Array.from_buffers(pa.binary(), len(items), [None, pa.py_buffer(ends), data])
    names = pa.array([item.file for item in items], pa.string())
    return pa.StructArray.from_arrays([pictures, names], fields=list(kind))


_UNCOMPRESSED = {"image.bytes": "none", "image.path": "none"}


def _leaf(column: str) -> str:
    """As Parquet names the values of a column."""
    return f"{column}.list.element" if column in _LISTS else column


def _schema(plan: Plan) -> Any:  # noqa: ANN401 - pyarrow has no types here
    """Every column with its type, and the pictures known as such to `datasets` in a lone file too."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    integers = {8: pa.int8(), 32: pa.int32(), 64: pa.int64()}
    types = {name: integers[bits] for name, bits in _INTEGERS.items()}
    types |= dict.fromkeys(_LISTS, pa.list_(pa.string()))
    types |= dict.fromkeys(("cost_usd", "cost_credits"), pa.decimal128(_MOST_DIGITS, _NANO_DIGITS))
    types["created_at"] = pa.timestamp("us", tz="UTC")
    joined = {
        "whole": pa.int64(),
        "real": pa.float64(),
        "flag": pa.bool_(),
        "moment": pa.timestamp("us", tz="UTC"),
    }
    types |= {name: joined[kind] for name, kind in plan.joined.items() if kind in joined}
    names = _names(plan)
    image = pa.field("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    fields = [image, *(pa.field(name, types.get(name, pa.string())) for name in names)]
    features = {"image": {"_type": "Image"}} | {name: _feature(name, plan) for name in names}
    about = json.dumps({"info": {"features": features}})
    return pa.schema(fields, metadata={"huggingface": about})


def _names(plan: Plan) -> list[str]:
    return [*(name for name in COLUMNS if plan.money or name not in MONEY), *plan.joined]


def _feature(name: str, plan: Plan) -> dict[str, Any]:
    if name in _LISTS:
        return {"feature": {"dtype": "string", "_type": "Value"}, "_type": "List"}
    return {"dtype": _dtype(name, plan), "_type": "Value"}


def _dtype(name: str, plan: Plan) -> str:
    if name in plan.joined:
        return _JOINED.get(plan.joined[name], "string")
    if name in _INTEGERS:
        return f"int{_INTEGERS[name]}"
    if name in ("cost_usd", "cost_credits"):
        return f"decimal128({_MOST_DIGITS}, {_NANO_DIGITS})"
    return "timestamp[us, tz=UTC]" if name == "created_at" else "string"


def _card(plan: Plan) -> str:
    """The features again, for readers that go by the card, and the files of each split."""
    said = "".join(
        f"    - name: {json.dumps(name) if name in plan.joined else name}\n"
        f"      {'list' if name in _LISTS else 'dtype'}: {_dtype(name, plan)}\n"
        for name in _names(plan)
    )
    features = f"dataset_info:\n  features:\n    - name: image\n      dtype: image\n{said}"
    return features + parts_of(plan, "data/{}-*.parquet")


PARQUET = Format(_write, card=_card, check=lambda: check_arrow("format='parquet'"))
