"""What is known of one asset, as words ready to show and as values a view works with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from math import isfinite
from typing import Any

from imagelab.catalog import rows, stacks
from imagelab.domain.cost_words import money, price_range
from imagelab.domain.records import AssetRow, GenerationRow
from imagelab.domain.text import counted, file_size
from imagelab.errors import AssetNotFoundError

_EXACT_IN_JAVASCRIPT = 2**53  # beyond, its numbers skip some; seeds have up to 63 bits


def facts(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    """Everything an inspector shows; AssetNotFoundError where there is no such asset."""
    asset = asset_row(db, number)
    made = rows.generation(db, asset.generation) if asset.generation is not None else None
    parents, children = rows.lineage_of(db, number)
    return {
        **_said(asset),
        **_image(asset),
        **_judged(asset),
        **_making(db, asset, made),
        "changed": _changed(db, asset, made),
        "parents": parents,
        "children": children,
        "stack": stacks.size_of(db, number),
        "code": f"lab.asset({number})",
    }


def asset_row(db: sqlite3.Connection, number: int) -> AssetRow:
    """The asset with this number; AssetNotFoundError where there is none."""
    found = rows.assets(db, [number])
    if not found:
        raise AssetNotFoundError(f"no asset #{number} in this catalog")
    return found[0]


def exact(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON that every reader reads the same: numbers JavaScript cannot hold become text."""
    match value:
        case bool() | None | str():
            return value
        case int():
            return value if abs(value) <= _EXACT_IN_JAVASCRIPT else str(value)
        case float():
            return value if isfinite(value) else str(value)
        case Mapping():
            return {str(key): exact(inner) for key, inner in value.items()}
        case list() | tuple():
            return [exact(inner) for inner in value]
        case _:
            return str(value)


def _said(asset: AssetRow) -> dict[str, Any]:
    return {
        "id": asset.id,
        "uuid": asset.uuid,
        "prompt": asset.prompt,
        "caption": asset.caption,
        "note": asset.note,
        "tags": list(asset.tags),
        "created_at": asset.created_at.isoformat(),
    }


def _image(asset: AssetRow) -> dict[str, Any]:
    pixels = f"{asset.width}×{asset.height} {asset.format.upper()}"
    return {
        "size": f"{pixels}, {file_size(asset.size_bytes)}",
        "width": asset.width,
        "height": asset.height,
        "format": asset.format,
        "sha256": asset.sha256,
        "damaged": asset.damaged,
        "flagged": asset.flagged,
        "emptied": asset.emptied,
    }


def _judged(asset: AssetRow) -> dict[str, Any]:
    return {"rating": asset.rating, "rejected": asset.rejected}


def _making(db: sqlite3.Connection, asset: AssetRow, made: GenerationRow | None) -> dict[str, Any]:
    quality, notebook = db.execute(
        "SELECT a.quality, g.notebook FROM asset a LEFT JOIN generation g ON g.id = a.generation "
        "WHERE a.id = ?",
        (asset.id,),
    ).fetchone()
    return {
        "offer": f"{asset.provider}/{asset.model}" if asset.model else "imported",
        "provider": asset.provider,
        "model": asset.model,
        "quality": quality,
        "seed": None if asset.seed is None else str(asset.seed),
        "asked": exact(asset.params),
        "used": exact(made.used) if made else {},
        "cost": money(asset.cost) if asset.model else "",
        "quoted": _quoted(made) if made else "",
        "generation": made.id if made else None,
        "n": made.n if made else None,
        "seconds": made.seconds if made else None,
        "notebook": notebook,
    }


def _quoted(made: GenerationRow) -> str:
    """The quote was for the whole call, and says so where that is more than this image."""
    if made.quote_likely is None:
        return ""
    whole = f" for {counted(made.n, 'image')}" if made.n > 1 else ""
    return f"quoted {price_range(made.quote_low, made.quote_likely, made.quote_high)}{whole}"


def _changed(db: sqlite3.Connection, asset: AssetRow, made: GenerationRow | None) -> str | None:
    """What the image it was made from was asked for, where that was something else."""
    if made is None or not made.inputs:
        return None
    parent = rows.assets(db, made.inputs[:1])
    prompt = parent[0].prompt if parent else ""
    return prompt if prompt and prompt != asset.prompt else None
