"""The columns of a DataFrame from Arrow's arrays: the same types and values as from SQLite's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from imagelab.domain.columns import Kind
from imagelab.export.arrow import word_lists

_NOT_A_TIME = np.iinfo("int64").min  # numpy's NaT


def whole(values: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Numbers that may be missing."""
    return pd.arrays.IntegerArray(filled(values), missing(values))


def filled(values: Any, instead: int = 0) -> Any:  # noqa: ANN401 - as `whole`
    """The numbers, and another one where there is none."""
    return values.fill_null(instead).to_numpy(zero_copy_only=False).copy()


def missing(values: Any) -> Any:  # noqa: ANN401 - as `whole`
    """Where there is none."""
    return values.is_null().to_numpy(zero_copy_only=False)


def _lists(values: Any) -> Any:  # noqa: ANN401 - as `whole`
    return np.fromiter(word_lists(values), object, len(values))


def _flags(values: Any) -> Any:  # noqa: ANN401 - as `whole`
    return pd.arrays.BooleanArray(filled(values).astype("bool"), missing(values))


def _moments(values: Any) -> Any:  # noqa: ANN401 - as `whole`
    return pd.DatetimeIndex(filled(values, _NOT_A_TIME).view("M8[us]")).tz_localize("UTC")


MAKING: Mapping[Kind, Callable[[Any], Any]] = {
    "number": filled,
    "whole": whole,
    "real": lambda values: values.to_numpy(zero_copy_only=False),
    "text": lambda values: pd.StringDtype().__from_arrow__(values),  # type: ignore[attr-defined]  # its protocol, which the stubs leave out
    "words": _lists,
    "fact": lambda values: filled(values).astype("bool"),
    "flag": _flags,
    "moment": _moments,
}
