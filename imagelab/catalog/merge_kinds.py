"""The columns that are taken from another catalog, each with the types it may hold.

How long a cell may be is for the connection that reads it to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from operator import itemgetter
from types import NoneType
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "text_or_none": (str, NoneType),
    "number": (int,),
    "number_or_none": (int, NoneType),
}


class Columns:
    """Names of columns, given by what they hold, and the types that were found good so far.

    >>> Columns(number="n", text="name").taken({"n": 1, "name": "fox", "more": b""})
    {'n': 1, 'name': 'fox'}
    >>> Columns(number="n", text="name").taken({"n": "1", "name": "fox"})
    """

    def __init__(self, **said: str) -> None:
        allowed = {name: _TYPES[kind] for kind, names in said.items() for name in names.split()}
        self._names, self._allowed = tuple(allowed), tuple(allowed.values())
        self._values = itemgetter(*self._names)
        self._good: set[tuple[type, ...]] = set()

    def taken(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """The columns that are taken of a row; None where one is of a wrong type."""
        values = self._values(row)
        types = tuple(map(type, values))
        if types not in self._good:
            if not all(one in fine for one, fine in zip(types, self._allowed, strict=True)):
                return None
            self._good.add(types)
        return dict(zip(self._names, values, strict=True))


_COST = "cost_nano"
_COST_WORDS = "cost_unit cost_source"
GENERATION = Columns(
    number="id n created_at",
    number_or_none=f"quote_low quote_likely quote_high sent_at finished_at {_COST}",
    text="uuid status provider model native prompt params resolved used extra tags quote_unit "
    "quote_basis",
    text_or_none=f"quality error_kind error notebook {_COST_WORDS}",
)
CALL = Columns(
    number="id generation position n images",
    number_or_none=f"http_status sent_at finished_at {_COST}",
    text="uuid key state remote charged",
    text_or_none=f"method url body body_sha256 request_id cost_raw error_kind error {_COST_WORDS}",
)
ASSET = Columns(
    number="id position rejected late created_at",
    number_or_none=f"generation call seed flagged rating {_COST}",
    text="uuid kind prompt params reported sha256",
    text_or_none=f"provider model quality background caption note remote {_COST_WORDS}",
)
INPUT = Columns(
    number="generation position",
    number_or_none="made_by",
    text="role sha256",
    text_or_none="parent url",
)
LINE = Columns(
    number="generation call position at",
    number_or_none="asset amount_nano high_nano",
    text="unit",
    text_or_none="source note",
)
EVENT = frozenset(  # generation, call, at, was, became, note
    product([int], [int, NoneType], [int], [str, NoneType], [str], [str, NoneType])
)
BATCH = Columns(
    number="id term created_at",
    number_or_none="finished_at",
    text="uuid fingerprint status",
    text_or_none="notebook",
)
BATCH_ROW = Columns(
    number="position",
    number_or_none="same_as quote_low quote_likely quote_high generation",
    text="name fingerprint provider quote_unit state earlier",
)
