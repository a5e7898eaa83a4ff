"""One row of a dataset: what every format writes of an image, each in its own way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from imagelab.domain.dataset_columns import COLUMNS, MONEY
from imagelab.domain.ids import is_uuid
from imagelab.domain.money import plain
from imagelab.domain.origin import Origin
from imagelab.domain.records import AssetRow
from imagelab.domain.redaction import fit_to_keep

Record = dict[str, Any]

SUFFIXES = {"png": "png", "jpeg": "jpg", "webp": "webp"}
_NEGATIVE = ("negative_prompt", "negativePrompt")  # as services spell it
# Ends of lines to some readers, and none to JSON: written as escapes.
_LINE_ENDS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}


def record(row: AssetRow, origin: Origin, text: str, split: str, *, money: bool) -> Record:
    """The row with values as Python has them; without `money` there are no columns of prices.

    `id`, `generation_id` and `parent_ids` are uuids, `phash` 16 hexadecimal digits.
    """
    asked, cost = row.params, row.cost
    values: Record = {
        "id": row.uuid,
        "text": text,
        "prompt": row.prompt,
        "revised_prompt": _word(row.reported.get("revised_prompt")),
        "negative_prompt": _first({**origin.extra, **asked}, _NEGATIVE),
        "operation": operation(row, origin),
        "provider": row.provider,
        "model": row.model,
        "seed": row.seed,
        "width": row.width,
        "height": row.height,
        "mime": f"image/{row.format}",
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "phash": None if origin.likeness is None else f"{origin.likeness & (2**64 - 1):016x}",
        "quality": _word(asked.get("quality")),
        "size": _word(asked.get("size")),
        "background": _word(asked.get("background")),
        "output_format": _word(asked.get("format")),
        "cost_usd": cost.amount if cost and cost.unit == "usd" else None,
        "cost_credits": cost.amount if cost and cost.unit == "credits" else None,
        "cost_source": cost.source if cost else None,
        "created_at": row.created_at.astimezone(UTC),
        "rating": row.rating,
        "tags": list(row.tags),
        "generation_id": origin.generation,
        "batch_index": row.position if origin.generation else None,
        "parent_ids": list(origin.parent_uuids),
        "params": _request(asked, origin.extra),
        "split": split,
        "caption": row.caption,
        "note": row.note,
        "annotations": as_json(origin.annotations),
        "copy_sha256": None,  # of the picture that was written, where it is not the original
    }
    kept = (name for name in COLUMNS if money or name not in MONEY)
    return {name: sound(values[name]) for name in kept}


def operation(row: AssetRow, origin: Origin) -> str:
    """How it came to be: `"generate"`, `"edit"` or `"import"`."""
    if row.kind == "imported":
        return "import"
    return "edit" if origin.source or origin.references else "generate"


def as_json(values: Mapping[str, Any]) -> str:
    r"""One line of JSON: exact amounts and moments as text, what ends a line as an escape.

    >>> as_json({"cost_usd": Decimal("0.0340"), "text": "a\u2028b"})
    '{"cost_usd": "0.034", "text": "a\\u2028b"}'
    """
    ready = {name: flat(value) for name, value in values.items()}
    return json.dumps(ready, ensure_ascii=False).translate(_LINE_ENDS)


def typed(values: Record) -> Record:
    """The row with one type a column whatever it holds, for readers that guess types from JSON.

    `datasets` 5.2 takes a column that is null, or only empty lists, in one split for another
    type than in the next, and refuses both. So missing text is empty, no stars are 0, lists
    are JSON in a text, and a seed is text, since no number could stand for a missing one.
    """
    return {name: _typed(name, value) for name, value in values.items()}


def _typed(name: str, value: Any) -> Any:  # noqa: ANN401 - as `flat`
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if name == "seed":
        return "" if value is None else str(value)
    if value is None:
        return 0 if name in ("rating", "batch_index") else ""
    return value


def flat(value: Any) -> Any:  # noqa: ANN401 - a record's values are of any kind
    """An amount and a moment as text; everything else as it is."""
    match value:
        case Decimal():
            return f"{plain(value):f}"
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case _:
            return value


def file_name(row: AssetRow) -> str:
    """A name that no text from outside has a part in: uuid and format, if they are what they say."""
    return f"{stem(row.uuid, row.sha256)}.{SUFFIXES.get(row.format, 'bin')}"


def stem(uuid: str, sha256: str) -> str:
    """The uuid where it is one; a foreign catalog can have any text there, and gets the hash."""
    return uuid if is_uuid(uuid) else "x" + sha256.encode("utf-8", "replace").hex()[:64]


def _request(asked: Mapping[str, Any], extra: Mapping[str, Any]) -> str:
    """What was asked beside the prompt, as one text: readers infer columns from anything else."""
    whole = {**asked, "extra": fit_to_keep(extra)} if extra else dict(asked)
    return json.dumps(whole, ensure_ascii=False, sort_keys=True)


def _first(among: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((_word(among[name]) for name in names if among.get(name)), None)


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def sound(value: Any) -> Any:  # noqa: ANN401 - as `flat`
    """Text without halves of characters, which JSON can hold and no file can."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case list():
            return [sound(each) for each in value]
        case _:
            return value
