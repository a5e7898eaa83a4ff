"""Rows of our own exports read back: whatever a column lost on its way is made good where it can be.

Text for a number, JSON for a list, nothing for null: each format has its own way (`record`,
`tables`). A row is foreign, and what makes no sense in it is left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from imagelab.domain.brought import Ancestor, Brought
from imagelab.domain.ids import is_uuid
from imagelab.domain.money import Cost, Source, Unit
from imagelab.export.tables import uncelled
from imagelab.imaging.other_tools import parsed, sound, whole_number

Row = Mapping[str, Any]

_MOST_TEXT, _MOST_WORD, _MOST_MANY = 200_000, 2_000, 1_000
_MOST_NANO = 2**63 - 1
_KEPT_AS_WORDS = ("operation", "generation_id", "batch_index", "split", "sha256", "id")
_SOURCES: tuple[Source, ...] = ("reported", "computed", "estimated")
# What each of these is called in pairs, whatever the preset.
_PAIRED = {"instruction": "prompt", "edit_prompt": "prompt"}


def is_row(row: object) -> bool:
    """Whether it can be a row of ours: it says which image it is of."""
    return (
        isinstance(row, Mapping)
        and is_uuid(str(row.get("id")))
        and isinstance(row.get("sha256"), str)
    )


def brought(row: Row, *, from_csv: bool = False) -> Brought:
    """The story a row tells; its `name` is the uuid it says."""
    if from_csv:
        row = {key: uncelled(value) for key, value in row.items() if isinstance(value, str)}
    said = {_PAIRED.get(key, key): value for key, value in row.items()}
    params = _object(said.get("params"))
    revised = _text(said.get("revised_prompt"))
    operation, prompt = _text(said.get("operation")), _text(said.get("prompt"))
    parents = _parents(said, operation)
    return Brought(
        tool="imagelab",
        words={key: sound(row[key]) for key in _KEPT_AS_WORDS if row.get(key) not in (None, "")},
        name=str(said["id"]),
        parents=parents,
        prompt=prompt,
        caption=_text(said.get("caption")) or _other_caption(said, prompt),
        note=_text(said.get("note")) or None,
        provider=_text(said.get("provider"), _MOST_WORD) or None,
        model=_text(said.get("model"), _MOST_WORD) or None,
        params=params,
        reported={"revised_prompt": revised} if revised else {},
        seed=whole_number(said.get("seed") if said.get("seed") != "" else None),
        cost=_cost(said),
        rating=_stars(said.get("rating")),
        tags=tuple(filter(None, (sound(tag, 200).strip() for tag in _list(said.get("tags"))))),
        edit=operation == "edit" or ("instruction" in row and bool(parents)),
        created_at=_moment(said.get("created_at")),
    )


def sha256_of(row: Row) -> tuple[str, str]:
    """The hash of the original, and that of the copy where one was written."""
    return str(row.get("sha256")), str(row.get("copy_sha256") or "")


def _other_caption(said: Row, prompt: str) -> str | None:
    """Rows of an older export have only the text to train on; where it is not the prompt, it is one."""
    text = _text(said.get("text"))
    return text if "caption" not in said and text != prompt and text else None


def _parents(said: Row, operation: str) -> tuple[Ancestor, ...]:
    """In their order: of an edit the first is what was changed; else it was asked for again."""
    names = [str(one) for one in _list(said.get("parent_ids")) if is_uuid(str(one))]
    if not names and is_uuid(str(said.get("source_id"))):
        names = [str(said["source_id"])]
    if operation == "generate":
        return tuple((name, "reroll") for name in names)
    return tuple((name, "reference" if at else "input") for at, name in enumerate(names))


def _text(value: object, most: int = _MOST_TEXT) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return sound(value, most)


def _list(value: object) -> list[Any]:
    read = parsed(value) if isinstance(value, str) else value
    return list(read)[:_MOST_MANY] if isinstance(read, list | tuple) else []


def _object(value: object) -> dict[str, Any]:
    read = parsed(value) if isinstance(value, str) and len(value) <= _MOST_TEXT else value
    if not isinstance(read, Mapping):
        return {}
    try:  # whole characters only, and nothing that JSON has no word for
        text = json.dumps(read, ensure_ascii=True, allow_nan=False).replace("\\u0000", "")
        return dict(json.loads(text.encode("utf-8", "replace")))
    except (ValueError, TypeError, RecursionError):
        return {}


def _cost(said: Row) -> Cost | None:
    source = next((known for known in _SOURCES if known == said.get("cost_source")), None)
    units: tuple[Unit, ...] = ("usd", "credits")
    for unit in units:
        value = said.get(f"cost_{unit}")
        if source and value not in (None, ""):
            try:
                amount = Decimal(str(value))
                nano = int((amount * 10**9).to_integral_value()) if amount.is_finite() else -1
            except (InvalidOperation, OverflowError):
                return None
            return Cost.from_nano(nano, unit, source) if 0 <= nano <= _MOST_NANO else None
    return None


def _stars(value: object) -> int | None:
    stars = whole_number(value)
    return stars if stars is not None and 1 <= stars <= 5 else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
