"""A batch as values: what each row is reserved at, how far it is, and how far they all are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import field
from typing import Literal

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost, Spend
from imagelab.domain.quote import Quote
from imagelab.domain.records import Status
from imagelab.domain.request import canonical

# `waiting` is reserved and its turn has not come; `unsent` was dropped, or never reserved.
RowStatus = Literal["waiting", "unsent"] | Status
BatchStatus = Literal[
    "running", "stopped", "succeeded", "partial", "failed", "cancelled", "unknown"
]


@frozen
class Entry:
    """A row as it is reserved; `same_as` is the place of an equal one that it shares images with."""

    name: str
    fingerprint: str
    quote: Quote
    same_as: int | None = None


@frozen
class BatchRow:
    """A row as it stands; without a generation it has not begun."""

    position: int
    status: RowStatus
    generation: int | None = None
    assets: tuple[int, ...] = ()
    cost: Cost | None = None
    seconds: float | None = None
    error: str | None = None


@frozen
class Standing:
    """How far a batch is, counted in rows; `spent` is what its settled generations cost.

    `fed` says whether some process sends the rows that are waiting.
    """

    rows: int
    waiting: int = 0
    unsent: int = 0
    running: int = 0
    succeeded: int = 0
    partial: int = 0
    failed: int = 0
    cancelled: int = 0
    unknown: int = 0
    spent: Spend = field(default_factory=Spend)
    fed: bool = False

    @property
    def here(self) -> int:
        """Rows whose images have arrived, all or some."""
        return self.succeeded + self.partial

    @property
    def ended(self) -> int:
        """Rows of which nothing more will come."""
        return self.here + self.failed + self.cancelled + self.unknown

    @property
    def amiss(self) -> dict[str, int]:
        """The words for its rows that did not come as asked, and how many there are of each."""
        return {
            "partial": self.partial,
            "failed": self.failed,
            "cancelled": self.cancelled,
            "unknown": self.unknown,
            "not sent": self.unsent,
        }

    @property
    def open(self) -> bool:
        """Whether anything is still to come of it."""
        return bool(self.waiting or self.running)

    @property
    def status(self) -> BatchStatus:
        """One word for all of it; `stopped` has rows waiting, and nobody who sends them."""
        if self.running or (self.waiting and self.fed):
            return "running"
        if self.waiting:
            return "stopped"
        if self.here:
            return "succeeded" if self.succeeded == self.rows else "partial"
        if self.unknown:
            return "unknown"
        return "failed" if self.failed else "cancelled"


def batch_fingerprint(rows: Sequence[str]) -> str:
    """The hash under which an equal batch is found again: its requests' own, in order."""
    return hashlib.sha256(canonical(list(rows)).encode()).hexdigest()
