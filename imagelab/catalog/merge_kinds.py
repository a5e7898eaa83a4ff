"""The columns that are taken from another catalog, each with what it may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Kinds: TypeAlias = Mapping[str, Callable[[Any], bool]]

_MOST_TEXT = 1_000_000  # characters


def _text(value: Any) -> bool:  # noqa: ANN401 - a cell
    return type(value) is str and len(value) <= _MOST_TEXT


def _text_or_none(value: Any) -> bool:  # noqa: ANN401 - a cell
    return value is None or (type(value) is str and len(value) <= _MOST_TEXT)


def _number(value: Any) -> bool:  # noqa: ANN401 - a cell
    return type(value) is int


def _number_or_none(value: Any) -> bool:  # noqa: ANN401 - a cell
    return value is None or type(value) is int


def _kinds(**said: str) -> Kinds:
    """Names of columns by what they hold."""
    fits = {
        "text": _text,
        "text_or_none": _text_or_none,
        "number": _number,
        "number_or_none": _number_or_none,
    }
    return {name: fits[kind] for kind, names in said.items() for name in names.split()}


_COST = "cost_nano"
_COST_WORDS = "cost_unit cost_source"
GENERATION = _kinds(
    number="id n created_at",
    number_or_none=f"quote_low quote_likely quote_high sent_at finished_at {_COST}",
    text="uuid status provider model native prompt params resolved used extra tags quote_unit "
    "quote_basis",
    text_or_none=f"quality error_kind error notebook {_COST_WORDS}",
)
CALL = _kinds(
    number="id generation position n images",
    number_or_none=f"http_status sent_at finished_at {_COST}",
    text="uuid key state remote charged",
    text_or_none=f"method url body body_sha256 request_id cost_raw error_kind error {_COST_WORDS}",
)
ASSET = _kinds(
    number="id position rejected late created_at",
    number_or_none=f"generation call seed flagged rating {_COST}",
    text="uuid kind prompt params reported sha256",
    text_or_none=f"provider model quality background caption note remote {_COST_WORDS}",
)
INPUT = _kinds(
    number="generation position",
    number_or_none="made_by",
    text="role sha256",
    text_or_none="parent url",
)
LINE = _kinds(
    number="generation call position at",
    number_or_none="asset amount_nano high_nano",
    text="unit",
    text_or_none="source note",
)
EVENT = _kinds(
    number="seq generation at", number_or_none="call", text="became", text_or_none="was note"
)
BATCH = _kinds(
    number="id term created_at",
    number_or_none="finished_at",
    text="uuid fingerprint status",
    text_or_none="notebook",
)
BATCH_ROW = _kinds(
    number="position",
    number_or_none="same_as quote_low quote_likely quote_high generation",
    text="name fingerprint provider quote_unit state earlier",
)
