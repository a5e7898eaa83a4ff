"""What a table shows of its assets: words for each of its columns."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from imagelab.catalog import rows
from imagelab.domain.cost_words import about, money
from imagelab.domain.records import AssetRow
from imagelab.domain.text import one_line

_PROMPT_CHARACTERS, _WORD_CHARACTERS, _MOST_TAGS = 200, 60, 12
_QUALITY = "SELECT id, quality FROM asset WHERE id IN (SELECT value FROM json_each(?))"


def columns(db: sqlite3.Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """A row each, in this order; those that are not there are left out."""
    quality = dict(db.execute(_QUALITY, (json.dumps(list(ids)),)).fetchall())
    return [_row(asset, quality.get(asset.id)) for asset in rows.assets(db, ids)]


def _row(asset: AssetRow, quality: str | None) -> dict[str, Any]:
    return {
        "id": asset.id,
        "prompt": one_line(asset.prompt or asset.caption or "", _PROMPT_CHARACTERS),
        "provider": asset.provider or "",
        "model": one_line(asset.model or "imported", _WORD_CHARACTERS),
        "quality": one_line(quality or "", _WORD_CHARACTERS),
        "size": f"{asset.width}×{asset.height}",
        "cost": _amount(asset),
        "cost_known": money(asset.cost) if asset.model else "",
        "tags": [one_line(tag, _WORD_CHARACTERS) for tag in asset.tags[:_MOST_TAGS]],
        "created_at": asset.created_at.isoformat(),
    }


def _amount(asset: AssetRow) -> str:
    """The cost to three digits; all of them, and how it is known, are said beside it."""
    if not asset.model:
        return ""
    return "unknown" if asset.cost is None else about(asset.cost)
