"""The life of a paid generation as values: who owns it, what is intended, how a call ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from imagelab.domain.money import Cost
from imagelab.domain.quote import Quote
from imagelab.domain.request import Call, Request
from imagelab.errors import Charged

CallState = Literal[
    "intent", "sent", "staged", "accepted", "done", "failed", "cancelled", "unknown"
]
CALL_FINAL: tuple[CallState, ...] = ("done", "failed", "cancelled", "unknown")


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that carries a generation, so that another can tell whether it still lives."""

    boot: str
    pid: int
    start: int


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything that is made durable before anything is sent."""

    uuid: str
    request: Request
    calls: tuple[Call, ...]
    quote: Quote
    owner: Owner
    notebook: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended. `cost` is the whole call's; None where it is not known."""

    state: CallState
    charged: Charged
    cost: Cost | None = None
    raw: str | None = None
    used: Mapping[str, Any] = field(default_factory=dict)
    error_kind: str | None = None
    error: str | None = None
