"""The life of a paid generation as values: who owns it, what is intended, how a call ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from imagelab.domain.frozen import frozen
from imagelab.domain.money import Cost
from imagelab.domain.quote import Quote
from imagelab.domain.request import Call, Request
from imagelab.errors import Charged

CallState = Literal[
    "intent", "sent", "staged", "accepted", "done", "failed", "cancelled", "unknown"
]
CALL_FINAL: tuple[CallState, ...] = ("done", "failed", "cancelled", "unknown")


@frozen
class Owner:
    """The process that carries a generation, so that another can tell whether it still lives."""

    boot: str
    pid: int
    start: int


@frozen
class Lease:
    """A process's word that it still works on what it owns.

    It holds until a moment of the owner's own monotonic clock, in microseconds, which counts
    alike in every process since the same boot. `space` names where its process number counts.
    `beats` is how often the word was renewed, for those who share neither boot nor clock.
    """

    owner: Owner
    host: str
    space: str
    until_us: int
    beats: int = 0


@frozen
class OpenCall:
    """A call that has not ended: its state, and when it was first sent."""

    call: Call
    state: CallState
    sent_at: datetime | None = None


@frozen
class Intent:
    """Everything that is made durable before anything is sent.

    With `reuse`, an equal request that is there by then takes its place, free.
    """

    uuid: str
    request: Request
    calls: tuple[Call, ...]
    quote: Quote
    lease: Lease
    notebook: str | None = None
    reuse: bool = False


@frozen
class Ending:
    """How a call ended. `cost` is the whole call's; None where it is not known."""

    state: CallState
    charged: Charged
    cost: Cost | None = None
    raw: str | None = None
    used: Mapping[str, Any] = field(default_factory=dict)
    error_kind: str | None = None
    error: str | None = None
