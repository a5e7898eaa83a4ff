"""DataFrames: assets, spending and answers to SQL, with types that do not lie.

Money is exact (`Decimal`), numbers that may be missing are nullable, moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from imagelab.domain.records import AssetRow

if TYPE_CHECKING:  # pandas is heavy: it is loaded when the first frame is made
    import pandas as pd

_TYPES = {
    "id": "int64",
    "generation": "Int64",
    "width": "int64",
    "height": "int64",
    "size_bytes": "int64",
    "rating": "Int64",
    "seed": "Int64",
    "flagged": "boolean",
    "rejected": "bool",
    "provider": "category",
    "model": "category",
    "quality": "category",
    "format": "category",
    "unit": "category",
    "known": "category",
}


def assets_frame(rows: Sequence[AssetRow]) -> pd.DataFrame:
    """A row an asset, in the order given; `known` says how its cost is known."""
    import pandas as pd  # noqa: PLC0415 - heavy, see above

    columns: dict[str, list[Any]] = {
        "id": [row.id for row in rows],
        "uuid": [row.uuid for row in rows],
        "prompt": [row.prompt for row in rows],
        "caption": [row.caption for row in rows],
        "note": [row.note for row in rows],
        "tags": [list(row.tags) for row in rows],
        "rating": [row.rating for row in rows],
        "rejected": [row.rejected for row in rows],
        "provider": [row.provider for row in rows],
        "model": [row.model for row in rows],
        "quality": [row.params.get("quality") for row in rows],
        "generation": [row.generation for row in rows],
        "width": [row.width for row in rows],
        "height": [row.height for row in rows],
        "format": [row.format for row in rows],
        "size_bytes": [row.size_bytes for row in rows],
        "sha256": [row.sha256 for row in rows],
        "cost": [row.cost.amount if row.cost else None for row in rows],
        "unit": [row.cost.unit if row.cost else None for row in rows],
        "known": [row.cost.source if row.cost else None for row in rows],
        "seed": [row.seed for row in rows],
        "flagged": [row.flagged for row in rows],
    }
    exact = {name: pd.Series(values, dtype="object") for name, values in columns.items()}
    frame = pd.DataFrame(exact).astype(_TYPES)
    for name in ("uuid", "prompt", "caption", "note", "sha256"):
        frame[name] = frame[name].astype("string")
    frame["created_at"] = pd.to_datetime([row.created_at for row in rows], utc=True)
    return frame


def table_frame(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Columns and rows as they are."""
    import pandas as pd  # noqa: PLC0415 - heavy, see above

    return pd.DataFrame(list(rows), columns=list(columns))
