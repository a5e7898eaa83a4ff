"""How generations stand, as the cards of a studio show them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from imagelab import clock
from imagelab.catalog import rows
from imagelab.catalog.queue import usual_seconds
from imagelab.catalog.tiles import SHORT_HASH, alt
from imagelab.domain.cost_words import money, price
from imagelab.domain.records import FINAL, AssetRow, GenerationRow
from imagelab.domain.text import one_line

MAX_SHOWN = 120  # assets of one card
# Sending the same again may help only where nothing of the request itself was at fault.
_MAY_HELP = ("RateLimitError", "UnavailableError")
_PROMPT_CHARACTERS, _ERROR_CHARACTERS, _ASKED_CHARACTERS = 300, 600, 120


def cards(db: sqlite3.Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """A card each, in this order; numbers that are not there are left out."""
    found = [rows.generation(db, number) for number in ids]
    open_offers = {(row.provider, row.model) for row in found if row and row.status not in FINAL}
    usual = {offer: usual_seconds(db, *offer) for offer in open_offers}
    return [
        _card(row, rows.assets_of(db, row.id, MAX_SHOWN), usual.get((row.provider, row.model)))
        for row in found
        if row
    ]


def may_help(row: GenerationRow) -> bool:
    """Whether the same request, sent again, may come to more: it was cancelled, or met a bad moment."""
    failed = row.status == "failed" and row.error_kind in _MAY_HELP
    return failed or (row.status == "cancelled" and not row.arrived)


def _card(row: GenerationRow, assets: Sequence[AssetRow], usual: float | None) -> dict[str, Any]:
    is_open = row.status not in FINAL
    return {
        "id": row.id,
        "status": row.status,
        "prompt": one_line(row.prompt, _PROMPT_CHARACTERS),
        "offer": f"{row.provider}/{row.model}",
        "n": row.n,
        "arrived": row.arrived,
        "price": price(row),
        "asked": one_line(" · ".join(_asked(row)), _ASKED_CHARACTERS),
        "seconds": row.seconds,
        "elapsed": _elapsed(row),
        "usual": usual if is_open else None,
        "free": is_open and row.sent_at is None,
        "rough": bool(row.params.get("previews")) and is_open,
        "again": may_help(row),
        "created_at": row.created_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "error": one_line(row.error, _ERROR_CHARACTERS) if row.error else None,
        "assets": [_asset(asset) for asset in assets],
    }


def _asked(row: GenerationRow) -> list[str]:
    """What was asked beside the prompt; how many rough pictures is no part of the image."""
    return [str(value) for name, value in row.params.items() if name != "previews"]


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
