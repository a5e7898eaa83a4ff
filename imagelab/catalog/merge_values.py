"""Rows of another's catalog judged as values: of the right types, and such as a catalog has.

Whoever wrote the file may have meant harm, so nothing is taken for being in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias, get_args

from imagelab import clock
from imagelab.catalog import merge_kinds as kinds
from imagelab.domain.life import CALL_FINAL, CallState
from imagelab.domain.money import Source, Unit
from imagelab.domain.params import NAMES
from imagelab.domain.records import Kind, Status
from imagelab.domain.request import Role
from imagelab.errors import Charged

Row: TypeAlias = dict[str, Any]
Event: TypeAlias = tuple[Any, ...]  # generation, call, at, was, became, note

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LAST_MOMENT = clock.to_us(datetime(9999, 1, 1, tzinfo=UTC))
_MOST_IMAGES = 10_000  # of a generation
_LONG_WORD = 1_000
_SHORT_TEXT = 300
_WRONG_TYPE = "with a value of the wrong type or length"
_NO_MOMENT = "with a moment beyond every calendar"
_STATUSES: tuple[Status, ...] = get_args(Status)
_STATES: tuple[CallState, ...] = get_args(CallState)
_UNITS: tuple[Unit, ...] = get_args(Unit)
_SOURCES: tuple[Source, ...] = get_args(Source)
_CHARGED: tuple[Charged, ...] = get_args(Charged)
_KINDS: tuple[Kind, ...] = get_args(Kind)
_ROLES: tuple[Role, ...] = get_args(Role)
_BATCH_STATES = ("unsent", "waiting", "begun")


class NotGoodError(ValueError):
    """What is wrong with a row, said so that it can be counted with others."""


def is_uuid(value: object) -> bool:
    """Whether it is a uuid in our spelling."""
    return type(value) is str and _UUID.fullmatch(value) is not None


def uuid(value: object) -> str:
    """The same, required."""
    if not is_uuid(value):
        raise NotGoodError("with a name that is no uuid")
    return str(value)


def sha256(value: object) -> str:
    """A hash in our spelling."""
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise NotGoodError("of an original whose hash is none")
    return value


def generation(row: Mapping[str, Any]) -> Row:
    """A generation as it may be written; one under way is still so, and is ended by the writer."""
    found = _typed(row, kinds.GENERATION)
    uuid(found["uuid"])
    _one_of(found, "status", _STATUSES)
    _whole(found, "n", 1, _MOST_IMAGES)
    for name in ("params", "used", "extra"):
        _parsed(found[name], dict)
    resolved = _parsed(found["resolved"], dict)
    if not set(resolved) <= set(NAMES):
        raise NotGoodError("with parameters that no request has")
    tags(_parsed(found["tags"], list))
    _one_of(found, "quote_unit", _UNITS)
    _money(found)
    _moments(found, "created_at", "sent_at", "finished_at")
    return found


def call(row: Mapping[str, Any]) -> Row:
    """A paid call."""
    found = _typed(row, kinds.CALL)
    uuid(found["uuid"])
    _one_of(found, "state", _STATES)
    _one_of(found, "charged", _CHARGED)
    _whole(found, "position", 0, _MOST_IMAGES)
    _whole(found, "n", 1, _MOST_IMAGES)
    remote = _parsed(found["remote"], list)
    if not all(isinstance(one, str) and len(one) <= _LONG_WORD for one in remote):
        raise NotGoodError("with a vendor's ids that are none")
    _money(found)
    _moments(found, "sent_at", "finished_at")
    return found


def asset(row: Mapping[str, Any]) -> Row:
    """An image's row; what its bytes say of themselves is not taken from it."""
    found = _typed(row, kinds.ASSET)
    uuid(found["uuid"])
    sha256(found["sha256"])
    _one_of(found, "kind", _KINDS)
    if (found["kind"] == "made") != (found["generation"] is not None):
        raise NotGoodError("made by no generation, or imported by one")
    _whole(found, "position", 0, 2 * _MOST_IMAGES)
    for name in ("params", "reported"):
        _parsed(found[name], dict)
    for name in ("rejected", "late"):
        found[name] = int(bool(found[name]))
    found["flagged"] = None if found["flagged"] is None else int(bool(found["flagged"]))
    if found["rating"] not in (None, 1, 2, 3, 4, 5):
        raise NotGoodError("with stars beyond 1 to 5")
    _money(found)
    _moments(found, "created_at")
    return found


