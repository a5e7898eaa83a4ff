"""The columns of a frame of assets, and what each holds: the same in pandas and in Arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from imagelab.domain.frozen import frozen

# `number` and `fact` are never missing, every other can be. `word` is a text with few different
# values, `words` a list of texts, `money` nano-units, `moment` microseconds since 1970 in UTC.
Kind = Literal[
    "number", "whole", "real", "text", "word", "words", "money", "fact", "flag", "moment"
]
Values = Sequence[Any]

ASSET_COLUMNS: Mapping[str, Kind] = {
    "id": "number",
    "uuid": "text",
    "prompt": "text",
    "caption": "text",
    "note": "text",
    "tags": "words",
    "rating": "whole",
    "rejected": "fact",
    "provider": "word",
    "model": "word",
    "quality": "word",
    "generation": "whole",
    "width": "number",
    "height": "number",
    "format": "word",
    "size_bytes": "number",
    "sha256": "text",
    "cost": "money",
    "unit": "word",
    "known": "word",
    "seed": "whole",
    "flagged": "flag",
    "created_at": "moment",
}


@frozen
class Told:
    """What a frame is made of: its columns, and some of the values of each at a time.

    They are as SQLite has them; `words` are sequences of text already. Each part is the values
    of every column, of equally many rows, and the parts can be gone through once. With `arrow`
    the values are Arrow's arrays of the same, and `words` are JSON lists in text, or null.
    """

    columns: Mapping[str, Kind]
    parts: Iterator[Sequence[Values]]
    arrow: bool = False
