"""Assets as an Arrow table, which polars, DuckDB, pandas and many more take as it is.

Money is decimal128, moments are microseconds in UTC, what may be missing is null. pyarrow is the
extra `arrow`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import compress, count
from typing import Any

from imagelab.domain.columns import Kind, Told
from imagelab.errors import RequestError

_NANO_DIGITS, _MOST_DIGITS = 9, 19  # whatever a catalog can hold, to the nano-unit


def check_arrow(what: str) -> None:
    """RequestError where pyarrow is not installed; `what` is what needs it."""
    if find_spec("pyarrow") is None:
        raise RequestError(
            f"{what} needs pyarrow, which is not installed; pip install 'imagelab[arrow]'"
        )


def assets_table(told: Told) -> Any:  # noqa: ANN401 - pyarrow has no types
    """A `pyarrow.Table` with a row an asset, in the order told; RequestError without pyarrow."""
    check_arrow("to_arrow()")
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    types = _types()
    schema = pa.schema(
        [
            pa.field(name, types[kind], nullable=kind not in ("number", "fact"))
            for name, kind in told.columns.items()
        ]
    )
    batches = [
        pa.record_batch(
            [
                _array(values, kind, types[kind])
                for values, kind in zip(part, told.columns.values(), strict=True)
            ],
            schema=schema,
        )
        for part in told.parts
    ]
    return pa.Table.from_batches(batches, schema).unify_dictionaries()


def _types() -> Mapping[Kind, Any]:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    return {
        "number": pa.int64(),
        "whole": pa.int64(),
        "real": pa.float64(),
        "text": pa.string(),
        "word": pa.dictionary(pa.int32(), pa.string()),
        "words": pa.list_(pa.string()),
        "money": pa.decimal128(_MOST_DIGITS, _NANO_DIGITS),
        "fact": pa.bool_(),
        "flag": pa.bool_(),
        "moment": pa.timestamp("us", tz="UTC"),
    }


def _array(values: Any, kind: Kind, type_: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    told = isinstance(values, pa.Array)  # by the child, which reads Arrow's own
    match kind:
        case "money":
            return _amounts(values if told else pa.array(values, pa.int64()), type_)
        case "moment" | "fact" | "flag":
            return (values if told else pa.array(values, pa.int64())).cast(type_)
        case "word":
            words = values if told else pa.array(values, pa.string())
            return words.dictionary_encode().cast(type_)
        case "words":
            return pa.array(word_lists(values) if told else values, type_)
        case _:
            return values if told else pa.array(values, type_)


def word_lists(values: Any) -> list[list[str]]:  # noqa: ANN401 - pyarrow has no types
    """Lists of words that are JSON, or null, in Arrow's text; each in its order."""
    made: list[list[str]] = [[] for _ in range(len(values))]
    there = values.is_valid().to_pylist()
    told = json.loads(f"[{','.join(values.drop_null().to_pylist())}]")
    for place, words in zip(compress(count(), there), told, strict=True):
        made[place] = sorted(words)
    return made


def _amounts(nano: Any, type_: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Nano-units as decimals of nine places: the same digits, in sixteen bytes for eight.

    A decimal128 is a two's complement integer, the low half first (Arrow's columnar format).
    """
    import numpy as np  # noqa: PLC0415 - heavy, and here wherever pandas is
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    known, digits = nano.buffers()
    low = np.frombuffer(digits, "<i8", len(nano))
    wide = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(type_, len(nano), [known, pa.py_buffer(wide)])
