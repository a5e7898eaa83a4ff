"""Rows as the catalog hands them out: frozen, complete, and without a connection behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost

Status = Literal["queued", "running", "succeeded", "partial", "failed", "cancelled", "unknown"]
Kind = Literal["made", "imported"]

FINAL: tuple[Status, ...] = ("succeeded", "partial", "failed", "cancelled", "unknown")


@frozen
class AssetRow:
    """One image in the catalog. `params` is what was asked, `used` what the vendor applied."""

    id: int
    uuid: str
    kind: Kind
    sha256: str
    format: str
    width: int
    height: int
    size_bytes: int
    prompt: str
    caption: str | None
    note: str | None
    params: Mapping[str, Any]
    provider: str | None
    model: str | None
    generation: int | None
    position: int
    cost: Cost | None
    seed: int | None
    flagged: bool | None
    reported: Mapping[str, Any]
    rating: int | None
    rejected: bool
    damaged: str | None
    tags: tuple[str, ...]
    created_at: datetime
    emptied_at: datetime | None = None  # when its original was given up

    @property
    def emptied(self) -> str | None:
        """What is said in place of an original that was given up."""
        return emptied_on(self.emptied_at) if self.emptied_at else None


def emptied_on(moment: datetime) -> str:
    """When an original was given up, by the local calendar."""
    return f"its original was emptied on {moment.astimezone().date().isoformat()}"


@frozen
class GenerationRow:
    """One request carried out, with what it came to."""

    id: int
    uuid: str
    status: Status
    provider: str
    model: str
    native: str
    prompt: str
    n: int
    params: Mapping[str, Any]
    used: Mapping[str, Any]
    extra: Mapping[str, Any]
    tags: tuple[str, ...]
    quote_low: Cost | None
    quote_likely: Cost | None
    quote_high: Cost | None
    quote_basis: str
    cost: Cost | None
    error_kind: str | None
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    inputs: tuple[int, ...] = ()  # asset ids, in the order they were given
    arrived: int = 0

    @property
    def counts(self) -> bool:
        """Whether an equal request need not be sent again for its sake: not failed, not cancelled."""
        return self.status not in ("failed", "cancelled")

    @property
    def seconds(self) -> float | None:
        """From sending to settling; None while it is running."""
        if self.sent_at is None or self.finished_at is None:
            return None
        return max((self.finished_at - self.sent_at).total_seconds(), 0.0)
