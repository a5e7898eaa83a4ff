"""How generations stand, as the cards of a studio show them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from imagelab import clock
from imagelab.catalog import rows
from imagelab.catalog.tiles import SHORT_HASH, alt
from imagelab.domain.cost_words import money, price
from imagelab.domain.records import FINAL, AssetRow, GenerationRow
from imagelab.domain.text import one_line

MAX_SHOWN = 120  # assets of one card
_PROMPT_CHARACTERS, _ERROR_CHARACTERS, _ASKED_CHARACTERS = 300, 600, 120


def cards(db: sqlite3.Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """A card each, in this order; numbers that are not there are left out."""
    found = [rows.generation(db, number) for number in ids]
    return [_card(row, rows.assets_of(db, row.id, MAX_SHOWN)) for row in found if row]


def _card(row: GenerationRow, assets: Sequence[AssetRow]) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "prompt": one_line(row.prompt, _PROMPT_CHARACTERS),
        "offer": f"{row.provider}/{row.model}",
        "n": row.n,
        "arrived": row.arrived,
        "price": price(row),
        "asked": one_line(" · ".join(map(str, row.params.values())), _ASKED_CHARACTERS),
        "seconds": row.seconds,
        "elapsed": _elapsed(row),
        "created_at": row.created_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "error": one_line(row.error, _ERROR_CHARACTERS) if row.error else None,
        "assets": [_asset(asset) for asset in assets],
    }


def _elapsed(row: GenerationRow) -> float | None:
    """Seconds since it was sent, while it is under way; a page's own clock may be set otherwise."""
    if row.status in FINAL:
        return None
    since = row.sent_at or row.created_at
    return max(0.0, (clock.now() - since).total_seconds())


def _asset(row: AssetRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "sha": row.sha256[:SHORT_HASH],
        "cost": money(row.cost),
        "rating": row.rating,
        "rejected": row.rejected,
        "flagged": bool(row.flagged),
        "alt": alt(row.caption or row.prompt, row.id),
        "width": row.width,
        "height": row.height,
        "damaged": row.damaged is not None,
    }
