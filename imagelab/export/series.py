"""The columns of a DataFrame, grown some rows at a time, each kind in a type that holds it exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, localcontext
from itertools import repeat
from operator import mul
from typing import Any, Protocol

import numpy as np
import pandas as pd

from imagelab.domain.columns import Kind, Values
from imagelab.export import arrow_series

_NOT_A_TIME = np.iinfo("int64").min  # numpy's NaT
_GATHERED = 20_000  # values
_PLACES, _DIGITS = 9, 20  # of an amount: nano-units, as many as an int64 has


class Growing(Protocol):
    """A column on its way."""

    def add(self, values: Values) -> None:
        """Some more rows."""

    def series(self) -> pd.Series[Any]:
        """All of them."""


def growing(kind: Kind, *, arrow: bool = False) -> Growing:
    """An empty column for values as SQLite has them, or for Arrow's arrays of them."""
    if kind == "word":
        return _ArrowWords() if arrow else _Words()
    if kind == "money":
        amounts = _Amounts()
        return _Arrays(amounts.of_arrow) if arrow else _Gathered(amounts.exact)
    return _Arrays(arrow_series.MAKING[kind]) if arrow else _Gathered(_MAKING[kind])


class _Arrays:
    """A column as the arrays of its parts."""

    def __init__(self, made: Callable[[Values], Any]) -> None:
        self._made = made
        self._parts: list[pd.Series[Any]] = []

    def add(self, values: Values) -> None:
        self._parts.append(pd.Series(self._made(values), copy=False))

    def series(self) -> pd.Series[Any]:
        return pd.concat(self._parts or [pd.Series(self._made(()))], ignore_index=True)


class _Gathered(_Arrays):
    """A column whose parts are so short that an array of each would cost more than its values."""

    def __init__(self, made: Callable[[Values], Any]) -> None:
        super().__init__(made)
        self._waiting: list[Any] = []

    def add(self, values: Values) -> None:
        self._waiting += values
        if len(self._waiting) >= _GATHERED:
            self._end()

    def series(self) -> pd.Series[Any]:
        self._end()
        return super().series()

    def _end(self) -> None:
        if self._waiting:
            super().add(self._waiting)
            self._waiting = []


class _Words:
    """Few different texts, as the places they have among those seen; in the end in their order."""

    def __init__(self) -> None:
        self._places = _Places()
        self._parts: list[Any] = []

    def add(self, values: Values) -> None:
        found = map(self._places.__getitem__, values)
        self._parts.append(np.fromiter(found, "int32", len(values)))

    def series(self) -> pd.Series[Any]:
        seen = [word for word in self._places if word is not None]
        order = sorted(seen)
        moved = np.full(len(seen) + 1, -1, "int32")  # the last is where -1, for nothing, points
        for place, word in enumerate(order):
            moved[self._places[word]] = place
        codes = moved[np.concatenate([np.empty(0, "int32"), *self._parts])]
        categories = pd.Index(order, dtype="str" if order else None)
        return pd.Series(pd.Categorical.from_codes(codes, categories))


class _ArrowWords(_Words):
    def add(self, values: Values) -> None:
        told: Any = values
        coded = told.dictionary_encode()
        there = [*map(self._places.__getitem__, coded.dictionary.to_pylist()), -1]
        places = np.array(there, "int32")  # the last is where -1, for nothing, points
        self._parts.append(places[arrow_series.filled(coded.indices, -1)])


class _Places(dict[str | None, int]):
    def __init__(self) -> None:
        super().__init__({None: -1})

    def __missing__(self, word: str | None) -> int:
        self[word] = place = len(self) - 1
        return place


class _Amounts(dict[int | None, Decimal | None]):
    """Nano-units as decimals; most prices come up again and again."""

    def __init__(self) -> None:
        super().__init__({None: None})

    def exact(self, values: Values) -> Any:  # noqa: ANN401 - an array
        self._know(set(values).difference(self))
        return np.fromiter(map(self.__getitem__, values), object, len(values))

    def of_arrow(self, values: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
        made = self.exact(arrow_series.filled(values).tolist())
        made[arrow_series.missing(values)] = None
        return made

    def _know(self, new: set[int | None]) -> None:
        """Work out those that are new, by how many zeros each ends in: without a step a price."""
        left = np.fromiter(new, "int64", len(new))
        with localcontext(prec=_DIGITS):  # whatever the user's own context would round to
            for zeros in range(_PLACES, -1, -1):
                unit = 10**zeros
                ends = left % unit == 0
                found = left[ends].tolist()
                whole = map(Decimal, (left[ends] // unit).tolist())
                amounts = map(mul, whole, repeat(Decimal(1).scaleb(zeros - _PLACES)))
                self.update(zip(found, amounts, strict=True))
                left = left[~ends]


def _objects(values: Iterable[Any], count: int) -> Any:  # noqa: ANN401 - an array
    return np.fromiter(values, object, count)


def _whole(values: Values) -> Any:  # noqa: ANN401 - an array
    return pd.arrays.IntegerArray(_or_zero(values, "int64"), _missing(values))


def _flags(values: Values) -> Any:  # noqa: ANN401 - an array
    return pd.arrays.BooleanArray(_or_zero(values, "bool"), _missing(values))


def _or_zero(values: Values, kind: str) -> Any:  # noqa: ANN401 - an array
    return np.array([value or 0 for value in values], kind)


def _missing(values: Values) -> Any:  # noqa: ANN401 - an array
    return np.array([value is None for value in values], "bool")


def _moments(values: Values) -> Any:  # noqa: ANN401 - an array
    told = np.array([_NOT_A_TIME if value is None else value for value in values], "int64")
    return pd.DatetimeIndex(told.view("M8[us]")).tz_localize("UTC")


def _texts(values: Values) -> Any:  # noqa: ANN401 - an array
    return pd.array(_objects(values, len(values)), dtype="string")


def _lists(values: Values) -> Any:  # noqa: ANN401 - an array
    return np.fromiter(map(list, values), object, len(values))


_MAKING: Mapping[Kind, Callable[[Values], Any]] = {
    "number": lambda values: np.array(values, "int64"),
    "whole": _whole,
    "real": lambda values: np.array(values, "float64"),
    "text": _texts,
    "words": _lists,
    "fact": lambda values: np.array(values, "bool"),
    "flag": _flags,
    "moment": _moments,
}
