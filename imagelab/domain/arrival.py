"""An image that has arrived: what the vendor said of it, ready to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost


@frozen
class Arrival:
    """One image of a call, by its index in it; `cost` where the vendor priced it singly."""

    index: int
    remote: str | None = None
    seed: int | None = None
    flagged: bool | None = None
    cost: Cost | None = None
    late: bool = False
    reported: Mapping[str, Any] = field(default_factory=dict)