def given(row: Mapping[str, Any]) -> Row:
    """An input: the role that an original had for a generation."""
    found = _typed(row, kinds.INPUT)
    _one_of(found, "role", _ROLES)
    _whole(found, "position", 0, _MOST_IMAGES)
    sha256(found["sha256"])
    if found["parent"] is not None:
        uuid(found["parent"])
    return found


def line(row: Mapping[str, Any]) -> Row:
    """A line of the ledger."""
    found = _typed(row, kinds.LINE)
    _whole(found, "position", 0, 2 * _MOST_IMAGES)
    _one_of(found, "unit", _UNITS)
    _one_of(found, "source", (None, *_SOURCES))
    for name in ("amount_nano", "high_nano"):
        if found[name] is not None and found[name] < 0:
            raise NotGoodError("with an amount below nothing")
    if (found["amount_nano"] is None) != (found["source"] is None):
        raise NotGoodError("with an amount that nobody says how it is known")
    _moments(found, "at")
    return found


def event(row: tuple[Any, ...]) -> Event:
    """A thing that happened to a generation; there are several of each, so they stay plain."""
    if tuple(map(type, row)) not in kinds.EVENT:
        raise NotGoodError(_WRONG_TYPE)
    if not 0 <= row[2] <= _LAST_MOMENT:
        raise NotGoodError(_NO_MOMENT)
    return row


def batch(row: Mapping[str, Any]) -> Row:
    """A batch or a sweep: many requests that were one."""
    found = _typed(row, kinds.BATCH)
    uuid(found["uuid"])
    _one_of(found, "status", ("open", "ended", "cancelled"))
    _moments(found, "created_at", "finished_at")
    return found


def batch_row(row: Mapping[str, Any]) -> Row:
    """A row of one."""
    found = _typed(row, kinds.BATCH_ROW)
    _one_of(found, "state", _BATCH_STATES)
    _one_of(found, "quote_unit", _UNITS)
    _whole(found, "position", 0, 10_000_000)
    found["earlier"] = [n for n in _parsed(found["earlier"], list) if type(n) is int]
    return found


def tags(names: Collection[object]) -> list[str]:
    """Words that can be tags."""
    if not all(isinstance(name, str) and 0 < len(name) <= _LONG_WORD for name in names):
        raise NotGoodError("with a tag that is no word")
    return [str(name) for name in names]


def moment(value: object) -> int:
    """A moment in microseconds; one that is to come counts as now."""
    if type(value) is not int or not 0 <= value <= _LAST_MOMENT:
        raise NotGoodError(_NO_MOMENT)
    return min(value, clock.now_us())


def calendar(value: object) -> None:
    """A moment that may lie in the future, required."""
    if type(value) is not int or not -_LAST_MOMENT <= value <= _LAST_MOMENT:
        raise NotGoodError(_NO_MOMENT)


def is_open(call_row: Mapping[str, Any]) -> bool:
    """Whether a call had not ended when its row was read."""
    return call_row["state"] not in CALL_FINAL


def _typed(row: Mapping[str, Any], columns: kinds.Columns) -> Row:
    """The columns that are taken, each of its type."""
    taken = columns.taken(row)
    if taken is None:
        raise NotGoodError(_WRONG_TYPE)
    return taken


def _one_of(row: Row, name: str, known: Collection[object]) -> None:
    if row[name] not in known:
        raise NotGoodError(f"with a {name} that there is not")


def _whole(row: Row, name: str, least: int, most: int) -> None:
    if not least <= row[name] <= most:
        raise NotGoodError("with a number that cannot be")


def _money(row: Row) -> None:
    nano, unit, source = (row["cost_nano"], row["cost_unit"], row["cost_source"])
    if nano is None:
        row.update(cost_unit=None, cost_source=None)
        return
    if nano < 0 or unit not in _UNITS or source not in _SOURCES:
        raise NotGoodError("with a cost that is none")


def _moments(row: Row, *names: str) -> None:
    for name in names:
        if row[name] is not None and not 0 <= row[name] <= _LAST_MOMENT:
            raise NotGoodError(_NO_MOMENT)


def _parsed(text: str, kind: type) -> Any:  # noqa: ANN401 - JSON
    try:
        value = _read(text) if len(text) <= _SHORT_TEXT else _JSON.decode(text)
    except (ValueError, RecursionError):
        raise NotGoodError("with JSON that cannot be read") from None
    if not isinstance(value, kind):
        raise NotGoodError("with JSON of another shape")
    return value


def _no_number(word: str) -> float:
    raise ValueError(word)


_JSON = json.JSONDecoder(parse_constant=_no_number)
_read = lru_cache(maxsize=4096)(_JSON.decode)  # much is said by many rows; nobody changes it
